/**
 * For its owner a gateway is dead when it does not reply, whatever its links say. It is judged only where its own log
 * has shown that questions and answers can be seen in it.
 */
import { chatOfEvidence } from '../advance-answers.ts';
import type { Evidence, LinkName } from '../evidence.ts';
import { SAME_LIFE_MS } from '../new-life.ts';
import type { LinkAnswers, GatewayState } from '../state.ts';
import type { Cause } from '../verdict.ts';
import { healthy } from './alive.ts';
import type { GatewayRule, LinkRule, Unanswered } from './finding.ts';

/** So many answered questions show that answers can be seen; so many failures in a row are no accident. */
const LEAST = 3;
/** They lie further apart than one try and its repetitions. */
const SPAN_MS = 120_000;
/** A single message may be one that nobody is to answer. */
const LEAST_QUESTIONS = 2;
/** No turn is taken for one that hangs before this, and before twice the longest that was seen. */
const FLOOR_MS = 600_000;
/** The same where the log does not show the agent at work: a long turn that works looks like one that hangs. */
const UNSEEN_FLOOR_MS = 1_800_000;
/** A reply against which nothing is said for so long went out. */
const SENT_MS = 60_000;
/** A stalled session is told of again and again; one that is not any more was freed. */
const STALLED_FOR_MS = 300_000;

/** What is wrong with the answers on one link; `until`: nothing yet, and it is so from then on if nothing happens. */
type Found = Unanswered | { readonly until: number } | null;

/** What was sent on that link cannot be seen, or was never received: the rest of the gateway may be well. */
const OF_LINK: ReadonlySet<Cause> = new Set<Cause>(['sends_fail', 'messages_dropped']);

export const unanswered: GatewayRule = (state, policy, now) => {
  const well = healthy(state, policy, now);
  if (well === null) return null;
  const found = [...state.answers].flatMap(([name, answers]) => {
    if (isTold(state, name)) return [];
    const each = foundOn(state, answers, now);
    // The link's own verdict says so.
    if (each === null || ('cause' in each && OF_LINK.has(each.cause) && state.links.has(name))) return [];
    return [each];
  });
  const [first] = found
    .flatMap((each) => ('cause' in each ? [each] : []))
    .toSorted((one, other) => (one.evidence[0]?.at ?? 0) - (other.evidence[0]?.at ?? 0));
  if (first) return { condition: 'unanswered', remedy: 'alert', ...told(first, now) };
  const until = Math.min(...found.map((each) => ('until' in each ? each.until : Infinity)));
  return until === Infinity ? null : { ...well, until };
};

export const linkUnanswered: LinkRule = ({ proof }, { gateway, unanswered: found }, now) =>
  proof === null || found === null || gateway.condition === 'unanswered'
    ? null
    : { condition: 'unanswered', remedy: 'alert', ...told(found, now) };

/** @returns what is wrong with the answers on a link and has nothing to do with the rest of the gateway. */
export const unansweredOn = (state: GatewayState, name: LinkName, now: number): Unanswered | null => {
  const answers = state.answers.get(name);
  const found = answers ? foundOn(state, answers, now) : null;
  return found !== null && 'cause' in found && OF_LINK.has(found.cause) ? found : null;
};

const told = ({ cause, evidence }: Unanswered, now: number) => ({ cause, since: evidence[0]?.at ?? now, evidence });

/** The link itself is in trouble, or off: its own verdict tells why nothing goes out. */
const isTold = ({ links }: GatewayState, name: LinkName): boolean => {
  const link = links.get(name);
  return (
    link !== undefined &&
    [link.loss, link.gaveUp, link.rejected, link.closed, link.held].some((trouble) => trouble !== null)
  );
};

const foundOn = (state: GatewayState, answers: LinkAnswers, now: number): Found => {
  const born = (state.process?.startedAt ?? -Infinity) - SAME_LIFE_MS;
  const ofThisLife = (row: readonly Evidence[]): readonly Evidence[] => row.filter(({ at }) => at >= born);
  const pairs = [...state.answers.values()].reduce((sum, each) => sum + each.pairs, 0);
  if (pairs < LEAST) return null;
  const failed = ofThisLife(answers.failed);
  if (isRow(failed)) return { cause: faultOf(failed), evidence: failed };
  const unsent = ofThisLife(answers.unsent);
  if (isRow(unsent) && !isSent(answers, unsent, now)) return { cause: 'sends_fail', evidence: unsent };
  const dropped = ofThisLife(answers.dropped);
  if (isRow(dropped)) return { cause: 'messages_dropped', evidence: dropped };
  if (state.approval !== null) return null;
  const patienceMs = (floorMs: number): number => Math.max(floorMs, 2 * answers.longestMs);
  return (
    stalledOn(answers, patienceMs(FLOOR_MS), born, now) ??
    silentOn(state, answers, patienceMs(state.agentWorks === null ? UNSEEN_FLOOR_MS : FLOOR_MS), ofThisLife, now)
  );
};

const isRow = (row: readonly Evidence[]): boolean =>
  row.length >= LEAST && (row.at(-1)?.at ?? 0) - (row[0]?.at ?? 0) >= SPAN_MS;

/** What the latest of them says. */
const faultOf = (failed: readonly Evidence[]): Cause => {
  const fact = failed.at(-1)?.fact;
  return fact?.kind === 'conversation' ? (fact.fault ?? 'turns_fail') : 'turns_fail';
};

const isSent = ({ answered }: LinkAnswers, unsent: readonly Evidence[], now: number): boolean =>
  answered !== null && answered.at > (unsent.at(-1)?.at ?? 0) && now >= answered.at + SENT_MS;

const stalledOn = ({ stalled }: LinkAnswers, patienceMs: number, born: number, now: number): Found =>
  stalled?.fact.kind === 'conversation' &&
  stalled.at >= born &&
  now < stalled.at + STALLED_FOR_MS &&
  (stalled.fact.ms ?? 0) >= patienceMs
    ? { cause: 'turn_hangs', evidence: [stalled] }
    : null;

const silentOn = (
  { agentWorks, resumedAt }: GatewayState,
  { asked, chats, pairs }: LinkAnswers,
  patienceMs: number,
  ofThisLife: (row: readonly Evidence[]) => readonly Evidence[],
  now: number,
): Found => {
  // Where nobody was ever answered a message is chatter, or from somebody without rights.
  const questions = ofThisLife(asked).filter((each) => {
    const chat = chatOfEvidence(each);
    return chat === null || chats.includes(chat);
  });
  const [first] = questions;
  if (!first || pairs < LEAST || questions.length < LEAST_QUESTIONS) return null;
  const until = Math.max(first.at, agentWorks?.at ?? 0, resumedAt ?? 0) + patienceMs;
  return now < until ? { until } : { cause: 'no_reply', evidence: questions };
};
