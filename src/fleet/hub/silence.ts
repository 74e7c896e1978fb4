/**
 * Which hosts are silent, which of them are told together, and which are back. Pure. Times are of a clock that never
 * jumps.
 */
import type { Labels } from '../protocol/names.ts';

export const SILENT_MS = 90_000;
/** Hosts that were cut off together were last heard at most one beat apart. */
export const TOGETHER_MS = 17_000;
/** After some of several are back, so long is waited for the others. */
export const PARTLY_MS = 60_000;

export interface HeardHost {
  readonly host: string;
  readonly labels: Labels;
  /** When it was last heard by this hub; null: not yet. */
  readonly heardAt: number | null;
}

/** Hosts that were told as one. */
export interface OpenSilence {
  readonly id: number;
  readonly hosts: readonly string[];
  readonly back: readonly string[];
}

export type SilenceStep =
  | { readonly do: 'tell'; readonly hosts: readonly string[]; readonly shared: Shared }
  /** `hosts` are still silent, `back` are not. */
  | { readonly do: 'note'; readonly id: number; readonly hosts: readonly string[]; readonly back: readonly string[] }
  | { readonly do: 'end'; readonly id: number; readonly back: readonly string[] };

export type Shared =
  | { readonly is: 'all' }
  | { readonly is: 'label'; readonly name: string; readonly value: string }
  | { readonly is: 'nothing' };

/** @param listeningSince since when this hub has heard everything that came. */
export const silenceSteps = (
  hosts: readonly HeardHost[],
  open: readonly OpenSilence[],
  listeningSince: number,
  now: number,
): readonly SilenceStep[] => {
  const silentMs = ({ heardAt }: HeardHost): number => now - Math.max(heardAt ?? -Infinity, listeningSince);
  const told = new Set(open.flatMap((silence) => silence.hosts));
  const untold = hosts.filter(({ host }) => !told.has(host));
  const isDue = untold.some((host) => silentMs(host) >= SILENT_MS);
  const silent = isDue ? untold.filter((host) => silentMs(host) >= SILENT_MS - TOGETHER_MS) : [];

  // One that was told with others before its own time had come has not been heard for that reason.
  const heard = new Set(
    hosts.filter(({ heardAt }) => heardAt !== null && now - heardAt < SILENT_MS - TOGETHER_MS).map(({ host }) => host),
  );
  const known = new Set(hosts.map(({ host }) => host));
  const changes = open.flatMap((silence): SilenceStep[] => {
    // A host that was forgotten is waited for no more.
    const left = silence.hosts.filter((host) => known.has(host) && !heard.has(host));
    const back = [...silence.back, ...silence.hosts.filter((host) => heard.has(host))];
    if (left.length === 0) return [{ do: 'end', id: silence.id, back }];
    return left.length < silence.hosts.length ? [{ do: 'note', id: silence.id, hosts: left, back }] : [];
  });
  return [
    ...changes,
    ...(silent.length > 0
      ? [{ do: 'tell', hosts: silent.map(({ host }) => host).toSorted(), shared: sharedBy(silent, hosts) } as const]
      : []),
  ];
};

/** What silent hosts share and the others have not, or at least what they share. */
export const sharedBy = (silent: readonly HeardHost[], all: readonly HeardHost[]): Shared => {
  const [first, ...others] = silent;
  if (first === undefined || others.length === 0) return { is: 'nothing' };
  if (silent.length === all.length) return { is: 'all' };
  const common = Object.entries(first.labels).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  );
  const only = common.find(
    ([name, value]) => all.filter(({ labels }) => labels[name] === value).length === silent.length,
  );
  const [name, value] = only ?? common[0] ?? [];
  return name === undefined || value === undefined ? { is: 'nothing' } : { is: 'label', name, value };
};
