/**
 * Ordinary talk with a gateway that is well: questions, their answers, and the agent at work. Nearly all that a log
 * tells is that, and none of it changes a verdict, so that whoever judges recorded logs may leave out judging it.
 */
import type { ConversationStep, Evidence } from './evidence.ts';
import type { DiagnosisPolicy } from './policy.ts';
import { FLOOR_MS } from './rules/unanswered.ts';
import { isUncontested, type GatewayState, type LinkAnswers, type LinkState } from './state.ts';
import type { Verdict } from './verdict.ts';

/**
 * How long a judgement may be left out: the earliest time at which a verdict changes because of a question that waits
 * is later than this after the question, and again this long after it.
 */
export const ORDINARY_MS = FLOOR_MS / 2;

/** Whether these verdicts, all that there are at one time, leave room for ordinary talk. */
export const isAtEase = (verdicts: readonly Verdict[]): boolean =>
  verdicts[0]?.condition === 'healthy' && verdicts.every(({ condition }) => WELL.has(condition));

const WELL: ReadonlySet<Verdict['condition']> = new Set<Verdict['condition']>([
  'healthy',
  'up',
  'listening',
  'disabled',
  'unknown',
]);

/** Whether nothing is under way in a state that is at ease. Neither ordinary talk nor time makes that untrue. */
export const isCalm = (state: GatewayState, at: number, policy: DiagnosisPolicy): boolean => {
  if (state.ready === null || state.process === null || state.gone !== null || state.resources.over !== null)
    return false;
  for (const link of state.links.values()) if (isRestless(link, at, policy)) return false;
  return true;
};

/**
 * Whether a piece of evidence changes no verdict on a gateway that is at ease and calm, neither now nor, if nothing else
 * comes, within `ORDINARY_MS` after it. @param state before the evidence
 */
export const isOrdinaryPiece = (state: GatewayState, evidence: Evidence): boolean => {
  if (evidence.fact.kind === 'link-traffic') return evidence.link !== null && isUp(state.links.get(evidence.link));
  return evidence.fact.kind === 'conversation' && STEPS.has(evidence.fact.step) && isAnswered(state, evidence.at);
};

const STEPS: ReadonlySet<ConversationStep> = new Set(['asked', 'answered', 'works']);

/** Nothing but its last proof is known of it that further traffic could change. */
const isUp = (link: LinkState | undefined): boolean =>
  link !== undefined &&
  link.proof !== null &&
  link.worked &&
  isUncontested(link) &&
  link.settles === null &&
  !link.awaited &&
  link.downSince === null &&
  link.dead === null &&
  link.ended === null &&
  link.connections.lost.length === 0;

/** Whether a link that is lost so often counts as flapping also turns on the time that it has held since. */
const isRestless = ({ losses }: LinkState, at: number, { flapping }: DiagnosisPolicy): boolean => {
  let recent = 0;
  for (const spell of losses) if (spell.lastAt > at - flapping.windowMs) recent += spell.count;
  return recent >= flapping.losses;
};

/** Nothing has gone wrong with any answer, and no question has waited for long. */
const isAnswered = ({ approval, refusedTurns, answers }: GatewayState, at: number): boolean => {
  if (approval !== null || refusedTurns.length > 0) return false;
  for (const each of answers.values()) if (!isWell(each) || (each.asked[0]?.at ?? at) < at - ORDINARY_MS) return false;
  return true;
};

const isWell = ({ failed, silent, unsent, dropped, stalled }: LinkAnswers): boolean =>
  failed.length === 0 && silent.length === 0 && unsent.length === 0 && dropped.length === 0 && stalled.length === 0;
