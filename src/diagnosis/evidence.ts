/** Evidence: one dated fact from one sensor. What a fact means is for the rules to say. */
import type { Instant } from '../base/instant.ts';
import type { MemoryLevel } from './memory-rules.ts';

/** A platform connection of a gateway, as the gateway names it: `qqbot`, `feishu`, `telegram`… */
export type LinkName = string;

/** Tells a process for certain: a pid alone is reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (`/proc/PID/stat` field 22) on Linux; centiseconds of the epoch elsewhere. */
  readonly startTime: number;
}

export interface ProcessSeen extends ProcessIdentity {
  /** When it started, milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whose it is; absent where that cannot be told. */
  readonly uid?: number;
  /** The pid by which it knows itself, where that is another one: in a container. */
  readonly ownPid?: number;
}

/** A process that looks like the gateway, and that nothing proves to be. */
export interface Suspect extends ProcessSeen {
  /** Its command line, redacted and cut. */
  readonly command: string;
}

/** A container in which the gateway was seen; a tool of null: of an engine that Lifeline does not speak to. */
export interface ContainerSeen {
  readonly tool: 'docker' | 'podman' | null;
  readonly id: string;
  /** Empty: not known. */
  readonly name: string;
  /** The name or id by which it was asked for. */
  readonly askedAs: string;
}

/** What will become of a gateway whose process has ended, by the word of who keeps it. */
export type Outlook =
  /** It is started again; `withinMs`: after such a pause, where that is told. */
  | { readonly next: 'starts'; readonly withinMs: number | null }
  /** It has not come to rest yet; ask again. */
  | { readonly next: 'settling' }
  /**
   * Nobody will start it. `enabled`: it is meant to run all the same. `ended`: what ended it, where its keeper knows;
   * `config_refused`: it ended with 78 (EX_CONFIG); `endedAt`: when, milliseconds since the epoch.
   */
  | {
      readonly next: 'nothing';
      readonly enabled: boolean;
      readonly ended?: 'out_of_memory' | 'killed' | 'config_refused';
      readonly endedAt?: number;
    }
  /**
   * It has ended without a fault, and nobody will start it; whether somebody stopped it, its keeper no longer knows.
   */
  | { readonly next: 'ended' }
  /** Somebody has stopped it through its keeper. */
  | { readonly next: 'stopped'; readonly endedAt?: number }
  /** The container that it ran in is there no more. */
  | { readonly next: 'removed' }
  /** Something that its keeper names keeps it from starting. */
  | { readonly next: 'blocked'; readonly reason: string }
  /** Its keeper is not known, or cannot be asked. */
  | { readonly next: 'unknown' };

/** A step of a conversation, as far as the log tells it. */
export type ConversationStep =
  /** A message came in that asks for an answer. */
  | 'asked'
  /** Somebody is shown that an answer is being made: a message must have come in. */
  | 'typing'
  /** A turn ended with a reply. */
  | 'answered'
  /** A turn ended without a reply, by the agent's or the sender's own doing. */
  | 'settled'
  /** A turn in a private chat took a model's time and ended without a reply: one may be by choice, a row is not. */
  | 'silent'
  /** A turn ended in an error. */
  | 'failed'
  /** Another provider took over from the one that failed. */
  | 'rescued'
  /** A reply could not be sent. */
  | 'unsent'
  /** A message went out; what it answers is not told. */
  | 'sent'
  /** A message was thrown away before any turn. */
  | 'dropped'
  /** A session makes no progress, by the gateway's own word, while a message waits for it. */
  | 'stalled'
  /** A stalled session was freed. */
  | 'freed'
  /** The agent is at work. */
  | 'works'
  /** The agent waits for somebody's approval. */
  | 'waits'
  /** What a scheduled job had to say could not be delivered. */
  | 'undelivered'
  /** It was. */
  | 'delivered';

/** Why a turn failed. */
export type TurnFault = 'provider_key' | 'provider_quota' | 'provider_overloaded' | 'turns_fail';

/** What somebody must mend for a platform to let the bot in again. */
export type Refusal =
  /** Another program uses the same bot. */
  | 'token_in_use'
  | 'credentials_refused'
  | 'intents_missing'
  /** The login of a person's account is over: it must be paired anew. */
  | 'logged_out'
  /** A setting or a package is missing. */
  | 'setup_incomplete';

interface Settling {
  /**
   * Of a file that chat text may reach. It restarts nothing without another witness, and what the state file says of the
   * link outweighs it.
   */
  readonly hearsay?: true;
  /** With no further word of the link for so long it counts as logged in. */
  readonly settlesMs?: number;
}

/** What happened on a link. */
export type LinkFact =
  /** Proof of login (QQ READY or RESUMED, the Feishu SDK's `connected to`). */
  | {
      readonly kind: 'link-login';
      /** As of `Settling`. */
      readonly hearsay?: true;
      readonly host?: string;
      readonly connection?: string;
      /**
       * Each connection has this line and its end none, so that a further one tells of that end; so long it waits
       * before each.
       */
      readonly pauseMs?: number;
      /** A word that it is logged in, as a poll that came back: of when it logged in it says nothing. */
      readonly still?: true;
    }
  /** Where the platform is that the gateway connects to, as `host:port`. */
  | { readonly kind: 'link-host'; readonly host: string }
  /**
   * A socket is open or a client started; says nothing of login. `content`: the gateway takes it for well, and will do
   * nothing about it.
   */
  | ({ readonly kind: 'link-open'; readonly content?: true } & Settling)
  /** A message came in or went out. `lateByMs`: its line may be written so long after it came in. */
  | { readonly kind: 'link-traffic'; readonly lateByMs?: number }
  /**
   * `dead`: nothing in the gateway can bring it back. `ended`: what held it has ended, and it is over unless a further
   * try is heard of. `returnsSilently`: it tries at once, and logs only failed tries.
   * `nextInMs`: it says that it tries again in so long.
   */
  | ({
      readonly kind: 'link-lost';
      readonly code?: number;
      readonly reason?: string;
      readonly dead?: true;
      readonly ended?: true;
      /** What it met: an error of the platform, or of the network. */
      readonly met?: 'platform' | 'network';
      /** The gateway itself has closed the connection, and the platform has answered its close. */
      readonly byItself?: true;
      readonly returnsSilently?: true;
      /** A task of a connection that was replaced since may say the same. */
      readonly perhapsFormer?: true;
      /** The gateway has started this link alone, again and again, and nothing came of it. */
      readonly startedInVain?: true;
      /** Its state has not shown it connected since then: a flag that nothing sets says nothing against a login since. */
      readonly neverSince?: number;
      readonly nextInMs?: number;
      /** Which of several connections of the link, where the line tells it. */
      readonly connection?: string;
    } & Settling)
  /**
   * It tries again; in so long, when it says so. `anew`: with a new login, as after a restart, and not with the session
   * that it had. `wasLost`: where the link worked, this line alone tells that it was lost.
   */
  | ({
      readonly kind: 'link-retrying';
      readonly attempt?: number;
      readonly nextInMs?: number;
      readonly anew?: true;
      /** The gateway has found it unwell at each of its looks, and starts it again and again. */
      readonly again?: true;
      readonly wasLost?: true;
      /** It goes on with a login that it had: the link has worked in this life. */
      readonly hadWorked?: true;
      /** On the connection that this ends the platform has said something. */
      readonly spoken?: true;
    } & Settling)
  /**
   * A try to connect failed; `platform`: it answered with an error, `network`: it could not be reached. `refused`: by
   * its answer every further try meets the same, and this is told of it.
   */
  | ({
      readonly kind: 'link-retry-failed';
      readonly failure: 'platform' | 'network' | 'other';
      readonly refused?: Refusal | 'platform_refuses' | 'platform_errors';
      readonly error: string;
      readonly nextInMs?: number;
      /** Where the link worked, this line alone tells that it was lost. */
      readonly wasLost?: true;
      /** Connections that its process has left behind are in its way; nothing but the end of the process closes them. */
      readonly leftBehind?: true;
      /** The platform is not at fault where it has said something on this connection: within so long before. */
      readonly unlessSpokenMs?: number;
      /** The gateway goes on as if it had not failed: that it is open, which is said right behind this, says nothing. */
      readonly goesOn?: true;
    } & Settling)
  /**
   * The gateway has stopped trying for good. `counted`: after a number of tries, and not because the platform refused it.
   * `terminal`: it takes the end for one that no further start can mend.
   */
  | { readonly kind: 'link-gave-up'; readonly counted?: true; readonly terminal?: true }
  /** The platform refuses this bot; a restart cannot help. `why`: what somebody must mend, where that is told. */
  | {
      readonly kind: 'link-rejected';
      readonly reason: string;
      readonly why?: Refusal;
      /** Nothing of the link can have begun: where something has, another program has said this. */
      readonly unbegun?: true;
    }
  /** Nothing has spoken against it for as long as its platform's facts ask for: all the proof that some adapters give. */
  | { readonly kind: 'link-settled' }
  /** The runner itself says that it has been failing for hours. */
  | { readonly kind: 'link-needs-attention' }
  /** Whether the platform's host can be reached from this machine. */
  | { readonly kind: 'link-reachable'; readonly ok: boolean; readonly host: string }
  /** The kernel's view: bytes go out on an open connection to the platform and none come back. A hint, not proof. */
  | { readonly kind: 'link-silent'; readonly silentMs: number }
  /**
   * The gateway closed it deliberately. `wanted`: somebody has switched it off, and whatever was wrong with it no
   * longer matters. `listens`: it has no connection to lose, only a listener.
   */
  | { readonly kind: 'link-closed'; readonly wanted?: true; readonly listens?: true }
  /** The gateway runs and keeps this link off by itself, until it is started by name: its brake against crash loops. */
  | { readonly kind: 'link-held'; readonly reason: string }
  /** Lifeline itself restarted this link alone. */
  | { readonly kind: 'link-treated' }
  /** What the gateway's state file claims of the link; a claim, not proof. */
  | { readonly kind: 'link-claim'; readonly state: string; readonly error?: string };

/** What all processes of a gateway hold of the machine's memory together. */
export interface MemorySeen {
  readonly bytes: number;
  /**
   * By what it was told: `pss` counts what several processes share once, `group` is the control group's own count, `rss`
   * counts what is shared again and again.
   */
  readonly by: 'pss' | 'group' | 'rss';
  readonly processes: number;
  /** How much the gateway could hold at most; null: not known. */
  readonly ceiling: number | null;
  /** Whether the ceiling is the control group's limit or what the machine has left. */
  readonly of: 'group' | 'machine' | null;
  readonly level: MemoryLevel;
}

/** A process that holds a link for the gateway; `process` null: it is not there. */
export interface SidecarSeen {
  readonly link: LinkName;
  readonly process: { readonly pid: number; readonly startedAt: number } | null;
}

/** The files that one process of the gateway has open: of several the one that is nearest to its limit. */
export interface FilesSeen {
  readonly pid: number;
  readonly open: number;
  readonly most: number;
  readonly high: boolean;
}

/** The room on the disk that the gateway's home is on, in bytes. */
export interface DiskSeen {
  readonly free: number;
  readonly all: number;
  readonly low: boolean;
}

/** What happened to the gateway as a whole. */
export type GatewayFact =
  /** `goesOn`: a start that began before is still on its way. */
  | { readonly kind: 'gateway-starting'; readonly goesOn?: true }
  /** `pid`: of the process that says so, where the line tells it. */
  | { readonly kind: 'gateway-ready'; readonly pid?: number }
  /**
   * `planned`: somebody asked for it; otherwise an unexpected signal, a take-over by another start, or the gateway's
   * own wish. `withoutLinks`: it ends because no link is left that it would try again. `bySignal`: its words are the same
   * for a stop that somebody asked for and for a signal of whomever.
   */
  | {
      readonly kind: 'gateway-stopping';
      readonly planned: boolean;
      readonly forRestart: boolean;
      readonly withoutLinks?: true;
      readonly bySignal?: true;
    }
  /**
   * It is about to start anew of its own accord: an end that follows soon is that restart's. `putOff`: once its work is
   * done.
   */
  | { readonly kind: 'restart-announced'; readonly putOff?: true }
  | { readonly kind: 'gateway-stopped' }
  /** `pid`: whose end it was, where that is told. */
  | { readonly kind: 'gateway-exit'; readonly code: number; readonly pid?: number }
  | { readonly kind: 'executor-shutdown' }
  /** Nothing but a change of configuration helps (exit 78 and its like). */
  | {
      readonly kind: 'config-fatal';
      readonly reason: string;
      /** Other programs that read the same configuration write the same words into the same log. */
      readonly alsoByOthers?: true;
      /** No platform is enabled: some versions end because of that, others go on for their cron jobs. */
      readonly mayRunOn?: true;
    }
  /**
   * What the operator wrote is not what the gateway runs with. `reverted`: it took an older copy. `not_taken`: it goes
   * on with what it had, and would not start again. `ignored`: it runs without it.
   */
  | {
      readonly kind: 'config-doubt';
      readonly doubt: 'reverted' | 'not_taken' | 'ignored';
      readonly reason: string;
      /** Other programs that read the same configuration write the same words into the same log. */
      readonly alsoByOthers?: true;
    }
  /**
   * It took the configuration as it is now. `silently`: it was edited since, and the gateway has said nothing against
   * it.
   */
  | { readonly kind: 'config-taken'; readonly silently?: true }
  /** One of the operator's own checks of the gateway, told at each of its rounds. */
  | {
      readonly kind: 'check';
      readonly check: string;
      readonly ok: boolean;
      /** It is well for want of anything else: what it looks for has not come since the process began. */
      readonly early?: true;
      /** How long it may fail. */
      readonly graceMs: number;
      readonly remedy: 'restart' | 'alert';
    }
  /** A start was put off by the gateway's own brake against respawn storms. */
  | { readonly kind: 'respawn-brake'; readonly pauseMs: number }
  /** A start that ended because another instance runs, or is believed to. `retries`: it waits and tries again itself. */
  | { readonly kind: 'another-instance'; readonly pid: number | null; readonly retries?: true }
  /**
   * It is up, and not one platform is connected. `final`: nothing is tried again, since a package or a credential is
   * missing.
   */
  | { readonly kind: 'nothing-connected'; readonly final: boolean; readonly reason: string }
  /**
   * A step of a conversation. `on`: on which link, also on one that is not judged; null: the line does not say. `chat`:
   * which conversation, as a hash. `ms`: how long the turn took, or the session has been stalled. `byTime`: the gateway
   * calls it stalled for the time alone, and does not see whether the turn works.
   */
  | {
      readonly kind: 'conversation';
      readonly step: ConversationStep;
      readonly on: LinkName | null;
      readonly chat?: string;
      readonly ms?: number;
      readonly byTime?: true;
      readonly fault?: TurnFault;
      /** The agent has been handed this message, and the log will tell of its end. */
      readonly taken?: true;
      /** It came back at once, as what is put into a turn that is under way. */
      readonly queued?: true;
      /** Each further message is lost in the same way. */
      readonly forGood?: true;
      /** Somebody waits for this turn, even where no question is to be seen. */
      readonly forAsker?: true;
      /** It is of this conversation's own turn, and no other model takes over from what went wrong. */
      readonly ownFault?: true;
      /** The gateway takes no work, because it is about to restart. */
      readonly draining?: true;
      /** The gateway itself has put an end to this turn, since nothing went on in it. */
      readonly stale?: true;
    }
  /** A platform is connected, of whatever kind. */
  | { readonly kind: 'platform-connected' }
  /** Its start ended because a port was in use: this one, where it says so. */
  | { readonly kind: 'port-refused'; readonly port: number | null }
  /** A process that is not the gateway listens on its port. */
  | { readonly kind: 'port-taken'; readonly port: number; readonly holder: Suspect }
  /** What would reconnect lost platforms is dead and stays dead. */
  | { readonly kind: 'reconnecter-dead' }
  /**
   * The event loop was blocked for a while: by the gateway's own watchdog, or by a tool run so long that it must have
   * been.
   */
  | {
      readonly kind: 'loop-blocked';
      readonly blockedMs: number | null;
      /** The gateway has measured it on the loop itself. */
      readonly measured?: true;
    }
  /** Beside the gateway other live processes look like it; wrappers are not counted. */
  | { readonly kind: 'duplicates'; readonly processes: readonly Suspect[] }
  /** Lifeline itself restarted it, for this cause; null: because an operator asked. */
  | { readonly kind: 'treated'; readonly cause: string | null }
  /** That restart has ended, however it went. */
  | { readonly kind: 'treatment-over' }
  /** Lifeline stopped it because this operator asked; it stays down until somebody starts it. */
  | { readonly kind: 'stopped-by-operator'; readonly by: string }
  /** The process that is proven to be the gateway; null: none is. `beside`: what looks like it. */
  | { readonly kind: 'process'; readonly process: ProcessSeen | null; readonly beside?: readonly Suspect[] }
  /** What will become of it now that its process has ended. `bare`: no keeper is known, and none is expected. */
  | { readonly kind: 'keeper'; readonly outlook: Outlook; readonly bare: boolean }
  /** The container that the gateway's process runs in; null: in none. */
  | { readonly kind: 'contained'; readonly container: ContainerSeen | null }
  /** Whether its keeper cannot be asked, and why. */
  | { readonly kind: 'keeper-silent'; readonly silent: boolean }
  /** Whether somebody holds its process still: a container that is paused, a unit that is frozen. */
  | { readonly kind: 'paused'; readonly paused: boolean }
  /** Whether a signal or a terminal has stopped its process. */
  | { readonly kind: 'halted'; readonly halted: boolean }
  /** Who started the process that runs now: its keeper by itself, or somebody by hand. */
  | { readonly kind: 'started-by'; readonly by: 'keeper' | 'somebody' }
  /** The event loop was asked and answered, did not, or cannot be asked. */
  | {
      readonly kind: 'loop';
      readonly pid: number;
      readonly state: 'alive' | 'wedged' | 'unknown';
      /** When it last turned, where that is known. */
      readonly turnedAt?: Instant;
    }
  /**
   * What the gateway's state file claims of itself and who wrote it; a claim, not proof. `turns`: how much work is in
   * flight.
   */
  | { readonly kind: 'gateway-claim'; readonly state: string; readonly pid: number | null; readonly turns?: number }
  /** What its processes need; null: that cannot be told here. */
  | {
      readonly kind: 'resources';
      readonly pid: number;
      readonly memory: MemorySeen | null;
      readonly files: FilesSeen | null;
    }
  /** Whether its memory grows so that it reaches its limit soon: in so long. */
  | { readonly kind: 'memory-grows'; readonly pid: number; readonly fullInMs: number | null }
  | ({ readonly kind: 'disk' } & DiskSeen)
  /**
   * The kernel has ended a process for want of memory. `whole`: the gateway's own process, and not one that it had
   * started. By its `name` in the kernel's log; by the `count` of a group that holds nothing but the gateway and what
   * that started; `perhaps`: by one that holds other programs too.
   */
  | { readonly kind: 'oom-kill'; readonly whole: boolean; readonly by: 'name' | 'count' | 'perhaps' }
  /** The processes beside the gateway that hold some of its links. */
  | { readonly kind: 'sidecars'; readonly seen: readonly SidecarSeen[] }
  /** A marker for a deliberate stop, a restart or an update is there (`present`) or gone. */
  | { readonly kind: 'marker'; readonly marker: Marker; readonly present: boolean };

/** One step of a conversation between a person and the gateway. */
export type ConversationFact = Extract<GatewayFact, { kind: 'conversation' }>;

export type Marker = 'planned-stop' | 'takeover' | 'update' | 'update-claimed';

interface Dated {
  readonly at: Instant;
  /** Which sensor, and where it looked: `gateway.log`, `process`, `heartbeat`, a state file's name. */
  readonly source: string;
  /** The line or finding itself, redacted, for people. */
  readonly text: string;
}

export type Evidence = Dated &
  ({ readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact });

/** Processes that the operator may have ended: those that look like the gateway, and one that holds its port. */
export const suspectsIn = (evidence: readonly Evidence[]): readonly Suspect[] => {
  const found = evidence.flatMap(({ fact }): readonly Suspect[] => {
    if (fact.kind === 'duplicates') return fact.processes;
    if (fact.kind === 'port-taken') return [fact.holder];
    return fact.kind === 'process' ? (fact.beside ?? []) : [];
  });
  return found.filter(({ pid }, at) => found.findIndex((other) => other.pid === pid) === at);
};
