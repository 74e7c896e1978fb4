/**
 * The processes beside a gateway that hold some of its links, such as WhatsApp's bridge and signal-cli
 * (docs/facts/platforms.md 3.4, 3.8). They are looked at and never treated.
 */
import type { Evidence, LinkName, ProcessSeen, SidecarSeen } from '../../diagnosis/evidence.ts';
import { platformFor } from '../../gateways/platforms/index.ts';
import type { ProcessSnapshot } from './process-table.ts';
import { treeIn } from './process-tree.ts';
import type { Sensor } from '../sensor.ts';
import { survey } from './survey.ts';

export interface SidecarsSensorOptions {
  readonly home: string;
  /** The live gateway process; null: there is none. */
  readonly process: () => ProcessSeen | null;
  readonly links: () => readonly LinkName[];
  /** How old the list of processes may be. */
  readonly maxAgeMs?: number;
}

/** One list of processes serves all gateways that look in the same minute. */
const PROCESSES_MS = 60_000;

export const createSidecarsSensor = ({
  home,
  process: gateway,
  links,
  maxAgeMs = PROCESSES_MS,
}: SidecarsSensorOptions): Sensor => ({
  name: 'sidecars',
  look: async (now) => {
    const held = links().filter((link) => platformFor(link)?.sidecar !== undefined);
    const current = gateway();
    if (held.length === 0 || current === null) return [];
    const seen = sidecarsIn((await survey(maxAgeMs)).processes, { home, gateway: current, links: held });
    const evidence: Evidence = {
      at: now,
      source: 'sidecars',
      text: seen
        .map(({ link, process }) => `${link}: ${process === null ? 'none' : `process ${process.pid}`}`)
        .join(', '),
      link: null,
      fact: { kind: 'sidecars', seen },
    };
    return [evidence];
  },
});

export interface SidecarsWanted {
  readonly home: string;
  readonly gateway: ProcessSeen;
  readonly links: readonly LinkName[];
}

/** Pure. One that somebody else starts is left out where it is not there: it may be on another machine. */
export const sidecarsIn = (
  processes: readonly ProcessSnapshot[],
  { home, gateway, links }: SidecarsWanted,
): readonly SidecarSeen[] => {
  const own = new Set(treeIn(processes, gateway, process.pid).map(({ pid }) => pid));
  return links.flatMap((link): readonly SidecarSeen[] => {
    const sidecar = platformFor(link)?.sidecar;
    if (sidecar === undefined) return [];
    const alike = processes.filter(({ pid, argv }) => pid !== gateway.pid && sidecar.isProcess(argv));
    // It may outlive the gateway that has started it: then its arguments name the home, or it is anybody's.
    const found =
      alike.find(({ pid }) => own.has(pid)) ??
      alike.find(({ argv }) => argv.some((word) => word.startsWith(`${home}/`))) ??
      (sidecar.isOwn ? undefined : alike[0]);
    if (found === undefined) return sidecar.isOwn ? [{ link, process: null }] : [];
    return [{ link, process: { pid: found.pid, startedAt: found.startedAt } }];
  });
};
