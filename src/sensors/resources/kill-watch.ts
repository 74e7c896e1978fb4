/**
 * Tells of an end for want of memory: of the gateway's process that is not there any more, or of one that it had started.
 */
import type { Instant } from '../../base/instant.ts';
import type { Evidence, ProcessSeen } from '../../diagnosis/evidence.ts';
import { sameProcess } from '../process/proc.ts';
import { memoryGroupOf, type GroupPlaces } from './group-memory.ts';
import { isOfGatewayAlone, kernelKilled, killCounts, killedSince, type KillCounts } from './oom-kill.ts';

/** How old the counts of the control groups may be when the process ends. */
const COUNTS_EVERY_MS = 60_000;

export interface KillPlaces extends GroupPlaces {
  /** The kernel's log. */
  readonly log?: string;
}

/** @returns the look. @param current the live gateway process; null: there is none */
export const createKillWatch = ({ log, ...places }: KillPlaces = {}) => {
  let watched: { readonly process: ProcessSeen; readonly counts: KillCounts | null; readonly at: Instant } | null =
    null;

  const countsOf = async (process: ProcessSeen): Promise<KillCounts | null> => {
    const group = await memoryGroupOf(process.pid, places);
    return group && (await killCounts(group));
  };

  return async (now: Instant, current: ProcessSeen | null): Promise<readonly Evidence[]> => {
    const before = watched;
    const isSame = before !== null && current !== null && sameProcess(before.process, current);
    if (isSame && Math.abs(now - before.at) < COUNTS_EVERY_MS) return [];
    const counts = before?.counts ? await killCounts(before.counts.group) : null;
    const more = before?.counts && counts ? killedSince(before.counts, counts) : null;
    // A session, a slice or the group above counts those of other programs as well.
    const isOwn = more === 'own' && counts !== null && isOfGatewayAlone(counts.group);
    watched = current && { process: current, counts: isSame ? counts : await countsOf(current), at: now };
    if (before === null) return [];
    if (isSame) return isOwn ? [killed(now, false, 'count')] : [];
    if (kernelKilled(before.process, log)) return [killed(now, true, 'name')];
    return more === null ? [] : [killed(now, true, isOwn ? 'count' : 'perhaps')];
  };
};

const BY = {
  name: "by the kernel's log",
  count: 'by its control group',
  perhaps: 'by the count of a control group that holds other programs too: perhaps this one',
} as const;

const killed = (at: Instant, whole: boolean, by: keyof typeof BY): Evidence => {
  const own = whole ? 'it' : 'one of its processes';
  const who = by === 'perhaps' ? 'a process' : own;
  const text = `${who} was ended for want of memory, ${BY[by]}`;
  return { at, source: 'kernel', text, link: null, fact: { kind: 'oom-kill', whole, by } };
};
