/**
 * What a kind of gateway looks like from outside: data and pure readers; only its probe does I/O. One folder a kind.
 */
import type { Clock } from '../base/clock.ts';
import type { Refusal } from '../base/refused-file.ts';
import type { Instant } from '../base/instant.ts';
import type { Logger } from '../base/logger.ts';
import type { Evidence, LinkName, ProcessSeen } from '../diagnosis/evidence.ts';
import type { PlatformTraits } from '../diagnosis/policy.ts';
import type { ChangingFiles } from './changing-files.ts';
import type { KindName } from './names.ts';
import { behindWrappers } from './wrappers.ts';

export interface GatewayKind {
  readonly name: KindName;
  /**
   * Whose files are believed beside those of root, Lifeline's user and the owner of its home: names or numbers, `*` for
   * everybody.
   */
  readonly trustedUsers: readonly string[];
  /**
   * Log files, most telling first, from the home on or absolute; `YYYY-MM-DD` in a name stands for the day of a file.
   */
  readonly logs: readonly string[];
  /** The log that people mean by "the log": of these, the gateway writes the first that is there. */
  readonly mainLogs: readonly string[];
  /** Tells date and level of a line of such a log, for people who search it. */
  readonly parseLine: LineParser;
  /**
   * Makes a reader that turns the lines of one log file into evidence; it keeps what spans lines.
   * @param writtenAt by it the reader knows whether a line belongs into another file, and counts from there alone
   */
  readonly newLogReader: (source: string, writtenAt?: WrittenAt) => LogReader;
  /** How its process is found: by its own signs (those below), as its supervisor's main process, or not at all. */
  readonly foundBy: 'itself' | 'supervisor' | 'nobody';
  /** Files in which the running process names itself, the most telling first. */
  readonly records: readonly ProcessRecord[];
  /** The file below the home that the running process keeps locked with flock(2); null: it locks none. */
  readonly lockFile: string | null;
  /** The TCP port of this machine on which it listens, by its configuration; null: none that is known. Never throws. */
  readonly port: ((home: string) => Promise<number | null>) | null;
  /**
   * Whether a process that `servedBy` tells to serve the home, by its command and working directory, is proven to be
   * it.
   */
  readonly livesInHome: boolean;
  /**
   * Whether a process is such a gateway by the first words of its command line, and which home it serves. This alone
   * proves nothing: `sensors/process/identify.ts` asks for a witness.
   * @param env the process's environment, null where it may not be read
   */
  readonly servedBy: (
    argv: readonly string[],
    env: Readonly<Record<string, string>> | null,
    place?: ProcessPlace,
  ) => Served | null;
  /**
   * Whether a command line that `servedBy` knows may be that of a command that treats a gateway, such as a restart:
   * beside a gateway it is no second one, unless a witness speaks for it.
   */
  readonly mayBeCommand: (argv: readonly string[]) => boolean;
  /** The environment variables that tell the home, beside HOME; the first one sets it. */
  readonly homeVariables: readonly string[];
  /** State files below the home, and what each one's text says; null text: the file is not there. */
  readonly stateFiles: readonly StateFile[];
  readonly loop: LoopProbe | null;
  /** Asks the running gateway itself; null: there is nothing to ask. */
  readonly openProbe: ((context: ProbeContext) => KindProbe) | null;
  readonly patience: Patience;
  /** What is known of its platforms, by name. */
  readonly platforms: Readonly<Record<string, PlatformTraits>>;
  /** Where each link's platform usually answers, as `host:port`; what the gateway's own log names beats it. */
  readonly platformHosts: Readonly<Record<LinkName, readonly string[]>>;
  /** Files below the home that name the bots it uses itself. */
  readonly appFiles: readonly AppFile[];
  /** How it is asked to end its turns and then itself, so that it is started again; null: it cannot be asked. */
  readonly graceful: GracefulRestart | null;
  /**
   * The names under which this gateway's own installer, in any version, sets it up with a service manager; today's
   * first.
   */
  readonly services: (home: string, userHome: string) => readonly ServiceName[];
  /** Where other homes of the same installation are: the root, and the folder that holds one for each profile. */
  readonly siblingHomes: (home: string) => {
    readonly root: string;
    readonly profiles: string;
    /** Which names in that folder are a profile's; when left out, all. */
    readonly isOne?: (name: string) => boolean;
  };
  /** By which files it is seen to have been changed. */
  readonly changing: ChangingFiles;
}

/**
 * Whether Lifeline can start and stop it: it knows neither service nor command of one of which no process is looked
 * for.
 */
export const isTreatable = ({ foundBy }: Pick<GatewayKind, 'foundBy'>): boolean => foundBy !== 'nobody';

/** What the first words of a command line, and its environment, say of a process. */
export interface Served {
  /** The home that it serves; null: that cannot be told. */
  readonly home: string | null;
  /**
   * `own`: nothing else is called so. `common`: other programs are called so too, so that it counts only with a
   * witness.
   */
  readonly entry: 'own' | 'common';
}

/**
 * What the command of a service's definition serves, which may stand behind a wrapper; null: no gateway of this kind.
 */
export const servedByDefinition = (
  kind: Pick<GatewayKind, 'servedBy'>,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Served | null => {
  for (const each of behindWrappers(argv)) {
    const served = kind.servedBy(each, env);
    if (served !== null) return served;
  }
  return null;
};

/** Where a process works and what it executes, absolute; null where that may not be read. */
export interface ProcessPlace {
  readonly folder: string | null;
  readonly executable: string | null;
}

/** A file in which the running process names itself. */
export interface ProcessRecord {
  /** Below the home, or absolute. */
  readonly path: string;
  /** What people call it. */
  readonly name: 'pid_file' | 'lock_record' | 'heartbeat' | 'state_file';
  /** The largest that it can be. */
  readonly mostBytes: number;
  /** @returns null when the text is no such record. */
  readonly read: (text: string) => NamedProcess | null;
}

export interface NamedProcess {
  /** As the process itself knows it: in a container that is another number than outside. */
  readonly pid: number;
  /** As in `ProcessIdentity`; null: the record does not say, and then it is a weak fact. */
  readonly startTime: number | null;
}

/** What this gateway does of its own accord, and what it suffers badly. All times in milliseconds. */
export interface Patience {
  /** Its own healing of a lost link is waited for as long as this, where that is longer than the link's grace. */
  readonly ownHealingMs: number;
  /** A link that it shows as on its way, and takes for well, is deaf after this; null: it shows no such thing. */
  readonly connectMs: number | null;
  /** A start may take as long as this, however fast those before it were; 0: what was learned counts. */
  readonly startMs: number;
  /** A stop or a graceful restart may take as long as this, and is no hang. */
  readonly drainMs: number;
  /** How often one link may be restarted alone before the gateway is; null: it offers no such thing. */
  readonly linkRestarts: { readonly most: number; readonly windowMs: number } | null;
  /**
   * How long its end without a word is waited for where nobody keeps it; 0: it logs every signal that it can, so that
   * this was a kill or a crash.
   */
  readonly quietEndMs: number;
  /** More ends without a stop than this trip a brake of its own; null: it has none. */
  readonly kills: { readonly most: number; readonly windowMs: number } | null;
}

/** Of a gateway that does nothing of the kind. */
export const NO_PATIENCE: Patience = {
  ownHealingMs: 0,
  connectMs: null,
  startMs: 0,
  drainMs: 0,
  linkRestarts: null,
  quietEndMs: 0,
  kills: null,
};

export interface ProbeContext {
  readonly home: string;
  /** The live process as last seen; null: there is none; undefined: not looked for yet, or it cannot be seen. */
  readonly process: () => ProcessSeen | null | undefined;
  /** Whether somebody holds the process still, as last seen, and when it was last let go; null: never. */
  readonly held: () => { readonly isPaused: boolean; readonly resumedAt: number | null };
  /** How long the event loop may leave questions unanswered. */
  readonly frozenMs: number;
  /** Called when something was learned that is worth a look at once. */
  readonly onNews: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface KindProbe {
  /**
   * What was learned since the last look, oldest first. Asks what is due in the background, so that a gateway that does
   * not answer holds up nothing; only the first look of a process waits for its answer. Never throws.
   */
  look(now: number): Promise<readonly Evidence[]>;
  /** Why files that it was to look at are no evidence. */
  refusals?(): readonly Refusal[];
  /** Restarts one link; null where the gateway offers that not. */
  readonly links: LinkControl | null;
  close(): Promise<void>;
}

export interface LinkControl {
  /** What each does, for people: `channels.stop feishu`. */
  command(act: 'stop' | 'start', link: LinkName): string;
  /** Resolves when the gateway says that it did so. @throws Error with the reason, without secrets. */
  stop(link: LinkName): Promise<void>;
  /**
   * Resolves when the gateway has taken it in hand; that it logs in is for the caller to verify. @throws Error with the
   * reason.
   */
  start(link: LinkName): Promise<void>;
}

export interface AppFile {
  readonly path: string;
  readonly mostBytes: number;
  /** @throws Error when the text cannot be understood. */
  readonly read: (text: string) => readonly OwnApp[];
  /** Which links it sets up, bots aside. @throws Error when the text cannot be understood. */
  readonly links?: (text: string) => readonly LinkName[];
}

export interface OwnApp {
  readonly link: LinkName;
  readonly appId: string;
}

export interface GracefulRestart {
  readonly signal: 'SIGUSR1';
  /** Its own command that does this and returns, made of the one that starts it; null: none can be made of that. */
  readonly command: (
    start: readonly string[],
    home: string,
    waitMs: number,
  ) => { readonly argv: readonly [string, ...string[]]; readonly env: Readonly<Record<string, string>> } | null;
}

export interface ServiceName {
  readonly supervisor: 'systemd-user' | 'systemd-system' | 'launchd' | 's6';
  /** Unit, label or slot. */
  readonly unit: string;
  /** Where its definition is; absolute. */
  readonly path: string;
}

/** From the lowest to the highest. */
export const LINE_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type LineLevel = (typeof LINE_LEVELS)[number];

/** What a line says of itself, by that line alone; null when it begins no record and so belongs to the line above. */
export type LineParser = (text: string) => LineHead | null;

export interface LineHead {
  /** Null when the line does not say. */
  readonly at: Instant | null;
  readonly level: LineLevel | null;
  /** The record as one line that people can read, where it is written as data; otherwise it is shown as it stands. */
  readonly text?: string;
}

/**
 * The time of the latest record in another of the gateway's logs, by the file's name; -Infinity: it is there and holds
 * none; null: it is not there, or cannot be read.
 */
export type WrittenAt = (log: string) => number | null;

export interface LogReader {
  /**
   * Reads one line without its line end; null when it says nothing of interest.
   * @param written `before`: it was there before Lifeline began to follow this log, or was given out already, so that
   * the time of reading says nothing of it.
   * @param lookedAt when the log was last read to its end, which did not have this line yet; null: that is not known
   * @param now a time that is well ahead of it says nothing of the lines that come after; null: that is not known, as of
   * recorded logs
   */
  line(text: string, written?: 'before' | 'since', lookedAt?: number | null, now?: number | null): LogRecord | null;
  /**
   * Of a log that the operator has described: whether its lines can be dated so. Absent: the kind knows its own logs.
   */
  readonly doubt?: () => LineDoubt | null;
}

/** Why nothing of a log counts as evidence, or only by the time at which it was read. */
export interface LogDoubt extends LineDoubt {
  readonly path: string;
}

export interface LineDoubt {
  readonly why:
    /** Nothing lies there. */
    | 'missing'
    /** Its format fits no line. */
    | 'no_line_fits'
    /** The time stands there in no form that is known. */
    | 'form'
    /** Day and month could be exchanged. */
    | 'date_order'
    /** The zone's name has several meanings. */
    | 'zone'
    /** It has no day, so that only lines that Lifeline has seen coming can be dated. */
    | 'day'
    /** There is no such time. */
    | 'no_such_time'
    /** It is hours off, in a line that has just been written: that of another time zone. */
    | 'other_zone'
    /** Its evidence is dated in the future: another zone, or a clock that is wrong. */
    | 'ahead';
  /** The beginning of such a line, redacted; empty where there is none; of `ahead` by how many minutes. */
  readonly text: string;
}

/** A line that begins a record. Lines that belong to the record above give it again only when they add evidence. */
export interface LogRecord {
  readonly at: Instant;
  readonly evidence: readonly Evidence[];
}

export interface StateFile {
  readonly path: string;
  readonly mostBytes: number;
  readonly read: (text: string | null, file: StateFileContext) => readonly Evidence[];
}

export interface StateFileContext {
  readonly now: Instant;
  /** Null where the file is not there, or its time is none. */
  readonly modifiedAt: Instant | null;
}

export interface LoopProbe {
  /** A file that the event loop rewrites, below the home. Old (`watch.grace.frozen`) and without an answer: wedged. */
  readonly heartbeat: string;
  readonly readHeartbeat: (text: string) => Heartbeat | null;
  /** The socket on which the event loop itself answers, below the home. */
  readonly socket: (pid: number) => string;
  /** The byte it answers with. */
  readonly answer: string;
}

export interface Heartbeat {
  readonly pid: number;
  /** When it was written, by its own word; null when it does not say. */
  readonly updatedAt: Instant | null;
  /** Whether the gateway says that its loop answers on the socket; null: a version that does not say. */
  readonly socketArmed: boolean | null;
}
