/** What the doctor finds: data only. `src/text/doctor.ts` has the sentences for each. */
import type { ActionResult } from '../supervisors/supervisor.ts';

export type Finding = FindingFacts & {
  /** The gateway's name in the configuration. */
  readonly gateway: string;
  /** `error`: it will fail, or has; `warning`: it works until something else goes wrong. */
  readonly severity: 'error' | 'warning';
  /** What a person runs to mend it, in this order; empty when no command does. */
  readonly commands: readonly string[];
  /** How the doctor mends it; null when only a person can. */
  readonly fix: Fix | null;
};

export type FindingFacts =
  | { readonly code: 'launchd_replace'; readonly plist: string; readonly label: string; readonly where: 'file' | 'loaded' }
  | { readonly code: 'launchd_keep_alive'; readonly plist: string; readonly label: string; readonly value: 'off' | 'conditional' }
  | { readonly code: 'launchd_exit_timeout'; readonly plist: string; readonly label: string; readonly seconds: number | null }
  | { readonly code: 'launchd_unloaded'; readonly plist: string; readonly label: string }
  | { readonly code: 'launchd_disabled'; readonly plist: string; readonly label: string }
  | { readonly code: 'launchd_unsupported'; readonly marker: string }
  | { readonly code: 'launchd_several'; readonly home: string; readonly plists: readonly string[] }
  | { readonly code: 'launchd_program_gone'; readonly plist: string; readonly label: string; readonly program: string }
  | { readonly code: 'launchd_unreadable'; readonly plist: string; readonly problem: string }
  | { readonly code: 'nobody_revives'; readonly supervisor: string }
  | { readonly code: 'unit_restart_no'; readonly unit: string }
  | { readonly code: 'config_fatal'; readonly unit: string }
  | { readonly code: 'start_limit'; readonly unit: string }
  | { readonly code: 'unit_replace'; readonly unit: string }
  | { readonly code: 'no_linger'; readonly unit: string; readonly user: string }
  | { readonly code: 'rival_units'; readonly units: readonly string[] }
  | { readonly code: 'cannot_ask'; readonly supervisor: string; readonly problem: string };

export interface Fix {
  /** A change of one file. Several of the same file are made together. */
  readonly edit: FileEdit | null;
  /** What is run after it. Of several with the same key one is run. */
  readonly act: FixAct | null;
}

export interface FileEdit {
  readonly path: string;
  /** The text that is changed; not always the file's own bytes: a binary plist is changed as XML. */
  readonly text: string;
  readonly change: (text: string) => string | null;
}

export interface FixAct {
  readonly key: string;
  /** What it runs, for people. */
  readonly commands: readonly string[];
  readonly run: (signal: AbortSignal) => Promise<ActionResult>;
}
