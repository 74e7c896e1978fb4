/** What the diagnosis remembers of one gateway: the facts of its present life, folded. */
import type { ContainerSeen, Evidence, LinkName, ProcessSeen } from './evidence.ts';
import type { Vitals } from './vitals.ts';

export interface GatewayState {
  /** undefined: never looked. */
  readonly process: ProcessSeen | null | undefined;
  /** The finding that the process is gone; null while it is there or was never looked for. */
  readonly gone: Evidence | null;
  /** Whether a process was ever proven to be the gateway. */
  readonly everSeen: boolean;
  /**
   * Processes that look like the gateway while none is proven to be, and when the first of them was found; null: there
   * are none.
   */
  readonly suspects: { readonly since: number; readonly found: Evidence } | null;
  /** The container in which it was last seen; null: in none. */
  readonly container: ContainerSeen | null;
  /** The first of a row of questions to its keeper that were not answered; null: the last one was. */
  readonly keeperSilent: Evidence | null;
  /** Since when somebody holds it still; null: nobody does. */
  readonly paused: Evidence | null;
  /** Since when its process is stopped by a signal or a terminal; null: it is not. */
  readonly halted: Evidence | null;
  /** When it was last let go; null: never. What was not to be seen until then begins anew. */
  readonly resumedAt: number | null;
  /** What will become of it, asked since it is gone; null: not asked, or it is there. */
  readonly keeper: Evidence | null;
  /** The gateway's own word that it starts, in this life; null when the log does not reach back so far. */
  readonly starting: Evidence | null;
  readonly ready: Evidence | null;
  /** The latest of several such words: a new process may have said it before it was found. */
  readonly readyAgain: Evidence | null;
  readonly stopping: Evidence | null;
  /** The last words of a stop; the process that lives on long after them did not say them. */
  readonly stopped: Evidence | null;
  /** How the life before this one was stopped; null when it ended without a word. */
  readonly endedBy: Evidence | null;
  /** Failures for want of an executor in this life, oldest first, bounded. */
  readonly executorFailures: readonly Evidence[];
  readonly configFatal: Evidence | null;
  /** What the gateway runs with is not what is written; survives lives. */
  readonly configDoubt: Evidence | null;
  /** By the name of the operator's own check, the first answer of a row of equal ones. */
  readonly checks: ReadonlyMap<string, Evidence>;
  /** Checks that failed when the last life ended, and have not succeeded since. */
  readonly checksOwed: ReadonlyMap<string, Evidence>;
  /** Who started the process that runs now, where its keeper tells. */
  readonly startedBy: Evidence | null;
  /** Starts, of this life and those before, but not Lifeline's own; oldest first, bounded. */
  readonly starts: readonly Start[];
  /** A start that waits by the gateway's own brake. */
  readonly brake: Evidence | null;
  /** Starts that another instance prevented, oldest first, bounded. */
  readonly otherInstance: readonly Evidence[];
  /** Its own word that it is about to start anew. */
  readonly announced: Evidence | null;
  /** Its own last word that a port was in use. */
  readonly portRefused: Evidence | null;
  /** Who was last seen to hold its port in its place. */
  readonly portTaken: Evidence | null;
  /**
   * Processes beside the gateway that look like it: the latest finding, since when it is these, and when they were last
   * seen.
   */
  readonly duplicates: { readonly found: Evidence; readonly since: number; readonly seenAt: number } | null;
  readonly reconnecterDead: Evidence | null;
  /** Its own word that not one platform is connected; null: one is, or it has not said so. */
  readonly nothingConnected: Evidence | null;
  /** When the event loop was last held up, in whatever life. */
  readonly blocked: Evidence | null;
  /** How long it was held up in this life, as the gateway has measured it, oldest first, bounded. */
  readonly heldUp: readonly Evidence[];
  /** Lifeline's own last restart. */
  readonly treated: Evidence | null;
  /** When that ended; null: it goes on. */
  readonly treatedUntil: number | null;
  /** An operator had it stopped by Lifeline, and nobody has started it since. */
  readonly stoppedByOperator: Evidence | null;
  /** The latest answer of the event loop. */
  readonly loop: Evidence | null;
  readonly claim: Evidence | null;
  readonly markers: ReadonlyMap<string, Evidence>;
  readonly links: ReadonlyMap<LinkName, LinkState>;
  /** What came in and what was answered, by link, also of links that are not judged. */
  readonly answers: ReadonlyMap<LinkName, LinkAnswers>;
  /** The agent's latest sign of work. */
  readonly agentWorks: Evidence | null;
  /** The agent waits for somebody's approval; null: it does not, or somebody has written since. */
  readonly approval: Evidence | null;
  /**
   * Turns in a row that ended in a refusal of the model's provider and of whose link nothing is known, oldest first,
   * bounded.
   */
  readonly refusedTurns: readonly Evidence[];
  /** What scheduled jobs had to say and could not be delivered, oldest first, bounded; of each job since it last was. */
  readonly undelivered: readonly Evidence[];
  readonly resources: Resources;
}

/** What the gateway needs of the machine. */
export interface Resources {
  /** The latest look at its memory and its open files. */
  readonly seen: Evidence | null;
  /** The first of a row of looks at which its memory was at the limit from which on that is told; null: it is not. */
  readonly high: Evidence | null;
  /** The same of the limit from which on the gateway is restarted. */
  readonly over: Evidence | null;
  /** The same of its open files. */
  readonly files: Evidence | null;
  /** Its memory grows, and soon reaches its limit. */
  readonly grows: Evidence | null;
  /** That was found, and is over: it is told once in a life. */
  readonly hasGrown: boolean;
  /** The latest look at the disk. */
  readonly disk: Evidence | null;
  /** The first of a row of looks at which there was little room. */
  readonly diskLow: Evidence | null;
  /** The latest look at the processes beside it; absent: none was made. */
  readonly sidecars?: Evidence;
  /** The latest process that the kernel has ended for want of memory; survives lives. */
  readonly killed: Evidence | null;
}

export const NO_RESOURCES: Resources = {
  seen: null,
  high: null,
  over: null,
  files: null,
  grows: null,
  hasGrown: false,
  disk: null,
  diskLow: null,
  killed: null,
};

/** What is known of the answers on one link. */
export interface LinkAnswers {
  /** How many questions were answered, in whatever life, bounded. */
  readonly pairs: number;
  /** The longest time that a question has waited for its answer, in whatever life. */
  readonly longestMs: number;
  /** Conversations that were answered, in whatever life, the latest last, bounded. */
  readonly chats: readonly string[];
  /** Messages since the last answer, oldest first, bounded; those of one conversation within a minute are one. */
  readonly asked: readonly Evidence[];
  /** Turns in a row that ended in an error, oldest first, bounded. */
  readonly failed: readonly Evidence[];
  /** Turns in a row that ended without a reply, oldest first, bounded. */
  readonly silent: readonly Evidence[];
  /** Replies in a row that could not be sent, oldest first, bounded. */
  readonly unsent: readonly Evidence[];
  /** Messages in a row that were thrown away, oldest first, bounded. */
  readonly dropped: readonly Evidence[];
  /** Of each stalled session the first and the latest word of the same turn, oldest first, bounded. */
  readonly stalled: readonly Evidence[];
  /** The latest answer, of whatever life. */
  readonly answered: Evidence | null;
  /** When the latest message came in that asks for an answer, in whatever life; null: none was seen. */
  readonly askedAt: number | null;
}

export const NO_ANSWERS: LinkAnswers = {
  pairs: 0,
  longestMs: 0,
  chats: [],
  asked: [],
  failed: [],
  silent: [],
  unsent: [],
  dropped: [],
  stalled: [],
  answered: null,
  askedAt: null,
};

/** Several processes are told of at every look for as long as they are there. */
export const DUPLICATES_SEEN_FOR_MS = 15_000;

export interface Start {
  readonly evidence: Evidence;
  /** Whether it followed a stop or restart that somebody asked for. */
  readonly askedFor: boolean;
  /** Its keeper has not made it: somebody has. */
  readonly byHand: boolean;
  /** It followed an end by a fault, by the gateway's own words. */
  readonly crashed?: true;
}

export interface LinkState {
  /** When this link was first heard of in this life. */
  readonly since: number;
  /** Latest proof of login or traffic; null: none in this life. */
  readonly proof: Evidence | null;
  /** What has proven that it is up, and since when it is so without interruption; null while there is no proof. */
  readonly upBy: Evidence | null;
  /** The first loss since that proof; null while there is none. */
  readonly loss: Evidence | null;
  /** A socket was opened after the loss, or at start, without proof of login. */
  readonly opened: Evidence | null;
  /** A login by hearsay, which counts once the state file no longer says otherwise. */
  readonly heard: Evidence | null;
  /** The latest word of it, where silence after that is all the proof of login that there is. */
  readonly settles: Evidence | null;
  /** The latest failed try since the last proof. */
  readonly failure: Evidence | null;
  /** The latest sign that the gateway still tries. */
  readonly lastTry: Evidence | null;
  /** When it last began a new login by itself, in this life; a login does not end that. */
  readonly anew: Evidence | null;
  /** The gateway's own monitor has started it again, as often as it may; a login does not end that. */
  readonly startedAgain: Evidence | null;
  readonly gaveUp: Evidence | null;
  readonly rejected: Evidence | null;
  readonly closed: Evidence | null;
  /** Kept off by the gateway itself. */
  readonly held: Evidence | null;
  /** Lifeline's own restarts of this link alone, oldest first, bounded; survives lives. */
  readonly treated: readonly Evidence[];
  /** Since its own restart nothing was heard of it: what is known is of before, and ends with the first word of it. */
  readonly awaited: boolean;
  /** The runner's own word that it has been failing for hours. */
  readonly needsAttention: Evidence | null;
  /** Whether the platform could be reached from here, as last asked. */
  readonly reachable: Evidence | null;
  /** The first success of the present row of successful tries to reach the platform from here; null: the last failed. */
  readonly reachableSince: number | null;
  /** The kernel's hint that nothing comes back. */
  readonly silent: Evidence | null;
  /** What the state file of this very life says. */
  readonly claim: Evidence | null;
  /** Recent losses, oldest first, bounded; those of a few seconds are one spell. */
  readonly losses: readonly LossSpell[];
  /** Since when it has been lost without a login (where logins are not logged: without an open socket); null: it is up. */
  readonly downSince: number | null;
  /** Its several connections, where the log tells them apart. */
  readonly connections: Connections;
  /** A loss after which nothing in the gateway can bring it back. */
  readonly dead: Evidence | null;
  /** The end of what held it, since which no further try was heard of. */
  readonly ended: Evidence | null;
  /** Whether it has held for a while in this life. A restart does not mend a link that fails at its first try. */
  readonly worked: boolean;
  /** Where its platform is, by the gateway's own log, the latest first; survives lives. */
  readonly hosts: readonly string[];
  /** Whether a login was ever logged for this link, in any life: only then does its absence mean something. */
  readonly loginsVisible: boolean;
}

/** The connections of several bots of one platform, by their ids. */
export interface Connections {
  readonly open: readonly string[];
  /** Those that no later connection has taken the place of, with their losses. */
  readonly lost: readonly { readonly id: string; readonly loss: Evidence }[];
  /** Those whose place another one has taken: later words of their end say nothing. */
  readonly replaced: readonly string[];
}

export const NO_CONNECTIONS: Connections = { open: [], lost: [], replaced: [] };

/** Losses within a few seconds of each other: a quick loop is remembered as long as a slow one. */
export interface LossSpell {
  readonly first: Evidence;
  readonly lastAt: number;
  readonly count: number;
  /** How many of them the gateway itself has brought about. */
  readonly own: number;
  /** How long the link was lost by the losses of this spell, as far as they have ended. */
  readonly downMs: number;
}

export const initialState: GatewayState = {
  process: undefined,
  gone: null,
  everSeen: false,
  suspects: null,
  container: null,
  keeperSilent: null,
  paused: null,
  halted: null,
  resumedAt: null,
  keeper: null,
  starting: null,
  ready: null,
  readyAgain: null,
  stopping: null,
  stopped: null,
  endedBy: null,
  executorFailures: [],
  configFatal: null,
  configDoubt: null,
  checks: new Map(),
  checksOwed: new Map(),
  startedBy: null,
  starts: [],
  brake: null,
  otherInstance: [],
  announced: null,
  portRefused: null,
  portTaken: null,
  duplicates: null,
  reconnecterDead: null,
  nothingConnected: null,
  blocked: null,
  heldUp: [],
  treated: null,
  treatedUntil: null,
  stoppedByOperator: null,
  loop: null,
  claim: null,
  markers: new Map(),
  links: new Map(),
  answers: new Map(),
  agentWorks: null,
  approval: null,
  refusedTurns: [],
  undelivered: [],
  resources: NO_RESOURCES,
};

/**
 * Whether this pid, as the process itself writes it down, is the process's: in a container it is another number than
 * outside.
 */
export const isPidOf = (process: ProcessSeen | null | undefined, pid: number | null): boolean =>
  process != null && pid === (process.ownPid ?? process.pid);

/** The state file of this very process says that it has stopped: its log's last words are not another one's. */
export const claimsStopped = ({ claim, process, stopping }: GatewayState): boolean =>
  claim?.fact.kind === 'gateway-claim' &&
  claim.fact.state === 'stopped' &&
  isPidOf(process, claim.fact.pid) &&
  stopping !== null &&
  claim.at >= stopping.at;

/** What a link is known by in whatever life. */
type Lasting = Pick<LinkState, 'loginsVisible' | 'hosts' | 'treated'>;

export const newLink = (
  since: number,
  { loginsVisible, hosts, treated }: Lasting = { loginsVisible: false, hosts: [], treated: [] },
): LinkState => ({
  since,
  proof: null,
  upBy: null,
  loss: null,
  opened: null,
  heard: null,
  settles: null,
  failure: null,
  lastTry: null,
  anew: null,
  startedAgain: null,
  gaveUp: null,
  rejected: null,
  closed: null,
  held: null,
  treated,
  awaited: false,
  needsAttention: null,
  reachable: null,
  reachableSince: null,
  silent: null,
  claim: null,
  losses: [],
  downSince: null,
  connections: NO_CONNECTIONS,
  dead: null,
  ended: null,
  worked: false,
  hosts,
  loginsVisible,
});

/** What a live gateway's own state file says when it knows that a link is not up. */
const CLAIMS_ILL: ReadonlySet<string> = new Set(['disconnected', 'retrying', 'fatal']);

/** Whether the state file calls it ill since it was last seen to work. */
export const isClaimedIll = ({ claim, proof }: Pick<LinkState, 'claim' | 'proof'>): boolean =>
  claim?.fact.kind === 'link-claim' && CLAIMS_ILL.has(claim.fact.state) && claim.at > (proof?.at ?? 0);

/** Whether chat text may have said it (`Settling.hearsay`). */
export const isHearsay = (fact: Evidence['fact']): boolean => 'hearsay' in fact && fact.hearsay === true;

/** Whether silence may prove a login: where logins are logged, an open socket or a further try alone proves nothing. */
export const canSettle = ({ settles, loginsVisible }: Pick<LinkState, 'settles' | 'loginsVisible'>): boolean =>
  settles !== null && !(loginsVisible && (settles.fact.kind === 'link-open' || settles.fact.kind === 'link-retrying'));

/** Whether the gateway may go on with what it has said against its configuration: then it was no refusal. */
export const mayRunOn = (said: Evidence | null): said is Evidence =>
  said?.fact.kind === 'config-fatal' && said.fact.mayRunOn === true;

/** Whether since its latest proof nothing has spoken against a link, and nothing has opened it anew. */
export const isUncontested = (link: LinkState): boolean =>
  link.loss === null &&
  link.opened === null &&
  link.failure === null &&
  link.gaveUp === null &&
  link.rejected === null &&
  link.closed === null &&
  link.held === null &&
  link.needsAttention === null &&
  link.silent === null;

/** A check that failed owes a success, in whatever life it comes. */
export const checksOwedBy = ({ checks, checksOwed, paused }: GatewayState): GatewayState['checksOwed'] =>
  new Map([
    ...checksOwed,
    // What was held still could not answer.
    ...[...checks].filter(([, { at, fact }]) => fact.kind === 'check' && !fact.ok && at < (paused?.at ?? Infinity)),
  ]);

/** @returns what is proven of the gateway's present life. */
export const vitalsOf = (state: GatewayState): Vitals => ({
  process: state.process,
  readyAt: state.ready?.at ?? null,
  checksOwed: [...checksOwedBy(state)].flatMap(([name, { fact }]) =>
    fact.kind === 'check' && fact.remedy === 'restart' ? name : [],
  ),
  turns:
    state.claim?.fact.kind === 'gateway-claim' && isPidOf(state.process, state.claim.fact.pid)
      ? (state.claim.fact.turns ?? null)
      : null,
  talk: new Map(
    [...state.answers].map(([name, { asked, askedAt, answered }]) => [
      name,
      { askedAt, answeredAt: answered?.at ?? null, waits: asked.length > 0 },
    ]),
  ),
  resources: {
    ...(state.resources.seen?.fact.kind === 'resources'
      ? {
          memory: state.resources.seen.fact.memory,
          files: state.resources.seen.fact.files,
          at: state.resources.seen.at,
        }
      : {}),
    ...(state.resources.disk?.fact.kind === 'disk' ? { disk: state.resources.disk.fact } : {}),
    ...(state.resources.sidecars?.fact.kind === 'sidecars' ? { sidecars: state.resources.sidecars.fact.seen } : {}),
  },
  uncleanStarts: state.starts.filter(({ askedFor }) => !askedFor).map(({ evidence }) => evidence.at),
  links: new Map(
    [...state.links].map(([name, link]) => [
      name,
      {
        // Where nothing proves a login, that it was opened is all that a restart can show.
        provenAt: (link.proof ?? (canSettle(link) ? link.opened : null))?.at ?? null,
        lostAt: link.loss?.at ?? link.gaveUp?.at ?? null,
      },
    ]),
  ),
});
