/** What systemd says of the units that may keep a gateway: read only. */
import { existsSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import type { GatewayConfig } from '../config/config.ts';
import { servedByDefinition, type GatewayKind, type ServiceName } from '../gateways/gateway-kind.ts';
import { wordsOf, type CommandOutput, type RunCommand } from '../supervisors/run-command.ts';

export interface SystemdUnit {
  readonly scope: 'user' | 'system';
  readonly name: string;
  readonly activeState: string;
  /** Why the unit failed: `success`, `exit-code`, `start-limit-hit`… */
  readonly result: string;
  readonly restart: string;
  /** The exit code of the unit's last process; null when that process has not exited, or was ended by a signal. */
  readonly exitCode: number | null;
  readonly argv: readonly string[];
  /**
   * Whether the unit starts by itself, in systemd's word, such as `enabled`, `disabled`, `static`; empty where systemd
   * does not say.
   */
  readonly enabled: string;
  /** Null where systemd does not say, or has no limit. */
  readonly restartDelayMs: number | null;
  readonly stopTimeoutMs: number | null;
  /** After how many starts within what time systemd gives up; null: never. */
  readonly startLimit: { readonly burst: number; readonly ms: number } | null;
  readonly environment: Readonly<Record<string, string>>;
}

export interface UnitQuery {
  readonly services: readonly ServiceName[];
  readonly kind: GatewayKind;
  /** The supervisor that the configuration names. */
  readonly wanted: GatewayConfig['supervisor'];
  readonly userHome: string;
  readonly uid: number;
  readonly run: RunCommand;
}

const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'Result',
  'Restart',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecStart',
  'UnitFileState',
  'RestartUSec',
  'TimeoutStopUSec',
  'StartLimitBurst',
  'StartLimitIntervalUSec',
  'Environment',
];
/** CLD_EXITED. */
const EXITED = '1';

/**
 * @throws UserError when systemd keeps this gateway, by its definition or by the configuration, and cannot be asked.
 */
export const showUnits = async (query: UnitQuery): Promise<readonly SystemdUnit[]> => {
  const found: SystemdUnit[] = [];
  for (const scope of ['user', 'system'] as const) found.push(...(await showScope(scope, query)));
  return found;
};

export const systemctl = (scope: SystemdUnit['scope'], ...args: readonly string[]): readonly [string, ...string[]] => [
  'systemctl',
  ...(scope === 'user' ? ['--user'] : []),
  ...args,
];

/** The address of the user's bus, for a Lifeline that was started by cron, which sets none. */
export const busEnv = (uid: number): Readonly<Record<string, string>> => ({
  XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] || `/run/user/${uid}`,
});

const showScope = async (
  scope: SystemdUnit['scope'],
  { services, kind, wanted, userHome, uid, run }: UnitQuery,
): Promise<readonly SystemdUnit[]> => {
  const known = services.filter(({ supervisor }) => supervisor === `systemd-${scope}`);
  if (known.length === 0) return [];
  const output = await run(
    systemctl(
      scope,
      'show',
      `--property=${PROPERTIES.join(',')}`,
      '--no-pager',
      ...new Set(known.map(({ unit }) => unit)),
    ),
    scope === 'user' ? { env: busEnv(uid) } : {},
  );
  if (output.exitCode !== 0) {
    // Where the configuration says that systemd keeps the gateway, that counts wherever the definition lies.
    const isNamed = wanted === `systemd-${scope}`;
    const defined = known.find(({ path }) => existsSync(path)) ?? (isNamed ? known[0] : undefined);
    if (!defined || (output.failure === 'not_found' && !isNamed)) return [];
    throw new UserError('SUPERVISOR_UNREACHABLE', `systemd cannot be asked about ${defined.unit}: ${wordsOf(output)}`);
  }
  return parseUnits(output, scope).filter(
    ({ name, argv }) =>
      // A unit under an old name may belong to quite another program.
      name === known[0]?.unit || servedByDefinition(kind, argv, { HOME: userHome }) !== null,
  );
};

/** Reads systemd's answer: one block of `KEY=value` lines for each unit, with an empty line between blocks. */
export const parseUnits = (
  { stdout }: Pick<CommandOutput, 'stdout'>,
  scope: SystemdUnit['scope'],
): readonly SystemdUnit[] =>
  stdout.split(/\n\s*\n/).flatMap((block): SystemdUnit[] => {
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(block)?.[1] ?? '';
    const name = value('Id');
    // Neither a masked unit nor one that cannot be read ever starts anything.
    if (name === '' || value('LoadState') !== 'loaded') return [];
    return [
      {
        scope,
        name,
        activeState: value('ActiveState'),
        result: value('Result'),
        restart: value('Restart'),
        exitCode: value('ExecMainCode') === EXITED ? Number(value('ExecMainStatus')) : null,
        enabled: value('UnitFileState'),
        restartDelayMs: spanOf(value('RestartUSec')),
        stopTimeoutMs: spanOf(value('TimeoutStopUSec')),
        startLimit: limitOf(Number(value('StartLimitBurst')), spanOf(value('StartLimitIntervalUSec'))),
        environment: assignmentsIn(value('Environment')),
        argv: argvIn(value('ExecStart')),
      },
    ];
  });

/** `{ path=/usr/bin/bot ; argv[]=bot run ; …}` */
const argvIn = (text: string): readonly string[] => {
  const begin = text.indexOf(ARGV);
  const end = text.indexOf(' ; ', begin);
  return begin < 0 || end < 0 ? [] : text.slice(begin + ARGV.length, end).split(/\s+/);
};
const ARGV = 'argv[]=';

const UNITS_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 2_629_800_000,
  y: 31_557_600_000,
};

/** systemd writes `1min 30s`, and `infinity`. */
export const spanOf = (text: string): number | null => {
  const parts = [...text.matchAll(/([\d.]{1,30})\s{0,3}([a-z]{1,10})/g)];
  if (parts.length === 0) return text === '0' ? 0 : null;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS_MS[unit ?? ''] ?? NaN), 0);
};

const limitOf = (burst: number, ms: number | null): SystemdUnit['startLimit'] =>
  burst > 0 && ms !== null && ms > 0 ? { burst, ms } : null;

/** `A=1 "B=two words"` */
const assignmentsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].flatMap(([, quoted, plain]) => {
      const assignment = quoted ?? plain ?? '';
      const at = assignment.indexOf('=');
      return at > 0 ? [[assignment.slice(0, at), assignment.slice(at + 1)]] : [];
    }),
  );
