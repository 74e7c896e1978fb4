/** Finds settings of a gateway that are valid and cannot do what they seem to be for. */
import { totalmem } from 'node:os';
import type { GatewayConfig } from '../../config/config.ts';
import type { Amount } from '../../diagnosis/memory-rules.ts';
import { LINK_NAMES } from '../../gateways/platforms/index.ts';
import type { GatewayDoubt } from '../../text/cli/gateway-doubts.ts';

interface FoundDoubt {
  /** Below the gateway's own key. */
  readonly path: readonly PropertyKey[];
  readonly doubt: GatewayDoubt;
}

const LEAST_WINDOW_MS = 60_000;

export const gatewayDoubts = (gateway: GatewayConfig, machineBytes = totalmem()): readonly FoundDoubt[] => [
  ...memoryDoubts(gateway, machineBytes),
  ...graceDoubts(gateway),
  ...(gateway.healing.perHour > gateway.healing.perDay
    ? [{ path: ['healing', 'per_hour'], doubt: 'hour_above_day' } as const]
    : []),
  ...gateway.maintenance.flatMap(({ durationMs }, index) =>
    durationMs < LEAST_WINDOW_MS ? [{ path: ['maintenance', index, 'duration'], doubt: 'short_window' } as const] : [],
  ),
];

const memoryDoubts = ({ kind, memory }: GatewayConfig, machineBytes: number): readonly FoundDoubt[] => {
  const { warn, restart, restartBusyMs } = memory;
  if (restart === null)
    return restartBusyMs === null ? [] : [{ path: ['memory', 'when'], doubt: 'when_without_restart' }];
  return [
    ...(isAbove(warn, restart) ? [{ path: ['memory', 'warn'], doubt: 'warn_above_restart' } as const] : []),
    ...('bytes' in restart && restart.bytes > machineBytes
      ? [{ path: ['memory', 'restart'], doubt: 'restart_beyond_machine' } as const]
      : []),
    // Of a generic service nobody knows when it is at work.
    ...(kind === 'generic' && restartBusyMs === null
      ? [{ path: ['memory', 'when'], doubt: 'idle_unknown' } as const]
      : []),
  ];
};

/** A share and a size cannot be told apart without the machine's limits. */
const isAbove = (warn: Amount | null, restart: Amount): boolean => {
  if (warn === null) return false;
  if ('bytes' in warn) return 'bytes' in restart && warn.bytes >= restart.bytes;
  return 'share' in restart && warn.share >= restart.share;
};

/** Every gateway has a patience with these two, whether it has the links or not. */
const ALWAYS: readonly string[] = ['qqbot', 'feishu'];

const graceDoubts = ({ kind, links, grace }: GatewayConfig): readonly FoundDoubt[] => {
  if (kind === 'generic') return [];
  const isKnown = (link: string): boolean => {
    const [platform = link] = link.split(':');
    return links === 'auto' ? LINK_NAMES.includes(platform) : links.includes(link) || links.includes(platform);
  };
  return Object.keys(grace.linkGraceMs)
    .filter((link) => !ALWAYS.includes(link) && !isKnown(link))
    .map((link) => ({ path: ['grace', 'links', link], doubt: 'unknown_link' }));
};
