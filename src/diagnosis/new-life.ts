import type { Evidence } from './evidence.ts';
import { answersOfNewLife } from './advance-answers.ts';
import { resourcesOfNewLife } from './advance-resources.ts';
import { checksOwedBy, newLink, type GatewayState } from './state.ts';

/** A process starts before its first log line; clocks of process table and log differ by less than this. */
export const SAME_LIFE_MS = 2_000;

/**
 * After any restart, whoever made it, nothing older counts.
 * @param keepFrom facts from then on are already about the new life.
 */
export const newLife = (state: GatewayState, at: number, keepFrom = Infinity): GatewayState => {
  const keep = (evidence: Evidence | null): Evidence | null =>
    evidence !== null && evidence.at >= keepFrom ? evidence : null;
  const keepAll = (list: readonly Evidence[]): readonly Evidence[] =>
    list.filter((evidence) => evidence.at >= keepFrom);
  return {
    ...state,
    starting: keep(state.starting),
    ready: keep(state.ready) ?? keep(state.readyAgain),
    readyAgain: keep(state.readyAgain),
    stopping: keep(state.stopping),
    stopped: keep(state.stopped),
    // A process may be found new after its first words.
    endedBy: state.stopping ?? (keepFrom === Infinity ? null : state.endedBy),
    executorFailures: keepAll(state.executorFailures),
    configFatal: keep(state.configFatal),
    brake: keep(state.brake),
    otherInstance: keepAll(state.otherInstance),
    announced: keep(state.announced),
    portRefused: keep(state.portRefused),
    portTaken: keep(state.portTaken),
    heldUp: keepAll(state.heldUp),
    reconnecterDead: keep(state.reconnecterDead),
    nothingConnected: keep(state.nothingConnected),
    duplicates: null,
    loop: null,
    checks: new Map(),
    checksOwed: checksOwedBy(state),
    claim: keep(state.claim),
    answers: answersOfNewLife(state.answers, keepFrom),
    agentWorks: keep(state.agentWorks),
    approval: keep(state.approval),
    refusedTurns: keepAll(state.refusedTurns),
    // A job that runs once a day says it once in a life.
    undelivered: state.undelivered,
    resources: resourcesOfNewLife(state.resources),
    links: new Map(
      [...state.links].map(([name, link]) => [
        name,
        {
          ...newLink(at, link),
          proof: keep(link.proof),
          upBy: keep(link.upBy),
          loss: keep(link.loss),
          opened: keep(link.opened),
          heard: keep(link.heard),
          settles: keep(link.settles),
          failure: keep(link.failure),
          lastTry: keep(link.lastTry),
          anew: keep(link.anew),
          startedAgain: keep(link.startedAgain),
          gaveUp: keep(link.gaveUp),
          rejected: keep(link.rejected),
          closed: keep(link.closed),
          held: keep(link.held),
          needsAttention: keep(link.needsAttention),
          claim: keep(link.claim),
          losses: link.losses.filter(({ first }) => first.at >= keepFrom),
          downSince: keep(link.loss)?.at ?? null,
          dead: keep(link.dead),
          ended: keep(link.ended),
          worked: keep(link.proof) !== null,
        },
      ]),
    ),
  };
};
