/** What can be wrong with the way a gateway is kept: by launchd, systemd, s6 or docker. */

/**
 * What the gateway's own installer writes into the definition today; `title` is how people call that kind of gateway.
 */
export interface Today {
  readonly title: string;
  readonly seconds: number;
}

export type KeepingFacts =
  | {
      readonly code: 'launchd_replace';
      readonly plist: string;
      readonly label: string;
      readonly where: 'file' | 'loaded';
    }
  | {
      readonly code: 'launchd_keep_alive';
      readonly plist: string;
      readonly label: string;
      readonly value: 'off' | 'conditional';
    }
  | {
      readonly code: 'launchd_exit_timeout';
      readonly plist: string;
      readonly label: string;
      readonly seconds: number | null;
      readonly today: Today;
    }
  | { readonly code: 'launchd_unloaded'; readonly plist: string; readonly label: string }
  | { readonly code: 'launchd_disabled'; readonly plist: string; readonly label: string }
  | { readonly code: 'launchd_unsupported'; readonly marker: string }
  | { readonly code: 'launchd_several'; readonly home: string; readonly plists: readonly string[] }
  | { readonly code: 'launchd_program_gone'; readonly plist: string; readonly label: string; readonly program: string }
  | { readonly code: 'launchd_unreadable'; readonly plist: string; readonly problem: string }
  | { readonly code: 'nobody_revives'; readonly supervisor: string }
  | { readonly code: 'unit_restart_no'; readonly unit: string }
  | {
      readonly code: 'unit_restart_conditional';
      readonly unit: string;
      readonly restart: string;
      readonly title: string | null;
    }
  | {
      readonly code: 'unit_start_limited';
      readonly unit: string;
      readonly burst: number;
      readonly seconds: number;
      readonly title: string | null;
    }
  | { readonly code: 'unit_stop_timeout'; readonly unit: string; readonly seconds: number; readonly today: Today }
  | {
      readonly code: 'unit_slow_restart';
      readonly unit: string;
      readonly seconds: number;
      readonly today: Today | null;
    }
  | { readonly code: 'unit_other_home'; readonly unit: string; readonly unitHome: string; readonly home: string }
  | { readonly code: 'unit_not_enabled'; readonly unit: string }
  | { readonly code: 'config_fatal'; readonly unit: string }
  | { readonly code: 'start_limit'; readonly unit: string }
  | { readonly code: 'unit_replace'; readonly unit: string }
  | { readonly code: 'no_linger'; readonly unit: string; readonly user: string }
  | { readonly code: 'rival_units'; readonly units: readonly string[] }
  /** A crontab entry that starts, stops or kills the gateway by a rule of its own. */
  | { readonly code: 'other_watchdog'; readonly line: string };
