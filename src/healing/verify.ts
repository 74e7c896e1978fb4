/** What is still missing until a treatment counts as verified. Pure. */
import type { LinkName, ProcessIdentity } from '../diagnosis/evidence.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import type { Missing } from './treatment.ts';

export interface Verification {
  /** The process before the treatment; null when there was none. */
  readonly before: ProcessIdentity | null;
  /** Links that must be logged in. */
  readonly links: readonly LinkName[];
  /** Whose process it must be, by uid; null: not known. */
  readonly uid?: number | null;
  /** Whether its memory was the trouble. */
  readonly memory?: boolean;
}

/** What a process needs shows itself only after its start. */
const MEMORY_AFTER_MS = 10_000;

/**
 * The old process proves nothing for the new one, and no process proves nothing at all: then only that is missing.
 * @returns an empty list when all is proven.
 */
export const stillMissing = (
  vitals: Vitals,
  { before, links, uid = null, memory = false }: Verification,
): readonly Missing[] => {
  const { process } = vitals;
  if (!process) return [{ what: 'process' }];
  if (before && !isNewer(process, before)) return [{ what: 'new_process' }];
  return [
    ...(uid !== null && process.uid !== undefined && process.uid !== uid ? [{ what: 'right_user' } as const] : []),
    ...(vitals.readyAt === null ? [{ what: 'ready' } as const] : []),
    ...(memory && !isBelowLimit(vitals, process.startedAt) ? [{ what: 'memory' } as const] : []),
    ...(vitals.checksOwed ?? []).map((check) => ({ what: 'check', check }) as const),
    ...links.filter((link) => !isLoggedIn(vitals, link)).map((link) => ({ what: 'login', link }) as const),
  ];
};

/** What cannot be told anywhere does not keep a restart from being proven. */
const isBelowLimit = ({ resources }: Vitals, startedAt: number): boolean =>
  resources?.memory === null ||
  (resources?.memory !== undefined &&
    resources.memory.level !== 'over' &&
    (resources.at ?? 0) >= startedAt + MEMORY_AFTER_MS);

/** @param since nothing older counts. */
export const missingLinks = (vitals: Vitals, links: readonly LinkName[], since: number): readonly Missing[] => {
  if (!vitals.process) return [{ what: 'process' }];
  return links
    .filter((link) => !isLoggedIn(vitals, link) || (vitals.links.get(link)?.provenAt ?? 0) < since)
    .map((link) => ({ what: 'login', link }) as const);
};

/** Another pid, or the same pid (in a container it often is) with a later start; an older process is a stray one. */
export const isNewer = (process: ProcessIdentity, before: ProcessIdentity): boolean =>
  process.pid === before.pid ? process.startTime > before.startTime : process.startTime >= before.startTime;

const isLoggedIn = ({ links }: Vitals, name: LinkName): boolean => {
  const link = links.get(name);
  return link !== undefined && link.provenAt !== null && link.lostAt === null;
};
