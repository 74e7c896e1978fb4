/** Folds one piece of evidence into the state. Evidence of one file comes in the file's order, which beats its times. */
import type { Evidence, LinkFact, LinkName, ProcessSeen } from './evidence.ts';
import { newLink, type GatewayState, type LinkState } from './state.ts';

/** Enough for every rule that counts; the rest is history. */
const REMEMBERED = 50;
/** A process starts before its first log line; clocks of process table and log differ by less than this. */
const SAME_LIFE_MS = 2_000;

export const advance = (state: GatewayState, evidence: Evidence): GatewayState => {
  if (evidence.link === null) return isOfEarlierLife(state, evidence) ? state : advanceGateway(state, evidence);
  const link = linkOf(state, evidence.link, evidence.at);
  const next = isOfEarlierLife(state, evidence)
    ? { ...link, loginsVisible: link.loginsVisible || evidence.fact.kind === 'link-login' }
    : advanceLink(link, evidence, evidence.fact);
  return { ...state, links: new Map(state.links).set(evidence.link, next) };
};

/** Facts that a sensor finds now are never old; what a log or state file tells may be from before the process. */
const isOfEarlierLife = ({ process }: GatewayState, { at, fact }: Evidence): boolean =>
  process != null && at < process.startedAt - SAME_LIFE_MS && fact.kind !== 'process' && fact.kind !== 'loop' && fact.kind !== 'marker';

const linkOf = (state: GatewayState, name: LinkName, at: number): LinkState => state.links.get(name) ?? newLink(at, false);

const advanceGateway = (state: GatewayState, evidence: Extract<Evidence, { link: null }>): GatewayState => {
  const { fact } = evidence;
  switch (fact.kind) {
    case 'gateway-starting':
      // Its words are alive: whatever process was missed before, it is for the process sensor to find it anew.
      return { ...newLife(state, evidence.at), process: state.process ?? undefined, gone: null, starting: evidence };
    case 'gateway-ready':
      return { ...state, ready: evidence, stopping: null };
    case 'gateway-stopping':
      // The signal's line says whether it was planned, the lines after it only repeat that it stops.
      return { ...state, stopping: mergeStopping(state.stopping, evidence) };
    case 'gateway-stopped':
      return { ...state, stopping: state.stopping ?? evidence };
    case 'gateway-exit':
      return fact.code === 78 ? { ...state, configFatal: state.configFatal ?? evidence } : state;
    case 'executor-shutdown':
      return { ...state, executorFailures: [...state.executorFailures, evidence].slice(-REMEMBERED) };
    case 'config-fatal':
      return { ...state, configFatal: evidence };
    case 'process':
      return advanceProcess(state, evidence, fact.process);
    case 'loop':
      // An answer is dated by the first of a row of equal answers, so that "since when" is known.
      return state.loop?.fact.kind === 'loop' && state.loop.fact.state === fact.state && state.loop.fact.pid === fact.pid ? state : { ...state, loop: evidence };
    case 'gateway-claim':
      return { ...state, claim: evidence };
    case 'marker': {
      const markers = new Map(state.markers);
      if (!fact.present) markers.delete(fact.marker);
      else if (!markers.has(fact.marker)) markers.set(fact.marker, evidence);
      return { ...state, markers };
    }
  }
};

const mergeStopping = (earlier: Evidence | null, later: Evidence): Evidence => {
  if (earlier?.fact.kind !== 'gateway-stopping' || later.fact.kind !== 'gateway-stopping' || earlier.link !== null) return later;
  return {
    ...earlier,
    fact: {
      kind: 'gateway-stopping',
      planned: earlier.fact.planned || later.fact.planned,
      forRestart: earlier.fact.forRestart || later.fact.forRestart,
    },
  };
};

const advanceProcess = (state: GatewayState, evidence: Evidence, seen: ProcessSeen | null): GatewayState => {
  if (seen === null) return { ...state, process: null, gone: state.process === null ? state.gone : evidence, loop: null };
  if (state.process?.pid === seen.pid && state.process.startTime === seen.startTime) return state;
  // A new process: what the log said after its start is already about it, all else is another life's.
  const current = state.starting !== null && state.starting.at >= seen.startedAt - SAME_LIFE_MS;
  const life = current ? state : newLife(state, seen.startedAt, seen.startedAt - SAME_LIFE_MS);
  return { ...life, process: seen, gone: null, loop: null };
};

/** Forgets everything older than the present life; with `keepFrom`, facts from then on are kept. */
const newLife = (state: GatewayState, at: number, keepFrom = Infinity): GatewayState => {
  const keep = (evidence: Evidence | null): Evidence | null => (evidence !== null && evidence.at >= keepFrom ? evidence : null);
  return {
    ...state,
    starting: keep(state.starting),
    ready: keep(state.ready),
    stopping: keep(state.stopping),
    executorFailures: state.executorFailures.filter((failure) => failure.at >= keepFrom),
    configFatal: keep(state.configFatal),
    loop: null,
    claim: keep(state.claim),
    links: new Map(
      [...state.links].map(([name, link]) => [
        name,
        {
          ...newLink(at, link.loginsVisible),
          proof: keep(link.proof),
          loss: keep(link.loss),
          opened: keep(link.opened),
          failure: keep(link.failure),
          lastTry: keep(link.lastTry),
          gaveUp: keep(link.gaveUp),
          rejected: keep(link.rejected),
          closed: keep(link.closed),
          losses: link.losses.filter((loss) => loss.at >= keepFrom),
        },
      ]),
    ),
  };
};

const advanceLink = (link: LinkState, evidence: Evidence, fact: LinkFact): LinkState => {
  switch (fact.kind) {
    case 'link-login':
      return { ...proven(link, evidence), loginsVisible: true };
    case 'link-traffic':
      return proven(link, evidence);
    case 'link-open':
      return { ...link, opened: evidence, lastTry: evidence, closed: null };
    case 'link-lost':
      return {
        ...link,
        loss: link.loss ?? evidence,
        opened: null,
        lastTry: evidence,
        losses: [...link.losses, evidence].slice(-REMEMBERED),
      };
    case 'link-retrying':
      return { ...link, lastTry: evidence, closed: null };
    case 'link-retry-failed':
      return { ...link, failure: evidence, lastTry: evidence, opened: null };
    case 'link-gave-up':
      return { ...link, gaveUp: evidence };
    case 'link-rejected':
      return { ...link, rejected: evidence };
    case 'link-closed':
      return { ...link, closed: evidence };
    case 'link-claim':
      // A claim makes the link known; no rule rests on it alone (facts/hermes.md 3.1, trap 6).
      return link;
  }
};

const proven = (link: LinkState, evidence: Evidence): LinkState => ({
  ...link,
  proof: evidence,
  loss: null,
  opened: null,
  failure: null,
  lastTry: null,
  gaveUp: null,
  rejected: null,
  closed: null,
});
