/** What the doctor asks of a kind of gateway beside what the watch asks: data and pure readers. */
import type { Trust } from '../base/file-trust.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { SettingFiles } from './setting-fault.ts';
import type { SymptomReader } from './symptom.ts';

export interface DoctorKind {
  /** Null: it has none that are known. */
  readonly settings: SettingFiles | null;
  /** @param text the text of a file below its home */
  readonly symptom: (text: (path: string) => Promise<string | null>) => Promise<SymptomReader>;
  /** How a program is called that people take for the gateway; null: it is none of those. */
  readonly otherProgram: (argv: readonly string[]) => string | null;
  /** What it must be able to write, below the home. */
  readonly ownFiles: readonly string[];
  /** Its last stop was in order when this is there, below the home; null: nothing tells. */
  readonly cleanStop: string | null;
  /** Null: no file tells it. */
  readonly version: {
    readonly file: string;
    readonly read: (text: string) => string | null;
    /** What brings it up to date. */
    readonly update: string;
  } | null;
  /** Logs below the home that nothing ever shortens. */
  readonly unrotatedLogs: readonly string[];
  /** Files below the home that are there while an update of it runs. */
  readonly updateMarkers: readonly string[];
  /** Where it notes, below the home, that launchd refused its job; null: it notes no such thing. */
  readonly launchdRefused: string | null;
  /** Tells that a crontab's line is about this kind; null: it has no name of its own. */
  readonly named: RegExp | null;
  /** Which proxy variable each link takes: the first of these that is set; null: not known. */
  readonly proxies: Readonly<Record<LinkName, readonly string[]>> | null;
  /** The service that its own installer writes today; null: it installs none. */
  readonly installs: InstalledService | null;
  /**
   * Why this process of it does not let itself be asked, in its own words; null words: it does, or says nothing. Null:
   * there is nothing to ask.
   */
  readonly refusal: ((home: string, pid: number, trust: Trust) => Promise<string | null>) | null;
  /** Its own command that looks for faults; null: it has none. */
  readonly gatewayDoctor: GatewayDoctor | null;
}

export interface InstalledService {
  readonly systemd: {
    /** A stop that is cut off before this tears turns apart. */
    readonly leastStopMs: number;
    readonly stopSeconds: number;
    readonly restartSeconds: number;
    /** Whether systemd gives up after many starts: then that is as its makers want it. */
    readonly isLimited: boolean;
  };
  /** ExitTimeOut. */
  readonly launchdStopSeconds: number;
}

/** A gateway's own command that looks for faults. */
export interface GatewayDoctor {
  /** What follows the words that call the gateway's program. */
  readonly words: readonly string[];
  /** @throws Error when the output is no such doctor's */
  readonly read: (output: DoctorOutput) => readonly Complaint[];
}

export interface Complaint {
  readonly severity: 'error' | 'warning' | 'info';
  readonly said: string;
  /** What it advises; null: nothing. */
  readonly advice: string | null;
}

export interface DoctorOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Null: it was not found, could not be started, or was ended. */
  readonly exitCode: number | null;
}

/** Of a kind of which nothing more is known. */
export const UNKNOWN_KIND: DoctorKind = {
  settings: null,
  symptom: async () => () => null,
  otherProgram: () => null,
  ownFiles: [],
  cleanStop: null,
  version: null,
  unrotatedLogs: [],
  updateMarkers: [],
  launchdRefused: null,
  named: null,
  proxies: null,
  installs: null,
  refusal: null,
  gatewayDoctor: null,
};
