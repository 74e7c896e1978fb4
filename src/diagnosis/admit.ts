/** The one gate through which evidence comes to the diagnosis: whatever a sensor says, what is folded can be stored and ends. */
import { instantOf, type Instant } from '../base/instant.ts';
import type { Evidence, GatewayFact, LinkFact, ProcessSeen } from './evidence.ts';

/** What a gateway says of how long it will wait counts for so long: its longest brake is five minutes. */
const LONGEST_WAIT_MS = 3_600_000;

/** @returns the evidence as it may be folded into the state. */
export const admit = (evidence: Evidence, now: Instant): Evidence =>
  evidence.link === null ? { ...evidence, fact: gatewayFact(evidence.fact, now) } : { ...evidence, fact: linkFact(evidence.fact) };

const gatewayFact = (fact: GatewayFact, now: Instant): GatewayFact => {
  if (fact.kind === 'process' && fact.process !== null) return { ...fact, process: withStart(fact.process, now) };
  if (fact.kind === 'respawn-brake') return { ...fact, pauseMs: bounded(fact.pauseMs) };
  return fact;
};

const linkFact = (fact: LinkFact): LinkFact => {
  if ((fact.kind === 'link-retrying' || fact.kind === 'link-retry-failed') && fact.nextInMs !== undefined) return { ...fact, nextInMs: bounded(fact.nextInMs) };
  return fact;
};

/** A process is known by its own start time; its date only tells what is older than it. */
const withStart = (process: ProcessSeen, now: Instant): ProcessSeen => ({ ...process, startedAt: instantOf(process.startedAt) ?? now });

const bounded = (ms: number): number => (ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : 0);
