/**
 * The one gate through which evidence comes to the diagnosis: what a sensor says can be stored, ends, and is of now or
 * before.
 */
import { AHEAD_MS, instantOf, type Instant } from '../base/instant.ts';
import type { Evidence, GatewayFact, LinkFact, ProcessSeen } from './evidence.ts';

/** What a gateway says of how long it will wait counts for so long: its longest brake is five minutes. */
const LONGEST_WAIT_MS = 3_600_000;

/** @returns the evidence as it may be folded into the state; null: it is dated in the future, and so no evidence. */
export const admit = (evidence: Evidence, now: Instant): Evidence | null => {
  if (evidence.at > now + AHEAD_MS) return null;
  // Two clocks of one machine, and what was read a moment after it was asked for.
  const at = evidence.at > now ? now : evidence.at;
  return evidence.link === null
    ? { ...evidence, at, fact: gatewayFact(evidence.fact, now) }
    : { ...evidence, at, fact: linkFact(evidence.fact) };
};

const gatewayFact = (fact: GatewayFact, now: Instant): GatewayFact => {
  if (fact.kind === 'process')
    return {
      ...fact,
      process: fact.process && withStart(fact.process, now),
      ...(fact.beside ? { beside: fact.beside.map((each) => withStart(each, now)) } : {}),
    };
  if (fact.kind === 'duplicates') return { ...fact, processes: fact.processes.map((each) => withStart(each, now)) };
  if (fact.kind === 'port-taken') return { ...fact, holder: withStart(fact.holder, now) };
  if (fact.kind === 'keeper' && fact.outlook.next === 'starts' && fact.outlook.withinMs !== null)
    return { ...fact, outlook: { ...fact.outlook, withinMs: bounded(fact.outlook.withinMs) } };
  if (fact.kind === 'loop' && fact.turnedAt !== undefined && fact.turnedAt > now) return { ...fact, turnedAt: now };
  if (fact.kind === 'respawn-brake') return { ...fact, pauseMs: bounded(fact.pauseMs) };
  return fact;
};

const linkFact = (fact: LinkFact): LinkFact => {
  if ((fact.kind === 'link-retrying' || fact.kind === 'link-retry-failed') && fact.nextInMs !== undefined)
    return { ...fact, nextInMs: bounded(fact.nextInMs) };
  return fact;
};

/** A process is known by its own start time; its date only tells what is older than it. */
const withStart = <Seen extends ProcessSeen>(process: Seen, now: Instant): Seen => {
  const startedAt = instantOf(process.startedAt);
  return { ...process, startedAt: startedAt === null || startedAt > now ? now : startedAt };
};

const bounded = (ms: number): number => (ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : 0);
