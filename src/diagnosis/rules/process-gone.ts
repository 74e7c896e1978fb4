/** No process is proven to be the gateway. Who keeps it, and who ended it, decide what follows. */
import { isAnnouncedBefore } from '../advance.ts';
import type { Evidence, Outlook } from '../evidence.ts';
import type { DiagnosisPolicy } from '../policy.ts';
import type { GatewayState } from '../state.ts';
import { isTakenNow, PORT_SEEN_FOR_MS, startRefusalOf, refusalsThatCount } from './duplicate.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';

export const processGone: GatewayRule = (state, policy, now) => {
  const { gone, stopping } = state;
  if (state.process !== null || gone === null) return null;
  const stop = stopping?.fact.kind === 'gateway-stopping' ? stopping.fact : null;
  if (state.stoppedByOperator) return onPurpose(state.stoppedByOperator);
  const forRestart = stop?.forRestart === true || isAnnouncedBefore(state, gone.at);
  const isAsked = stop?.planned === true && !forRestart && !isOwnStop(state, gone);
  if (isAsked && !stop.bySignal) return onPurpose(stopping);
  if (state.suspects) return unproven(state.suspects, policy, now);
  const keeper = keeperOf(state);
  if (keeper.outlook.next === 'stopped' && !isOwnStop(state, gone))
    return forRestart ? leftStopped(state, gone, keeper, policy, now) : onPurpose(keeper.evidence);
  if (isAsked && isUnclaimed(keeper)) return byWhomever(gone, stopping, keeper, now);
  if (keeper.outlook.next === 'ended' && wasSeen(state) && !isOwnStop(state, gone))
    return endedCleanly(gone, keeper.evidence);
  // Without any line about its end the last state file decides: it says `stopped` only after a clean stop,
  // and keeps `running` after a kill.
  if (
    !stopping &&
    state.claim?.fact.kind === 'gateway-claim' &&
    state.claim.fact.state === 'stopped' &&
    !isOwnStop(state, gone)
  )
    return onPurpose(state.claim);
  if (!wasSeen(state) && !(keeper.outlook.next === 'nothing' && keeper.outlook.enabled))
    return neverSeen(gone, policy, now);
  // Its log may tell of it; but where it ran, and so where it is to be started, nobody has seen.
  if (!state.everSeen && keeper.evidence !== null && keeper.outlook.next === 'unknown')
    return neverSeen(gone, policy, now);
  return gonePast(state, gone, forRestart, keeper, policy, now);
};

interface Keeper {
  readonly outlook: Outlook;
  readonly bare: boolean;
  readonly evidence: Evidence | null;
}

const keeperOf = ({ keeper }: GatewayState): Keeper =>
  keeper?.fact.kind === 'keeper'
    ? { outlook: keeper.fact.outlook, bare: keeper.fact.bare, evidence: keeper }
    : { outlook: { next: 'unknown' }, bare: false, evidence: null };

/** Any sign of life is one that can be lost. */
const wasSeen = ({ everSeen, claim, starting, ready, links, checks }: GatewayState): boolean =>
  everSeen || claim !== null || starting !== null || ready !== null || links.size > 0 || checks.size > 0;

/**
 * After a restart of Lifeline's own that went wrong, its keeper, its log and its state file say that somebody stopped
 * it: that was Lifeline.
 */
const isOwnStop = ({ treated, treatedUntil }: GatewayState, gone: Evidence): boolean =>
  treated !== null && gone.at >= treated.at && (treatedUntil === null || gone.at <= treatedUntil + OWN_STOP_MS);
const OWN_STOP_MS = 5_000;

/**
 * Something looks like it: neither alive nor gone. A brake at a gateway's start may keep it without a sign for minutes.
 */
const unproven = (
  { since, found }: NonNullable<GatewayState['suspects']>,
  policy: DiagnosisPolicy,
  now: number,
): GatewayFinding => {
  const until = since + policy.startGraceMs;
  const finding = { condition: 'unknown', cause: 'unproven_process', since, evidence: [found] } as const;
  return now < until ? { ...finding, remedy: 'wait', until } : { ...finding, remedy: 'alert' };
};

/**
 * It was to start anew, and its keeper was told to stop it: the second half of that restart was never made, as where
 * launchd has unloaded its job (#43035), or somebody has stopped it meanwhile. Told, and not undone.
 */
const leftStopped = (
  { stopping }: GatewayState,
  gone: Evidence,
  keeper: Keeper,
  policy: DiagnosisPolicy,
  now: number,
): GatewayFinding => {
  const until = gone.at + policy.startGraceMs;
  const evidence = [stopping, gone, keeper.evidence];
  return now < until
    ? { condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', since: gone.at, evidence, until }
    : { condition: 'stopped', cause: 'restart_never_came_back', remedy: 'alert', since: gone.at, evidence };
};

/** Its keeper cannot say whether somebody stopped it, or nobody keeps it, so that a person's stop is a signal as well. */
const isUnclaimed = ({ outlook: { next }, bare }: Keeper): boolean =>
  next === 'unknown' || next === 'ended' || (next === 'nothing' && bare);

/**
 * A signal ended it, and whose that was nothing tells: a person's, or that of a restart or an update whose second half
 * was never made (#41197, #42775). Whoever works on it starts it within this time; after that it is told, and not undone.
 */
const byWhomever = (gone: Evidence, stopping: Evidence | null, keeper: Keeper, now: number): GatewayFinding => {
  const until = gone.at + LEFT_OFF_MS;
  if (now < until) return { ...onPurpose(stopping), until };
  const evidence = [stopping, gone, keeper.evidence];
  return { condition: 'stopped', cause: 'killed_by_signal', remedy: 'alert', since: gone.at, evidence };
};
const LEFT_OFF_MS = 900_000;

/** It may have been stopped on purpose: told, and not undone. */
const endedCleanly = (gone: Evidence, keeper: Evidence | null): GatewayFinding => ({
  condition: 'stopped',
  cause: 'ended_cleanly',
  remedy: 'alert',
  since: gone.at,
  evidence: [gone, keeper],
});

const neverSeen = (gone: Evidence, policy: DiagnosisPolicy, now: number): GatewayFinding => {
  const until = gone.at + policy.goneGraceMs;
  const finding = { cause: 'never_seen', since: gone.at, evidence: [gone] } as const;
  return now < until
    ? { ...finding, condition: 'unknown', remedy: 'wait', until }
    : { ...finding, condition: 'stopped', remedy: 'alert' };
};

const gonePast = (
  state: GatewayState,
  gone: Evidence,
  forRestart: boolean,
  { outlook, bare, evidence: keeper }: Keeper,
  policy: DiagnosisPolicy,
  now: number,
): GatewayFinding => {
  const { stopping } = state;
  const killed = killedBefore(state, gone);
  const evidence = [stopping, killed, gone, keeper];
  const since = Math.min(stopping?.at ?? gone.at, gone.at);
  if (outlook.next === 'starts') {
    // A pause of minutes between two starts is longer than anybody wants to be without it.
    const until =
      gone.at +
      ((outlook.withinMs ?? 0) > policy.goneGraceMs
        ? policy.goneGraceMs
        : (outlook.withinMs ?? policy.goneGraceMs) + policy.startGraceMs);
    if (now < until)
      return { condition: 'starting', cause: 'keeper_starts_it', remedy: 'wait', since, evidence, until };
  }
  // Its keeper has read the code, whether or not a line of the log says so.
  if (outlook.next === 'nothing' && outlook.ended === 'config_refused')
    return { condition: 'misconfigured', cause: 'config_rejected', remedy: 'alert', since, evidence };
  const wait = gone.at + waitMs(state, forRestart, outlook, bare, policy);
  if (now < wait)
    return { condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', since: gone.at, evidence, until: wait };
  if (outlook.next === 'removed')
    return { condition: 'stopped', cause: 'container_removed', remedy: 'alert', since, evidence };
  if (outlook.next === 'blocked')
    return { condition: 'stopped', cause: 'start_blocked', remedy: 'alert', since, evidence };
  // Another instance is believed to run, so that no start would succeed (upstream #13655).
  const refused = refusalsThatCount(state, now).at(-1);
  if (refused && refused.at >= gone.at)
    return {
      ...startRefusalOf(state, now),
      remedy: 'alert',
      since: gone.at,
      evidence: [gone, refused, state.portTaken],
    };
  // Its own word and the look at who listens there agree: until that program lets go, no start would succeed.
  if (state.portRefused && isTakenNow(state, now))
    return {
      condition: 'stopped',
      cause: 'port_taken',
      remedy: 'alert',
      since: gone.at,
      evidence: [gone, state.portRefused, state.portTaken],
      until: (state.portTaken?.at ?? now) + PORT_SEEN_FOR_MS,
    };
  const refusal = refusedEverywhere(state);
  if (refusal !== null)
    return {
      condition: 'stopped',
      cause: 'platform_refuses',
      remedy: 'alert',
      since,
      evidence: [refusal, ...evidence],
    };
  return {
    condition: 'stopped',
    cause: forRestart ? 'restart_never_came_back' : causeOf(outlook, stopping !== null, isSureOf(killed)),
    remedy: 'start',
    since,
    evidence,
  };
};

/** It has ended because each platform refuses its bot, and the next start would be refused as well. */
const refusedEverywhere = ({ stopping, links }: GatewayState): Evidence | null => {
  if (stopping?.fact.kind !== 'gateway-stopping' || !stopping.fact.withoutLinks) return null;
  const served = [...links.values()].filter(({ closed }) => closed === null);
  return served.every(({ rejected }) => rejected !== null) ? (served[0]?.rejected ?? null) : null;
};

/** The kernel's own word of this very end. */
const killedBefore = ({ resources: { killed } }: GatewayState, { at }: Evidence): Evidence | null =>
  killed?.fact.kind === 'oom-kill' && killed.fact.whole && Math.abs(killed.at - at) < SAME_END_MS ? killed : null;
const SAME_END_MS = 60_000;

/** A count that holds other programs too is shown, and is no cause. */
const isSureOf = (killed: Evidence | null): boolean => killed?.fact.kind === 'oom-kill' && killed.fact.by !== 'perhaps';

const causeOf = (outlook: Outlook, hadWords: boolean, byKernel: boolean): GatewayFinding['cause'] => {
  const ended = outlook.next === 'nothing' ? outlook.ended : undefined;
  if (ended === 'out_of_memory' || (byKernel && !hadWords)) return 'out_of_memory';
  return hadWords || ended === 'killed' ? 'killed_by_signal' : 'process_gone';
};

/** How long somebody else may take to bring it back. */
const waitMs = (
  { stopping }: GatewayState,
  forRestart: boolean,
  { next }: Outlook,
  bare: boolean,
  policy: DiagnosisPolicy,
): number => {
  // A restart that was asked for has a gap without a process.
  if (forRestart) return policy.startGraceMs;
  if (next === 'settling') return policy.stopGraceMs;
  if (next === 'unknown') return policy.goneGraceMs;
  // Who makes a container anew removes the old one first.
  if (next === 'removed') return policy.handGraceMs;
  if (!bare) return 0;
  // Where nobody keeps the gateway, people end it and start it anew by hand.
  return stopping ? policy.handGraceMs : policy.quietEndMs;
};

const onPurpose = (evidence: Evidence | null): GatewayFinding => ({
  condition: 'stopped_on_purpose',
  cause: 'planned_stop',
  remedy: 'none',
  since: evidence?.at ?? 0,
  evidence: [evidence],
});
