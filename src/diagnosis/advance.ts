/**
 * Folds one piece of evidence into the state. Evidence of one file comes in the file's order, which beats its times.
 */
import { EX_CONFIG } from '../base/exit-codes.ts';
import { advanceAnswers } from './advance-answers.ts';
import { advanceLink, withLasting } from './advance-link.ts';
import { advanceResources } from './advance-resources.ts';
import type { Evidence, Outlook, ProcessSeen, Suspect } from './evidence.ts';
import { newLife, SAME_LIFE_MS } from './new-life.ts';
import {
  checksOwedBy,
  claimsStopped,
  DUPLICATES_SEEN_FOR_MS,
  isPidOf,
  mayRunOn,
  newLink,
  type GatewayState,
  type LinkState,
  type Start,
} from './state.ts';

/** Enough for every rule that counts; the rest is history. */
const REMEMBERED = 50;

export const advance = (before: GatewayState, evidence: Evidence): GatewayState => {
  const state =
    SIGNS_OF_LIFE.has(evidence.fact.kind) && !isAlive(before) ? { ...before, ...aliveAgain(before, evidence) } : before;
  if (evidence.fact.kind === 'conversation') return advanceAnswers(state, evidence, evidence.fact);
  if (evidence.link === null) return isOfEarlierLife(state, evidence) ? state : advanceGateway(state, evidence);
  const link: LinkState = state.links.get(evidence.link) ?? newLink(evidence.at);
  if (evidence.fact.kind === 'link-closed' && isDoubled(state, evidence.at)) return state;
  const next = isOfEarlierLife(state, evidence)
    ? withLasting(link, evidence.fact)
    : advanceLink(link, evidence, evidence.fact);
  return { ...state, links: new Map(state.links).set(evidence.link, next) };
};

/** Only what runs says so. */
const SIGNS_OF_LIFE: ReadonlySet<string> = new Set(['gateway-ready', 'link-login', 'link-traffic']);

/** Facts that a sensor finds now are never old; what a log or state file tells may be from before the process. */
const isOfEarlierLife = ({ process }: GatewayState, { at, source, fact }: Evidence): boolean =>
  process != null &&
  at < process.startedAt - SAME_LIFE_MS &&
  (source.includes('.') || fact.kind === 'gateway-claim') &&
  fact.kind !== 'marker';

const advanceGateway = (state: GatewayState, evidence: Extract<Evidence, { link: null }>): GatewayState => {
  const { fact, source } = evidence;
  // Two gateways write into one log: which of them stops, it does not say.
  if (fact.kind.startsWith('gateway-') && fact.kind !== 'gateway-claim' && isDoubled(state, evidence.at)) return state;
  switch (fact.kind) {
    case 'gateway-starting':
      if (fact.goesOn)
        return state.starting === null && state.ready === null ? { ...state, starting: evidence } : state;
      return advanceStarting(state, evidence);
    case 'gateway-ready': {
      // Some versions have no other word of a start.
      const ended = state.stopped ?? state.stopping;
      const stoppedBefore = ended !== null && source.includes('.') && (state.starting?.at ?? 0) <= ended.at;
      if (stoppedBefore || isOfOtherProcess(state, fact.pid))
        return { ...advanceStarting(state, evidence), ready: evidence, readyAgain: evidence, stopped: null };
      // Who asks a running gateway learns again and again that it is ready.
      if (state.ready !== null && state.stopping === null) return { ...state, readyAgain: evidence, brake: null };
      // What kept it from starting does so no more.
      return {
        ...state,
        ready: evidence,
        readyAgain: evidence,
        stopping: null,
        brake: null,
        otherInstance: [],
        portRefused: null,
        portTaken: null,
      };
    }
    case 'gateway-stopping':
      // The signal's line says whether it was planned, the lines after it only repeat that it stops.
      return { ...state, stopping: mergeStopping(state.stopping, evidence) };
    case 'restart-announced':
      return { ...state, announced: evidence };
    case 'gateway-stopped':
      return { ...state, stopping: state.stopping ?? evidence, stopped: evidence };
    case 'gateway-exit':
      // The end of another process says nothing of the one that lives.
      if (fact.pid !== undefined && state.process !== null && !isPidOf(state.process, fact.pid)) return state;
      return {
        ...state,
        stopped: evidence,
        configFatal: fact.code === EX_CONFIG ? (state.configFatal ?? evidence) : state.configFatal,
      };
    case 'executor-shutdown':
      // A gateway that stops shuts its executor down, and what was still to be sent fails.
      return state.stopping || isCopy(evidence, state.executorFailures.at(-1))
        ? state
        : { ...state, executorFailures: append(state.executorFailures, evidence) };
    case 'config-fatal':
      // It runs: what refuses the configuration is its command line, or a second start.
      return state.process != null && state.ready !== null && state.stopping === null && fact.alsoByOthers
        ? {
            ...state,
            configDoubt: { ...evidence, fact: { kind: 'config-doubt', doubt: 'not_taken', reason: fact.reason } },
          }
        : // What the gateway may go on with takes the place of no refusal.
          { ...state, configFatal: (fact.mayRunOn && state.configFatal) || evidence };
    case 'config-doubt':
      // A gateway that is up has read its configuration long ago.
      return fact.alsoByOthers && state.ready !== null && state.stopping === null
        ? state
        : { ...state, configDoubt: evidence };
    case 'config-taken': {
      const doubt = state.configDoubt;
      // An older copy that it took itself was written by nobody else; and what was edited before it spoke is what it
      // spoke of.
      if (
        fact.silently &&
        doubt?.fact.kind === 'config-doubt' &&
        (doubt.fact.doubt === 'reverted' || evidence.at <= doubt.at)
      )
        return state;
      return doubt === null ? state : { ...state, configDoubt: null };
    }
    case 'check': {
      const before = state.checks.get(fact.check);
      if (state.checksOwed.has(fact.check) && fact.ok && fact.early !== true) {
        const checksOwed = new Map(state.checksOwed);
        checksOwed.delete(fact.check);
        return { ...state, checksOwed, checks: new Map(state.checks).set(fact.check, evidence) };
      }
      if (
        before?.fact.kind === 'check' &&
        before.fact.ok === fact.ok &&
        before.fact.remedy === fact.remedy &&
        before.fact.graceMs === fact.graceMs
      )
        return state;
      // Another reason or remedy of the same failure has lasted since that failure began.
      const at = before?.fact.kind === 'check' && before.fact.ok === fact.ok ? before.at : evidence.at;
      return { ...state, checks: new Map(state.checks).set(fact.check, { ...evidence, at }) };
    }
    case 'respawn-brake':
      // A second start that waits says nothing of the first, which lives (#73210).
      return state.process != null
        ? { ...state, brake: evidence }
        : { ...newLife(state, evidence.at), ...aliveAgain(state, evidence), brake: evidence };
    case 'nothing-connected':
      return { ...state, nothingConnected: state.nothingConnected ?? evidence };
    case 'conversation':
      return advanceAnswers(state, evidence, fact);
    case 'platform-connected':
      return { ...state, nothingConnected: null, configFatal: mayRunOn(state.configFatal) ? null : state.configFatal };
    case 'another-instance':
      return { ...state, otherInstance: refusedAgain(state.otherInstance, evidence) };
    case 'port-refused':
      return { ...state, portRefused: evidence };
    case 'port-taken':
      return { ...state, portTaken: evidence };
    case 'reconnecter-dead':
      return { ...state, reconnecterDead: evidence };
    case 'loop-blocked':
      return { ...state, blocked: evidence, heldUp: fact.measured ? append(state.heldUp, evidence) : state.heldUp };
    case 'duplicates': {
      const before = state.duplicates;
      return {
        ...state,
        duplicates: {
          found: evidence,
          since: before?.found.text === evidence.text ? before.since : evidence.at,
          seenAt: evidence.at,
        },
      };
    }
    case 'treated':
      // What was known before the treatment began must be seen again before it counts once more.
      return {
        ...state,
        treated: evidence,
        treatedUntil: null,
        stoppedByOperator: null,
        process: state.process ?? undefined,
        gone: null,
        keeper: null,
        loop: null,
      };
    case 'treatment-over':
      return { ...state, treatedUntil: evidence.at };
    case 'keeper':
      if (isForgotten(state, fact.outlook)) return state;
      return {
        ...state,
        keeper: evidence,
        gone: state.gone && isFreeAgain(state, fact.outlook) ? { ...state.gone, at: evidence.at } : state.gone,
      };
    case 'keeper-silent':
      return { ...state, keeperSilent: fact.silent ? (state.keeperSilent ?? evidence) : null };
    case 'contained':
      return { ...state, container: fact.container };
    case 'paused':
      if (fact.paused) return { ...state, paused: state.paused ?? evidence };
      // Until it is asked anew nobody knows how its loop is, nor how the operator's checks are.
      return state.paused === null
        ? state
        : {
            ...state,
            paused: null,
            resumedAt: evidence.at,
            loop: null,
            checks: new Map(),
            checksOwed: checksOwedBy(state),
          };
    case 'halted':
      if (fact.halted) return { ...state, halted: state.halted ?? evidence };
      return state.halted === null ? state : { ...state, halted: null, resumedAt: evidence.at, loop: null };
    case 'started-by':
      return { ...state, startedBy: evidence, starts: fact.by === 'somebody' ? askedForLately(state) : state.starts };
    case 'stopped-by-operator':
      return { ...state, stoppedByOperator: evidence };
    case 'process':
      return advanceProcess(state, evidence, fact.process, fact.beside ?? []);
    case 'loop':
      // An answer is dated by the first of a row of equal answers, so that "since when" is known.
      return state.loop?.fact.kind === 'loop' &&
        state.loop.fact.state === fact.state &&
        state.loop.fact.pid === fact.pid
        ? state
        : { ...state, loop: evidence };
    case 'gateway-claim':
      return { ...state, claim: evidence };
    case 'resources':
    case 'memory-grows':
    case 'disk':
    case 'oom-kill':
    case 'sidecars':
      return advanceResources(state, evidence, fact);
    case 'marker': {
      const markers = new Map(state.markers);
      if (!fact.present) markers.delete(fact.marker);
      else if (!markers.has(fact.marker)) markers.set(fact.marker, evidence);
      return { ...state, markers };
    }
  }
};

/**
 * An engine keeps its record of who stopped a container for a while only; that it was this very end is known all the
 * same.
 */
const isForgotten = ({ keeper }: GatewayState, outlook: Outlook): boolean =>
  keeper?.fact.kind === 'keeper' &&
  keeper.fact.outlook.next === 'stopped' &&
  keeper.fact.outlook.endedAt !== undefined &&
  outlook.next === 'nothing' &&
  outlook.endedAt === keeper.fact.outlook.endedAt;

/**
 * It could not come by itself, for however long: stopped on purpose, its container removed, what it needs away, nobody
 * there to start it. Now somebody does something about it, and what that takes counts from now.
 */
const isFreeAgain = ({ keeper }: GatewayState, { next }: Outlook): boolean => {
  if (keeper?.fact.kind !== 'keeper') return false;
  const before = keeper.fact.outlook.next;
  return before === 'nothing' ? next === 'starts' || next === 'settling' : HELD.has(before) && before !== next;
};
const HELD: ReadonlySet<Outlook['next']> = new Set(['stopped', 'removed', 'blocked']);

/** launchd's log has the gateway's lines once more, with a time of its own. */
const isCopy = (evidence: Evidence, last: Evidence | undefined): boolean =>
  last?.text === evidence.text && last.source !== evidence.source && Math.abs(evidence.at - last.at) < COPY_MS;
const COPY_MS = 2_000;

const append = (list: readonly Evidence[], evidence: Evidence): readonly Evidence[] =>
  [...list, evidence].slice(-REMEMBERED);

/** No process starts and refuses so fast: refusals that are closer together are of one start (#68153). */
const ONE_START_MS = 1_000;
const refusedAgain = (list: readonly Evidence[], evidence: Evidence): readonly Evidence[] => {
  const last = list.at(-1);
  return append(last && Math.abs(evidence.at - last.at) < ONE_START_MS ? list.slice(0, -1) : list, evidence);
};

/** A start this long after a treatment is not the treatment's any more. */
const TREATMENT_MS = 120_000;

const advanceStarting = (state: GatewayState, evidence: Evidence): GatewayState => {
  const ended = (state.stopping ?? state.endedBy)?.fact;
  const own = isOwnStart(state, evidence);
  const askedFor =
    (ended?.kind === 'gateway-stopping' && ended.planned) ||
    // It stopped in order, and not of its own accord: that would have a line. No crash does.
    ended?.kind === 'gateway-stopped' ||
    isAnnouncedBefore(state, evidence.at) ||
    isByHand(state, evidence.at);
  const life = newLife(state, evidence.at);
  const silent = silentStartBefore(state, evidence);
  // Of a process that was found before its first words it is known how the one before it ended.
  const isFirstWord = state.starting === null && isOfThisProcess(state, evidence.at);
  return {
    ...life,
    ...aliveAgain(state, evidence),
    starting: evidence,
    endedBy: life.endedBy ?? (isFirstWord ? state.endedBy : null),
    stoppedByOperator: null,
    configDoubt: isOfLifeBefore(state.configDoubt, evidence) ? null : state.configDoubt,
    starts: own
      ? state.starts
      : [
          ...(silent ? state.starts.slice(0, -1) : state.starts),
          {
            evidence,
            askedFor,
            byHand: isByHand(state, evidence.at),
            ...(silent?.crashed ? { crashed: silent.crashed } : crashedIn(state)),
          },
        ].slice(-REMEMBERED),
    treated: own ? null : state.treated,
  };
};

/** Its own restart ends it within so long; one that is put off until its work is done is made after 300 s at the latest. */
const ANNOUNCED_MS = { atOnce: 120_000, putOff: 420_000 };
export const isAnnouncedBefore = ({ announced }: GatewayState, at: number): boolean =>
  announced?.fact.kind === 'restart-announced' &&
  at >= announced.at &&
  at - announced.at < (announced.fact.putOff ? ANNOUNCED_MS.putOff : ANNOUNCED_MS.atOnce);

/** Another process than the one that was ready before says so, and has not said that it starts. */
const isOfOtherProcess = ({ ready, starting }: GatewayState, pid: number | undefined): boolean =>
  pid !== undefined &&
  ready?.fact.kind === 'gateway-ready' &&
  ready.fact.pid !== undefined &&
  ready.fact.pid !== pid &&
  (starting?.at ?? 0) <= ready.at;

const isOwnStart = ({ treated }: GatewayState, { at }: Evidence): boolean =>
  treated !== null && at - treated.at < TREATMENT_MS;

/** The process that was found a moment ago and its first word are one start. */
const silentStartBefore = ({ starts, process }: GatewayState, { at }: Evidence): Start | undefined => {
  const last = starts.at(-1);
  const isSame = last?.evidence.fact.kind === 'process' && process != null && at - last.evidence.at < FIRST_WORD_MS;
  return isSame ? last : undefined;
};
const FIRST_WORD_MS = 120_000;

/** It reads its configuration just before its first word; what an earlier life ran without, this one has read. */
const isOfLifeBefore = (doubt: Evidence | null, { at }: Evidence): boolean =>
  doubt?.fact.kind === 'config-doubt' && doubt.fact.doubt === 'ignored' && at - doubt.at > READ_BEFORE_MS;
const READ_BEFORE_MS = 30_000;

/** Nothing says otherwise, so that a sign of life tells nothing new. */
const isAlive = ({ process, gone }: GatewayState): boolean => process !== null && gone === null;

/**
 * Words after a process was missed are alive: it is for the process sensor to find it anew. Older words change nothing.
 */
const aliveAgain = ({ process, gone }: GatewayState, words: Evidence): Pick<GatewayState, 'process' | 'gone'> =>
  gone !== null && words.at <= gone.at ? { process, gone } : { process: process ?? undefined, gone: null };

const mergeStopping = (earlier: Evidence | null, later: Evidence): Evidence => {
  if (earlier?.fact.kind !== 'gateway-stopping' || later.fact.kind !== 'gateway-stopping' || earlier.link !== null)
    return later;
  return {
    ...earlier,
    fact: {
      kind: 'gateway-stopping',
      planned: earlier.fact.planned || later.fact.planned,
      forRestart: earlier.fact.forRestart || later.fact.forRestart,
      ...(earlier.fact.withoutLinks || later.fact.withoutLinks ? { withoutLinks: true } : {}),
      ...(earlier.fact.bySignal && later.fact.bySignal ? { bySignal: true } : {}),
    },
  };
};

const advanceProcess = (
  before: GatewayState,
  evidence: Evidence,
  seen: ProcessSeen | null,
  beside: readonly Suspect[],
): GatewayState => {
  if (seen === null) {
    const suspects = beside.length === 0 ? null : { since: before.suspects?.since ?? evidence.at, found: evidence };
    return {
      ...before,
      process: null,
      gone: before.process === null ? before.gone : evidence,
      suspects,
      keeper: before.process === null ? before.keeper : null,
      loop: null,
      // What ended the life before it says nothing of the next start.
      endedBy: before.process === null ? before.endedBy : null,
    };
  }
  const state: GatewayState = { ...before, everSeen: true, suspects: null, keeper: null };
  // Whoever started it: what runs is not stopped any more.
  if (state.process?.pid === seen.pid && state.process.startTime === seen.startTime)
    return { ...livesOn(state, evidence.at), process: seen, stoppedByOperator: null };
  // A new process: what the log said after its start is already about it, all else is another life's.
  const current = state.starting !== null && state.starting.at >= seen.startedAt - SAME_LIFE_MS;
  // How the life before the last one ended says nothing of a process that came right after that.
  const known = before.process ? { ...state, endedBy: null } : state;
  const life = current ? state : newLife(known, seen.startedAt, seen.startedAt - SAME_LIFE_MS);
  return {
    ...life,
    process: seen,
    gone: null,
    loop: null,
    paused: null,
    halted: null,
    startedBy: null,
    stoppedByOperator: null,
    starts: current ? life.starts : withSilentStart(before, life.starts, evidence),
  };
};

/** A process in the place of one that was seen is a start, also when the log has no word of it. */
const withSilentStart = (
  before: GatewayState,
  starts: GatewayState['starts'],
  evidence: Evidence,
): GatewayState['starts'] => {
  const followed = before.everSeen || before.process === null;
  if (!followed || before.process === undefined || isOwnStart(before, evidence)) return starts;
  const ended = (before.stopping ?? before.endedBy)?.fact;
  const stopped = before.keeper?.fact.kind === 'keeper' && before.keeper.fact.outlook.next === 'stopped';
  const askedFor =
    stopped || before.stoppedByOperator !== null || (ended?.kind === 'gateway-stopping' && ended.planned);
  return [...starts, { evidence, askedFor, byHand: false, ...crashedIn(before) }].slice(-REMEMBERED);
};

/** The life before ended by a fault, by its own words, and no stop was under way. */
const crashedIn = ({ stopping, stopped }: GatewayState): { crashed?: true } =>
  stopping === null && stopped?.fact.kind === 'gateway-exit' && CRASH_CODES.has(stopped.fact.code)
    ? { crashed: true }
    : {};
/** A fault of the program, and Node's end for want of memory. */
const CRASH_CODES: ReadonlySet<number> = new Set([1, 134]);

/**
 * Whether words of that time are the first ones of the process that runs now: they are read before or after it is seen.
 */
const isOfThisProcess = ({ process }: GatewayState, at: number): boolean =>
  process != null && at >= process.startedAt - SAME_LIFE_MS;

const isByHand = (state: GatewayState, at: number): boolean =>
  state.startedBy?.fact.kind === 'started-by' && state.startedBy.fact.by === 'somebody' && isOfThisProcess(state, at);

const askedForLately = (state: GatewayState): GatewayState['starts'] =>
  state.starts.map((start) =>
    isOfThisProcess(state, start.evidence.at) ? { ...start, askedFor: true, byHand: true } : start,
  );

/**
 * A process that lives on so long after the last words of a stop did not say them: another one's stop is no stop of
 * this.
 */
const LIVES_ON_MS = 30_000;

const livesOn = (state: GatewayState, now: number): GatewayState =>
  state.stopped === null || now - state.stopped.at < LIVES_ON_MS || claimsStopped(state)
    ? state
    : {
        ...state,
        stopping: null,
        stopped: null,
        links: new Map([...state.links].map(([name, link]) => [name, { ...link, closed: null }])),
      };

const isDoubled = ({ duplicates }: GatewayState, at: number): boolean =>
  duplicates !== null && Math.abs(at - duplicates.seenAt) < DUPLICATES_SEEN_FOR_MS;
