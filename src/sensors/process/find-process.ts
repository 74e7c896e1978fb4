/** Looks for the gateway of a home among all processes of this machine. */
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unlessShort } from '../../base/shortage.ts';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import type { GatewayKind } from '../../gateways/gateway-kind.ts';
import type { ProcessHolder } from './control-group.ts';
import { readHomeFacts, recordedIn } from './home-facts.ts';
import { identify, type Candidate, type Identified, type Keeper } from './identify.ts';
import { readLock } from './lock.ts';
import { isAlive, readAncestors, readProcess, sameProcess } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';
import { lookAlike, seeFolder, survey, type FolderId, type Lookalike } from './survey.ts';

export interface SightOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /** The units that the configuration or the gateway's own installer names. */
  readonly units?: readonly UnitName[];
  /**
   * The process that a container engine, launchd or s6 names as its own; asked only when something looks like the
   * gateway and nothing else proves it.
   */
  readonly namedByKeeper?: () => Promise<ProcessIdentity | null>;
  /** Proven before, or started by Lifeline itself. */
  readonly known?: readonly ProcessIdentity[];
  /** What belonged to a gateway that has ended: part of it, and none itself. */
  readonly leftBehind?: readonly ProcessIdentity[];
  /** How late a process that has just been started may be seen; one that has ended never counts. */
  readonly maxAgeMs?: number;
  /** What was seen before this time of `performance.now()` does not serve, however young it is. */
  readonly since?: number;
}

export interface UnitName extends Pick<Keeper, 'namedBy'> {
  readonly scope: 'user' | 'system';
  readonly unit: string;
}

/** What runs of a gateway. */
export interface Sighting {
  readonly gateway: Identified['gateway'];
  /** Processes that look like this home's gateway and are not proven to be: beside a proven gateway its doubles. */
  readonly beside: readonly (ProcessSnapshot & Pick<Candidate, 'home'>)[];
}

/**
 * What cannot be read of a process or of the home proves nothing. @throws a shortage of the system's: then nothing was
 * seen.
 */
export const sight = async ({
  kind,
  home,
  units = [],
  namedByKeeper,
  known = [],
  leftBehind = [],
  maxAgeMs = 0,
  since,
}: SightOptions): Promise<Sighting> => {
  const seen = await (await survey(maxAgeMs, since)).lookalikes(kind);
  const folder = await seeFolder(home);
  const byName = folder === null || seen.some((one) => one.folder === null);
  const place: Place = { home, folder: folder?.id ?? null, path: byName ? await realPath(home) : home };
  const lock = kind.lockFile === null ? null : await readLock(join(home, kind.lockFile), maxAgeMs, since);
  // Of a hundred gateways on this machine those of other homes are no business of this one's.
  const near = seen.filter((one) => one.pid === lock?.pid || servedHome(one, place) !== 'other');
  const fitting = maxAgeMs > 0 ? (await Promise.all(near.map(stillThere))).filter((one) => one !== null) : near;
  // A kind whose programs have no words of their own: its record says which one it is.
  const recorded = kind.livesInHome ? await recordedIn(kind, home) : [];
  const named = recorded.filter((each) => !known.some((other) => sameProcess(each, other)));
  const alive = [...fitting, ...(await retitled([...known, ...named], seen))].filter(
    (one) => !leftBehind.some((each) => sameProcess(each, one)),
  );
  const candidates = alive.map((lookalike) => candidateOf(lookalike, kind, place, units));
  const facts = await readHomeFacts(kind, home, candidates, known, {
    lockPid: lock?.pid ?? null,
    owner: folder?.owner ?? null,
  });
  const found = identify(candidates, facts);
  if (found.gateway || candidates.length === 0) return withLockHolder(found, facts.lockPid);
  const kept = namedByKeeper ? await markKept(candidates, namedByKeeper) : candidates;
  return withLockHolder(identify(kept, facts), facts.lockPid);
};

const stillThere = async (seen: Lookalike): Promise<Lookalike | null> => {
  const now = await readProcess(seen.pid);
  return isAlive(now) && sameProcess(now, seen) ? { ...seen, ...now } : null;
};

/** A daemon may write a title of its own over its command line at any time: what was proven before stays what it is. */
const retitled = async (
  known: readonly ProcessIdentity[],
  seen: readonly Lookalike[],
): Promise<readonly Lookalike[]> => {
  const others = known.filter((each) => !seen.some((one) => sameProcess(one, each)));
  const found = await Promise.all(
    others.map(async (each) => {
      const now = await readProcess(each.pid).catch(unlessShort);
      return isAlive(now) && sameProcess(now, each) ? lookAlike(now, { home: null, entry: 'common' }) : null;
    }),
  );
  return found.filter((one) => one !== null);
};

interface Place {
  readonly home: string;
  readonly folder: FolderId | null;
  /** Without symbolic links, where it is needed. */
  readonly path: string;
}

const candidateOf = (seen: Lookalike, kind: GatewayKind, place: Place, units: readonly UnitName[]): Candidate => ({
  ...seen,
  entry: seen.served.entry,
  home: servedHome(seen, place),
  keeper: keeperOf(seen.holder, units),
  livesInHome: kind.livesInHome && seen.served.entry === 'own' && servedHome(seen, place) === 'same',
  mayBeCommand: kind.mayBeCommand(seen.argv),
});

/** Folders are compared as such where both can be seen, else by their names. */
const servedHome = (
  { served, folder, isContained }: Lookalike,
  { home, folder: own, path }: Place,
): Candidate['home'] => {
  if (served.home === null) return 'unknown';
  if (folder !== null && own !== null) return folder === own ? 'same' : 'other';
  if (isContained) return 'unknown';
  return served.home === home || served.home === path ? 'same' : 'other';
};

const keeperOf = (holder: ProcessHolder | null, units: readonly UnitName[]): Keeper | null => {
  if (holder?.kind !== 'service') return null;
  const names = units.filter(({ scope, unit }) => scope === holder.scope && unit === holder.unit);
  const [first] = names;
  if (first === undefined) return null;
  return {
    manager: holder.scope === 'user' ? holder.uid : null,
    namedBy: names.some(({ namedBy }) => namedBy === 'configuration') ? 'configuration' : first.namedBy,
  };
};

/** The keeper's process may be a wrapper around the gateway, or a container's init. */
const markKept = async (
  candidates: readonly Candidate[],
  namedByKeeper: () => Promise<ProcessIdentity | null>,
): Promise<readonly Candidate[]> => {
  const named = await namedByKeeper().catch(() => null);
  if (!named) return candidates;
  return Promise.all(
    candidates.map(async (candidate) =>
      candidate.pid === named.pid || (await readAncestors(candidate.pid)).includes(named.pid)
        ? { ...candidate, keeper: { manager: null, namedBy: 'configuration' } }
        : candidate,
    ),
  );
};

/** Whoever holds the home's lock keeps every other gateway from starting there, whatever its command line says. */
const withLockHolder = async (found: Identified, lockPid: number | null): Promise<Sighting> => {
  if (lockPid === null || found.gateway?.by === 'lock' || found.beside.some(({ pid }) => pid === lockPid)) return found;
  const holder = await readProcess(lockPid).catch(() => null);
  return isAlive(holder) ? { ...found, beside: [...found.beside, { ...holder, home: 'same' }] } : found;
};

/** Returns the path without symbolic links, or as it is given where nothing is there. Never throws. */
const realPath = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
