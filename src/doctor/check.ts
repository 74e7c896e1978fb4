/** What a check is and how it ends. */
import type { DoctorFinding } from './finding.ts';

/** Why a check has nothing to look at here; `src/text/doctor/frame.ts` has the words. */
export type Skip =
  | 'no_plist'
  | 'no_unit'
  | 'no_process'
  /** This kind of gateway writes no heartbeat, whatever its version. */
  | 'no_heartbeat'
  /** This kind of gateway answers no questions of its links. */
  | 'no_interface'
  | 'no_home'
  | 'no_settings'
  | 'no_log'
  | 'no_feishu'
  | 'no_qq'
  | 'no_fleet'
  | 'no_links'
  | 'no_proxy'
  /** How this kind of gateway uses proxies is not known. */
  | 'proxy_unknown'
  | 'no_channel'
  | 'no_personal_channel'
  | 'no_config_file'
  | 'no_store'
  | 'offline'
  | 'not_running'
  | 'in_container'
  /** No cron on this machine. */
  | 'no_cron'
  /** The platform did not tell its time. */
  | 'no_time';

export type CheckOutcome = readonly DoctorFinding[] | { readonly skip: Skip };

/** One thing that the doctor looks for. */
export interface DoctorCheck<Context> {
  /** The check's name in the documents: the name of its file. */
  readonly name: string;
  /** Throws a UserError when what the check needs cannot be asked. */
  readonly run: (context: Context) => Promise<CheckOutcome>;
}

/** What became of one check. */
export interface Examined {
  readonly check: string;
  readonly result: 'ok' | 'found' | { readonly skip: Skip };
  readonly findings: readonly DoctorFinding[];
}
