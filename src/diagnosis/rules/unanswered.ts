/**
 * For its owner a gateway is dead when it does not reply, whatever its links say. It is judged only where its own log
 * has shown that questions and answers can be seen in it.
 */
import { ageOf, chatOfEvidence, STALLED_FOR_MS, stalledSince } from '../advance-answers.ts';
import type { Evidence, LinkName } from '../evidence.ts';
import { SAME_LIFE_MS } from '../new-life.ts';
import type { LinkAnswers, GatewayState, LinkState } from '../state.ts';
import type { Cause } from '../verdict.ts';
import { healthy } from './alive.ts';
import type { GatewayRule, LinkRule, Unanswered } from './finding.ts';
import { strained } from './strained.ts';

/** So many answered questions show that answers can be seen; so many failures in a row are no accident. */
const LEAST = 3;
/** They lie further apart than one try and its repetitions. */
const SPAN_MS = 120_000;
const LEAST_QUESTIONS = 2;
/** No turn is taken for one that hangs before this, and before twice the longest that was seen. */
const FLOOR_MS = 600_000;
/** The same where the log does not show the agent at work: a long turn that works looks like one that hangs. */
const UNSEEN_FLOOR_MS = 1_800_000;
/** So many turns in a row that end with no reply are no silence by choice. */
const LEAST_SILENT = 4;
/** So many over so long are none either where no answer was ever to be seen, or none since the start: an update. */
const LONG_SILENCE = { least: 6, spanMs: 1_200_000 };
/** Replies in a row that could not be sent, where for `FLOOR_MS` more nothing goes out. */
const FEW_UNSENT = 2;
/** A reply against which nothing is said for so long went out. */
const SENT_MS = 60_000;
/**
 * What the gateway itself says again and again for so long is believed also where no answer is to be seen in its log.
 */
const SAID_FOR_MS = 900_000;
/** Turns of which nothing but their refusal is to be seen: so long a row, and so long after its last. */
const REFUSED_MS = { row: 3_600_000, holds: 21_600_000 };
/** A provider that is overloaded recovers by itself: told after so many refusals, each so soon behind the one before. */
const BUSY = { least: 6, apartMs: 900_000, holdsMs: 3_600_000 };
/**
 * Messages that the gateway's own lines call lost: so many, over so long, and all within an hour. They count also where
 * no answer was ever seen.
 */
const PLAIN = {
  unsent: { least: 4, spanMs: 900_000 },
  dropped: { least: 3, spanMs: 300_000 },
  withinMs: 3_600_000,
};
/**
 * What one job has to say is lost again and again: so often over so long, or so seldom over longer. It holds until the
 * next run of a job of every day should have told otherwise.
 */
const JOBS = {
  often: { least: 3, spanMs: 1_800_000 },
  seldom: { least: 2, spanMs: 21_600_000 },
  holdsMs: 26 * 3_600_000,
};
/** A message that is lost after it has waited so long: what should have taken it hangs. */
const WAITED_MS = 240_000;
/** A single question on which the agent was seen at work: longer than a gateway lets a turn show no activity. */
const LONE_MS = 2_100_000;
/** Work within this time after a question is work on that question. */
const BEGUN_MS = 60_000;

/** What is wrong with the answers on one link; `until`: nothing yet, and it is so from then on if nothing happens. */
type Found = Unanswered | { readonly until: number } | null;

/** What was sent on that link cannot be seen, or was never received: the rest of the gateway may be well. */
const OF_LINK: ReadonlySet<Cause> = new Set<Cause>(['sends_fail', 'messages_dropped']);

export const unanswered: GatewayRule = (state, policy, now) => {
  const well = healthy(state, policy, now);
  if (well === null) return null;
  const found = [...state.answers].flatMap(([name, answers]) => {
    if (isTold(state, name)) return [];
    const each = foundOn(state, name, answers, now);
    // The link's own verdict says so.
    if (each === null || ('cause' in each && OF_LINK.has(each.cause) && state.links.has(name))) return [];
    return [each];
  });
  const refused = refusedTurns(state, now);
  const jobs = jobsUndelivered(state, now);
  const [first] = [...found, ...(refused ? [refused] : []), ...(jobs ? [jobs] : [])]
    .flatMap((each) => ('cause' in each ? [each] : []))
    .toSorted((one, other) => (one.evidence[0]?.at ?? 0) - (other.evidence[0]?.at ?? 0));
  if (first) {
    const finding = { condition: 'unanswered', remedy: 'alert', ...told(first, now) } as const;
    const lastAt = first.evidence.at(-1)?.at ?? now;
    if (first === refused) return { ...finding, until: lastAt + holdsMs(first.evidence) };
    return first === jobs ? { ...finding, until: lastAt + JOBS.holdsMs } : finding;
  }
  const until = Math.min(...found.map((each) => ('until' in each ? each.until : Infinity)));
  if (until === Infinity) return null;
  const finding = strained(state, policy, now) ?? well;
  return { ...finding, until: Math.min(until, finding.until ?? Infinity) };
};

export const linkUnanswered: LinkRule = (link, { gateway, unanswered: found }, now) =>
  isOnItsWay(link, now) || found === null || gateway.condition === 'unanswered'
    ? null
    : { condition: 'unanswered', remedy: 'alert', ...told(found, now) };

/** Of some links no login is ever to be seen: after a while one that was opened counts as on its way no longer. */
const isOnItsWay = ({ proof, opened, failure, lastTry }: LinkState, now: number): boolean =>
  proof === null && [opened, failure, lastTry].some((sign) => sign !== null && now - sign.at < FLOOR_MS);

/** @returns what is wrong with the answers on a link and has nothing to do with the rest of the gateway. */
export const unansweredOn = (state: GatewayState, name: LinkName, now: number): Unanswered | null => {
  const answers = state.answers.get(name);
  const found = answers ? foundOn(state, name, answers, now) : null;
  return found !== null && 'cause' in found && OF_LINK.has(found.cause) ? found : null;
};

/** Of links whose questions and answers are not to be seen. */
const refusedTurns = ({ refusedTurns: row }: GatewayState, now: number): Unanswered | null => {
  const [first, last] = [row[0], row.at(-1)];
  if (!first || !last || row.length < LEAST || now >= last.at + holdsMs(row)) return null;
  if (passes(last) && !isBusyRow(row)) return null;
  const leastMs = [first, last].every((each) => isDraining(each) || isStale(each)) ? SAID_FOR_MS : REFUSED_MS.row;
  return last.at - first.at >= leastMs ? { cause: faultOf(row), evidence: row } : null;
};

/** The job that has been unable to deliver for the longest. */
const jobsUndelivered = ({ undelivered }: GatewayState, now: number): Unanswered | null => {
  for (const job of new Set(undelivered.map(chatOfEvidence))) {
    const row = undelivered.filter((each) => chatOfEvidence(each) === job);
    const [first, last] = [row[0], row.at(-1)];
    if (!first || !last || now >= last.at + JOBS.holdsMs) continue;
    const lasts = ({ least, spanMs }: typeof JOBS.often): boolean =>
      row.length >= least && last.at - first.at >= spanMs;
    if (lasts(JOBS.often) || lasts(JOBS.seldom)) return { cause: 'jobs_undelivered', evidence: row };
  }
  return null;
};

const holdsMs = (row: readonly Evidence[]): number =>
  row.slice(-1).some((last) => passes(last)) ? BUSY.holdsMs : REFUSED_MS.holds;

/** One of these alone says little: it may be the gateway's own round of jobs, and pass by itself. */
const passes = (last: Evidence): boolean => faultOf([last]) === 'provider_overloaded' || isStale(last);

/** A provider that is overloaded is so for minutes: the latest of its refusals must be many, and close together. */
const isBusyRow = (row: readonly Evidence[]): boolean => {
  const latest = row.slice(-BUSY.least);
  return (
    latest.length >= BUSY.least &&
    latest.every(({ at }, index) => index === 0 || at - (latest[index - 1]?.at ?? 0) <= BUSY.apartMs)
  );
};

const isDraining = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.draining === true;

const isStale = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.stale === true;

const told = ({ cause, evidence }: Unanswered, now: number) => ({ cause, since: evidence[0]?.at ?? now, evidence });

/** The link itself is in trouble, or off: its own verdict tells why nothing goes out. */
const isTold = ({ links }: GatewayState, name: LinkName): boolean => {
  const link = links.get(name);
  return (
    link !== undefined &&
    [link.loss, link.gaveUp, link.rejected, link.closed, link.held].some((trouble) => trouble !== null)
  );
};

const foundOn = (state: GatewayState, name: LinkName, answers: LinkAnswers, now: number): Found => {
  const born = (state.process?.startedAt ?? -Infinity) - SAME_LIFE_MS;
  const ofThisLife = (row: readonly Evidence[]): readonly Evidence[] => row.filter(({ at }) => at >= born);
  const pairs = [...state.answers.values()].reduce((sum, each) => sum + each.pairs, 0);
  const waited = ofThisLife(answers.dropped).filter((each) => isPlainLoss(each, now));
  if (waited.length > 0) return { cause: 'messages_dropped', evidence: waited };
  const upSince = state.links.get(name)?.upBy?.at ?? Infinity;
  const unsendable = answers.unsent.filter((each) => isForGood(each) && each.at >= upSince && isRecent(each, now));
  if (unsendable.length > 0) return { cause: 'sends_fail', evidence: unsendable };
  const failed = ofThisLife(answers.failed);
  if (pairs < LEAST) {
    const timedOut = failed.filter((each) => ageOf(each) > 0);
    if (areAllThereIs(timedOut)) return { cause: faultOf(timedOut), evidence: timedOut };
    if (hasEachFailed(ofThisLife(answers.asked), failed, answers)) return { cause: faultOf(failed), evidence: failed };
    if (isOwnRow(failed)) return { cause: 'turns_fail', evidence: failed.slice(-BUSY.least) };
    const silent = ofThisLife(answers.silent);
    if (isLongSilence(silent, state)) return { cause: 'no_reply', evidence: silent };
    const lost = plainlyLost(answers, ofThisLife);
    if (lost !== null) return lost;
    return state.approval === null ? stalledOn(state, answers, SAID_FOR_MS, born, now) : null;
  }
  if (isRow(failed)) return { cause: faultOf(failed), evidence: failed };
  const silent = ofThisLife(answers.silent);
  if (isSilence(silent, answers, born) || isLongSilence(silent, state)) return { cause: 'no_reply', evidence: silent };
  const unsent = ofThisLife(answers.unsent);
  if (isRow(unsent) && !isSent(answers, unsent, now)) return { cause: 'sends_fail', evidence: unsent };
  const dropped = ofThisLife(answers.dropped);
  if (isRow(dropped)) return { cause: 'messages_dropped', evidence: dropped };
  const few = fewUnsent(answers, unsent, now);
  if (few !== null) return few;
  if (state.approval !== null) return null;
  // Where no question was ever seen, what the gateway says is all that there is.
  const saidForMs = answers.askedAt === null ? SAID_FOR_MS : 0;
  return stalledOn(state, answers, saidForMs, born, now) ?? silentOn(state, answers, ofThisLife, now);
};

/** Two that are lost for good are told once the next one does not follow soon. */
const fewUnsent = ({ answered }: LinkAnswers, unsent: readonly Evidence[], now: number): Found => {
  const [first, last] = [unsent.at(-FEW_UNSENT), unsent.at(-1)];
  if (!first || !last || last.at - first.at < SPAN_MS || (answered?.at ?? 0) > last.at) return null;
  const until = last.at + FLOOR_MS;
  return now < until ? { until } : { cause: 'sends_fail', evidence: unsent };
};

/** One such line is enough. */
const isPlainLoss = (dropped: Evidence, now: number): boolean =>
  isForGood(dropped) || (ageOf(dropped) >= WAITED_MS && isRecent(dropped, now));

const isForGood = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.forGood === true;
const isRecent = ({ at }: Evidence, now: number): boolean => now < at + PLAIN.withinMs;

const plainlyLost = (
  answers: LinkAnswers,
  ofThisLife: (row: readonly Evidence[]) => readonly Evidence[],
): Unanswered | null => {
  for (const [row, { least, spanMs }, cause] of [
    [answers.unsent, PLAIN.unsent, 'sends_fail'],
    [answers.dropped, PLAIN.dropped, 'messages_dropped'],
  ] as const) {
    const own = ofThisLife(row);
    const last = own.at(-1)?.at ?? 0;
    const late = own.filter(({ at }) => at > last - PLAIN.withinMs);
    if (late.length >= least && last - (late[0]?.at ?? last) >= spanMs) return { cause, evidence: late };
  }
  return null;
};

const patienceMs = ({ longestMs }: LinkAnswers, floorMs: number): number => Math.max(floorMs, 2 * longestMs);

const isRow = (row: readonly Evidence[]): boolean =>
  row.length >= LEAST && (row.at(-1)?.at ?? 0) - (row[0]?.at ?? 0) >= SPAN_MS;

/**
 * In a life in which it has answered: where replies go out by other ways than the log shows, none was ever seen.
 */
const isSilence = (silent: readonly Evidence[], answers: LinkAnswers, born: number): boolean =>
  silent.length >= LEAST_SILENT &&
  !silent.some(isQueued) &&
  (answers.answered?.at ?? -Infinity) >= born &&
  (silent.at(-1)?.at ?? 0) - (silent[0]?.at ?? 0) >= patienceMs(answers, FLOOR_MS);

/** A message that is put into a turn which is under way ends at once: many in a row, and that turn does nothing more. */
const isLongSilence = (silent: readonly Evidence[], { agentWorks }: GatewayState): boolean => {
  const [first, last] = [silent[0], silent.at(-1)];
  if (!first || !last || silent.length < LONG_SILENCE.least || last.at - first.at < LONG_SILENCE.spanMs) return false;
  return !silent.some(isQueued) || agentWorks === null || agentWorks.at < first.at;
};

const isQueued = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.queued === true;

/** Turns that took most of the time since the first of them began, so that answers between them are hardly possible. */
const areAllThereIs = (timedOut: readonly Evidence[]): boolean => {
  const [first, last] = [timedOut[0], timedOut.at(-1)];
  if (!first || !last || timedOut.length < LEAST) return false;
  const took = timedOut.reduce((sum, each) => sum + ageOf(each), 0);
  const spanMs = last.at - (first.at - ageOf(first));
  return spanMs >= SAID_FOR_MS && took > spanMs / 2;
};

/** For a while each question that was seen ended in a failure before the next one came; the last may be at work. */
const hasEachFailed = (asked: readonly Evidence[], failed: readonly Evidence[], { answered }: LinkAnswers): boolean => {
  const [first, last] = [failed[0], failed.at(-1)];
  if (!first || !last || failed.length < LEAST || last.at - first.at < SAID_FOR_MS) return false;
  const questions = asked.filter(({ at }) => at > first.at);
  return (
    (answered === null || answered.at < first.at) &&
    questions.length >= LEAST - 1 &&
    questions.every((question, index) => {
      const next = questions[index + 1]?.at ?? Infinity;
      return next === Infinity || failed.some(({ at }) => at >= question.at && at < next);
    })
  );
};

/**
 * Turns whose questions and answers are not to be seen: many in a row that the gateway itself got wrong, close together
 * (#86508). One that went well in between it would not show.
 */
const isOwnRow = (failed: readonly Evidence[]): boolean => {
  const latest = failed.slice(-BUSY.least);
  return (
    latest.every(({ fact }) => fact.kind === 'conversation' && fact.ownFault === true) &&
    isBusyRow(failed) &&
    (latest.at(-1)?.at ?? 0) - (latest[0]?.at ?? 0) >= SAID_FOR_MS
  );
};

/** What the latest of them says. */
const faultOf = (failed: readonly Evidence[]): Cause => {
  const fact = failed.at(-1)?.fact;
  return fact?.kind === 'conversation' ? (fact.fault ?? 'turns_fail') : 'turns_fail';
};

const isSent = ({ answered }: LinkAnswers, unsent: readonly Evidence[], now: number): boolean =>
  answered !== null && answered.at > (unsent.at(-1)?.at ?? 0) && now >= answered.at + SENT_MS;

/** @param saidForMs how long the gateway must have said so. */
const stalledOn = (
  { agentWorks }: GatewayState,
  answers: LinkAnswers,
  saidForMs: number,
  born: number,
  now: number,
): Found => {
  const words = answers.stalled.filter(({ at }) => at >= born);
  for (const last of words) {
    const [first = last] = words.filter((each) => chatOfEvidence(each) === chatOfEvidence(last));
    if (now >= last.at + STALLED_FOR_MS || last.at - first.at < saidForMs) continue;
    const byTime = last.fact.kind === 'conversation' && last.fact.byTime === true;
    const began = Math.min(stalledSince(first), stalledSince(last));
    const since = byTime ? Math.max(began, agentWorks?.at ?? 0) : began;
    if (last.at - since >= patienceMs(answers, byTime ? UNSEEN_FLOOR_MS : FLOOR_MS))
      return { cause: 'turn_hangs', evidence: first === last ? [last] : [first, last] };
  }
  return null;
};

const silentOn = (
  { agentWorks, resumedAt }: GatewayState,
  answers: LinkAnswers,
  ofThisLife: (row: readonly Evidence[]) => readonly Evidence[],
  now: number,
): Found => {
  const { asked, chats, pairs } = answers;
  if (pairs < LEAST) return null;
  const own = ofThisLife(asked);
  // Where nobody was ever answered a message is chatter, or from somebody without rights.
  const questions = own.filter((each) => {
    const chat = chatOfEvidence(each);
    return chat === null || chats.includes(chat) || isTaken(each);
  });
  const begun = own.at(-1);
  // A single message may be one that nobody is to answer, unless the agent has begun to and then fallen silent; where
  // answers do not name their conversation, some of them may not be seen.
  if (questions.length < LEAST_QUESTIONS)
    return chats.length > 0 && begun && hasBegun(begun, agentWorks)
      ? noReply([begun], agentWorks, resumedAt, LONE_MS, answers, now)
      : null;
  const floorMs = agentWorks === null ? UNSEEN_FLOOR_MS : FLOOR_MS;
  return noReply(questions, agentWorks, resumedAt, floorMs, answers, now);
};

/** What the agent has been handed is no chatter, whoever was answered before (#81335). */
const isTaken = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.taken === true;

/** The agent's last work was right behind this question. */
const hasBegun = (question: Evidence, agentWorks: Evidence | null): boolean =>
  agentWorks !== null && agentWorks.at >= question.at && agentWorks.at - question.at < BEGUN_MS;

const noReply = (
  questions: readonly Evidence[],
  agentWorks: Evidence | null,
  resumedAt: number | null,
  floorMs: number,
  answers: LinkAnswers,
  now: number,
): Found => {
  const until = Math.max(questions[0]?.at ?? now, agentWorks?.at ?? 0, resumedAt ?? 0) + patienceMs(answers, floorMs);
  return now < until ? { until } : { cause: 'no_reply', evidence: questions };
};
