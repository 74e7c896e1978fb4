/** What the doctor asks of a kind of gateway beside what the watch asks: data and pure readers, no I/O. */
import type { SettingFiles } from './setting-fault.ts';
import { NO_CHANGING_FILES, type ChangingFiles } from './changing-files.ts';
import type { SymptomReader } from './symptom.ts';
import type { LinkName } from '../diagnosis/evidence.ts';

export interface KindExam {
  /** Null: it has none that are known. */
  readonly settings: SettingFiles | null;
  readonly symptom: SymptomReader;
  /** How a program is called that people take for the gateway; null: it is none of those. */
  readonly otherProgram: (argv: readonly string[]) => string | null;
  /** Where other homes of the same installation are: the root, and the folder that holds one for each profile. */
  readonly siblingHomes: (home: string) => {
    readonly root: string;
    readonly profiles: string;
    /** Which names in there are one; without it all. */ readonly isOne?: (name: string) => boolean;
  };
  /** What it must be able to write, below the home. */
  readonly ownFiles: readonly string[];
  /** Its last stop was in order when this is there, below the home; null: nothing tells. */
  readonly cleanStop: string | null;
  /** Null: no file tells it. */
  readonly version: {
    readonly file: string;
    readonly read: (text: string) => string | null;
    /** What brings it up to date. */ readonly update: string;
  } | null;
  /** Logs below the home that nothing ever shortens. */
  readonly unrotatedLogs: readonly string[];
  /** Files below the home that are there while an update of it runs. */
  readonly updateMarkers: readonly string[];
  /** Where it notes, below the home, that launchd refused its job; null: it notes no such thing. */
  readonly launchdRefused: string | null;
  /** Tells that a line of somebody else's, such as a crontab's, is about this kind; null: it has no name of its own. */
  readonly named: RegExp | null;
  /** Which proxy variable each link takes: the first of these that is set; null: not known. */
  readonly proxies: Readonly<Record<LinkName, readonly string[]>> | null;
  /** The service that its own installer writes today; null: it installs none. */
  readonly installs: InstalledService | null;
  /** By which files it is seen to have been changed. */
  readonly changing: ChangingFiles;
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

/** Of a kind of which nothing more is known. */
export const NO_EXAM: KindExam = {
  settings: null,
  symptom: () => null,
  otherProgram: () => null,
  siblingHomes: (home) => ({ root: home, profiles: `${home}/profiles` }),
  ownFiles: [],
  cleanStop: null,
  version: null,
  unrotatedLogs: [],
  updateMarkers: [],
  launchdRefused: null,
  named: null,
  proxies: null,
  installs: null,
  changing: NO_CHANGING_FILES,
};
