/** Folds what a log tells of conversations into what is known of the answers on each link. */
import type { ConversationFact, Evidence, LinkName } from './evidence.ts';
import { OWN_CHAT, platformOf } from './link-name.ts';
import { newLink, NO_ANSWERS, type LinkAnswers, type LinkState, type GatewayState } from './state.ts';

/** Two clocks, and two lines about one thing, differ by less than this. */
const SAME_MS = 5_000;
/** Messages within this time are one question: people write in pieces, and the gateway merges them. */
const QUESTION_MS = 60_000;
/** Failures within this time are one: an error is written by several loggers. */
const FAILURE_MS = 20_000;
/** Failures longer ago than this are in no row with the latest. */
const ROW_MS = 86_400_000;
const MOST = 10;
/** A job of every second day is known by its latest two runs. */
const JOBS_MS = 50 * 3_600_000;
const MOST_JOBS = 60;
const MOST_CHATS = 30;
const MOST_PAIRS = 1_000;
/** A turn that took longer than this says nothing of how long one may take. */
const LONGEST_MS = 21_600_000;
/** A stalled session is told of again and again; one of which nothing is said for so long was freed. */
export const STALLED_FOR_MS = 300_000;

export const advanceAnswers = (state: GatewayState, evidence: Evidence, fact: ConversationFact): GatewayState => {
  switch (fact.step) {
    case 'works':
      return { ...state, agentWorks: later(state.agentWorks, evidence) };
    case 'waits':
      return { ...state, agentWorks: later(state.agentWorks, evidence), approval: evidence };
    case 'freed':
      return {
        ...state,
        answers: new Map([...state.answers].map(([name, each]) => [name, { ...each, stalled: [] }])),
      };
    case 'undelivered':
      return withUndelivered(state, evidence, fact);
    case 'delivered':
      return state.undelivered.length === 0
        ? state
        : { ...state, undelivered: state.undelivered.filter((each) => chatOfEvidence(each) !== (fact.chat ?? null)) };
    case 'asked':
    case 'answered':
      return withAnswers(state.approval === null ? state : { ...state, approval: null }, evidence, fact);
    case 'typing':
    case 'settled':
    case 'silent':
    case 'failed':
    case 'rescued':
    case 'unsent':
    case 'sent':
    case 'dropped':
    case 'stalled':
      return withAnswers(state, evidence, fact);
  }
};

/** While its link is on its way nothing can be delivered on it, and its own verdict tells that. */
const withUndelivered = (state: GatewayState, evidence: Evidence, { on, chat }: ConversationFact): GatewayState => {
  const link = on === null ? undefined : state.links.get(on);
  if (link !== undefined && !isUp(link, evidence.at)) return state;
  const last = state.undelivered.findLast((each) => chatOfEvidence(each) === (chat ?? null));
  // Several loggers, and several targets of one run.
  if (last && evidence.at - last.at < QUESTION_MS) return state;
  const kept = state.undelivered.filter(({ at }) => at > evidence.at - JOBS_MS);
  return { ...state, undelivered: [...kept, evidence].slice(-MOST_JOBS) };
};

const later = (one: Evidence | null, other: Evidence): Evidence => (one !== null && one.at > other.at ? one : other);

const withAnswers = (state: GatewayState, evidence: Evidence, fact: ConversationFact): GatewayState => {
  // A message that waits in the agent's main conversation, and that the log has not shown, is of no known link.
  const unseen = fact.step === 'stalled' ? OWN_CHAT : null;
  const name = fact.draining ? null : (fact.on ?? askedLast(state) ?? unseen);
  // An error of a scheduled job is nobody's question.
  if (name === null)
    return isRefusedTurn(fact) ? { ...state, refusedTurns: inRow(state.refusedTurns, evidence, FAILURE_MS) } : state;
  // While it is on its way, nothing can be sent on it.
  if (fact.step === 'unsent' && fact.forGood && !isUp(state.links.get(name), evidence.at)) return state;
  const before = state.answers.get(name) ?? NO_ANSWERS;
  const answers = new Map(state.answers).set(name, answersAfter(before, evidence, fact));
  return {
    ...state,
    answers,
    links: withAccount(state, name, evidence, fact),
    refusedTurns: fact.step === 'answered' ? [] : state.refusedTurns,
  };
};

/** What a link needs after its login until it can send. */
const LOGGED_IN_MS = 30_000;
const isUp = (link: LinkState | undefined, at: number): boolean =>
  link?.loss === null && link.upBy !== null && at - link.upBy.at >= LOGGED_IN_MS;

/**
 * The gateway takes no work, ends turns in which nothing goes on, or the provider takes no question of anybody's, until
 * a person has seen to that.
 */
const isRefusedTurn = ({ step: told, forAsker, fault, draining, stale }: ConversationFact): boolean =>
  told === 'failed' &&
  (draining === true || stale === true || (forAsker === true && fault !== undefined && fault !== 'turns_fail'));

/** A reply that fails on a further account of a judged platform is that account's: with it its link becomes known. */
const withAccount = (
  { links }: GatewayState,
  name: LinkName,
  { at }: Evidence,
  { step: told }: ConversationFact,
): GatewayState['links'] => {
  const isNew = (told === 'unsent' || told === 'dropped') && !links.has(name);
  return isNew && [...links.keys()].some((known) => platformOf(known) === platformOf(name))
    ? new Map(links).set(name, newLink(at))
    : links;
};

/** A line that names no link is about the link whose question waits. */
const askedLast = ({ answers }: GatewayState): LinkName | null =>
  [...answers]
    .flatMap(([name, { asked }]) => asked.slice(-1).map(({ at }) => ({ name, at })))
    .toSorted((one, other) => other.at - one.at)[0]?.name ?? null;

/** @returns what is known of the answers of a link after evidence that is about it. */
const answersAfter = (answers: LinkAnswers, evidence: Evidence, fact: ConversationFact): LinkAnswers => {
  switch (fact.step) {
    case 'asked': {
      const known = { ...answers, askedAt: Math.max(answers.askedAt ?? evidence.at, evidence.at) };
      return isOld(answers, evidence) ? known : { ...known, asked: withQuestion(answers.asked, evidence) };
    }
    case 'typing':
      // The question itself tells more, where it is to be seen.
      return answers.asked.every(isTyping) ? { ...answers, asked: [evidence] } : answers;
    case 'answered':
      return answered(answers, evidence, fact);
    case 'settled':
      return settled(answers, evidence);
    case 'silent':
      return { ...settled(answers, evidence), silent: inRow(answers.silent, evidence, FAILURE_MS) };
    case 'failed':
      return isOld(answers, evidence) || (fact.on === null && isOfSameTurn(answers))
        ? answers
        : { ...answers, failed: inRow(answers.failed, evidence, FAILURE_MS) };
    case 'rescued': {
      const last = answers.failed.at(-1);
      return last && evidence.at - last.at < QUESTION_MS
        ? { ...answers, failed: answers.failed.slice(0, -1) }
        : answers;
    }
    case 'unsent':
      return { ...answers, asked: [], unsent: unsent(answers, evidence) };
    case 'sent':
      return isBehind(evidence, answers.unsent) ? answers : { ...answers, unsent: [], dropped: [] };
    case 'dropped':
      return { ...answers, dropped: inRow(answers.dropped, evidence, FAILURE_MS) };
    case 'stalled':
      return { ...answers, stalled: withStalled(answers.stalled, evidence) };
    // These are of no link.
    case 'works':
    case 'waits':
    case 'freed':
    case 'undelivered':
    case 'delivered':
      return answers;
  }
};

const settled = (answers: LinkAnswers, evidence: Evidence): LinkAnswers => ({
  ...answers,
  asked: [],
  stalled: [],
  failed: isBehind(evidence, answers.failed) ? answers.failed : [],
});

const isTyping = ({ fact }: Evidence): boolean => fact.kind === 'conversation' && fact.step === 'typing';

/** The copy of a line, from a file that was read later. */
const isOld = ({ answered: last }: LinkAnswers, { at }: Evidence): boolean => last !== null && at <= last.at;

/** No message came in since the last failure: it is the same turn that fails once more. */
const isOfSameTurn = ({ asked, failed }: LinkAnswers): boolean =>
  (failed.at(-1)?.at ?? -Infinity) >= (asked.at(-1)?.at ?? 0);

export const chatOfEvidence = ({ fact }: Evidence): string | null =>
  fact.kind === 'conversation' ? (fact.chat ?? null) : null;

const withQuestion = (asked: readonly Evidence[], evidence: Evidence): readonly Evidence[] => {
  const before = asked.findLast((question) => chatOfEvidence(question) === chatOfEvidence(evidence));
  return before && evidence.at - before.at < QUESTION_MS ? asked : bounded([...asked, evidence]);
};

/** How long a turn took, or has taken so far. */
export const ageOf = ({ fact }: Evidence): number => (fact.kind === 'conversation' ? (fact.ms ?? 0) : 0);

/** Since when a session has been stalled by such a word. */
export const stalledSince = (word: Evidence): number => word.at - ageOf(word);

/** A session that is younger than it was is in its next turn. */
const withStalled = (words: readonly Evidence[], evidence: Evidence): readonly Evidence[] => {
  const others = words.filter(
    (each) => chatOfEvidence(each) !== chatOfEvidence(evidence) && evidence.at - each.at < ROW_MS,
  );
  const [first, last = first] = words.filter((each) => chatOfEvidence(each) === chatOfEvidence(evidence));
  const goesOn = last && evidence.at - last.at < STALLED_FOR_MS && ageOf(evidence) >= ageOf(last);
  return [...others, ...(first && goesOn ? [first] : []), evidence].slice(-2 * MOST);
};

/** The first stays: it tells since when. */
const bounded = (row: readonly Evidence[]): readonly Evidence[] =>
  row.length > MOST ? [...row.slice(0, 1), ...row.slice(1 - MOST)] : row;

const inRow = (row: readonly Evidence[], evidence: Evidence, oneMs: number): readonly Evidence[] => {
  const last = row.at(-1);
  if (last && evidence.at - last.at < oneMs) return row;
  return bounded([...row.filter(({ at }) => at > evidence.at - ROW_MS), evidence]);
};

/** One reply is one failure, however often it was tried. */
const unsent = ({ unsent: row, answered: last }: LinkAnswers, evidence: Evidence): readonly Evidence[] => {
  const before = row.at(-1);
  if (before && last && before.at >= last.at && evidence.at - before.at < QUESTION_MS) return row;
  return inRow(row, evidence, FAILURE_MS);
};

/** Right behind an error a reply tells of that error, or is the one that could not be sent. */
const isBehind = ({ at }: Evidence, row: readonly Evidence[]): boolean => {
  const last = row.at(-1);
  return last !== undefined && at >= last.at && at - last.at < SAME_MS;
};

const answered = (answers: LinkAnswers, evidence: Evidence, fact: ConversationFact): LinkAnswers => {
  const { asked, failed, unsent: row, answered: last } = answers;
  // The same reply, in the words of who sends it.
  if (isOld(answers, evidence)) return answers;
  if (last !== null && evidence.at - last.at < SAME_MS && asked.length === 0) return answers;
  if (isBehind(evidence, failed) || isBehind(evidence, row)) return { ...answers, asked: [] };
  const chat = fact.chat ?? null;
  const question = asked.find(
    (each) => chat === null || chatOfEvidence(each) === null || chatOfEvidence(each) === chat,
  );
  const lastUnsent = row.at(-1);
  return {
    ...answers,
    pairs: Math.min(MOST_PAIRS, answers.pairs + (question ? 1 : 0)),
    longestMs: Math.min(
      LONGEST_MS,
      Math.max(answers.longestMs, question ? evidence.at - question.at : 0, fact.ms ?? 0),
    ),
    chats: chat === null ? answers.chats : withAnswered(answers.chats, chat),
    asked: [],
    failed: [],
    silent: [],
    // Against the reply before this one nothing was said: it went out.
    unsent: lastUnsent && (last === null || lastUnsent.at >= last.at) ? row : [],
    dropped: [],
    stalled: chat === null ? [] : answers.stalled.filter((each) => chatOfEvidence(each) !== chat),
    answered: evidence,
  };
};

const withAnswered = (chats: readonly string[], chat: string): readonly string[] =>
  [...chats.filter((known) => known !== chat), chat].slice(-MOST_CHATS);

/** How long answers take outlasts a life; what waited in it does not. */
export const answersOfNewLife = (answers: GatewayState['answers'], keepFrom: number): GatewayState['answers'] => {
  const keep = (row: readonly Evidence[]): readonly Evidence[] => row.filter(({ at }) => at >= keepFrom);
  return new Map(
    [...answers].map(([name, each]) => [
      name,
      {
        ...each,
        asked: keep(each.asked),
        failed: keep(each.failed),
        silent: keep(each.silent),
        unsent: keep(each.unsent),
        dropped: keep(each.dropped),
        stalled: keep(each.stalled),
      },
    ]),
  );
};
