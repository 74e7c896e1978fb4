/** What can be wrong with a gateway itself: its process, its files, its settings, its way to the platforms. */
import type { Refusal } from '../../base/foreign/refusal.ts';
import type { LinkDrops } from '../log-drops.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import type { Symptom } from '../../gateways/symptom.ts';

export type GatewayFacts =
  | { readonly code: 'home_missing'; readonly home: string }
  | { readonly code: 'home_unreadable'; readonly path: string }
  /** `inOrder`: the gateway's last stop was clean, so somebody may have meant it. */
  | { readonly code: 'not_running'; readonly home: string; readonly inOrder: boolean }
  /** Nothing runs at this moment, and its service manager is about to start it. */
  | { readonly code: 'being_started'; readonly unit: string }
  /** Another program of the same maker runs on this home, and people take it for the gateway. */
  | { readonly code: 'wrong_process'; readonly program: string; readonly pid: number }
  /** Lifeline's questions are refused, in the gateway's own words. */
  | { readonly code: 'not_asked'; readonly said: string }
  | { readonly code: 'duplicates'; readonly pids: readonly number[] }
  | {
      readonly code: 'wrong_owner';
      readonly pid: number;
      readonly runsAs: string;
      readonly owner: string;
      readonly home: string;
    }
  | { readonly code: 'foreign_files'; readonly paths: readonly string[]; readonly owner: string }
  | { readonly code: 'cannot_signal'; readonly pid: number; readonly runsAs: string; readonly self: string }
  | { readonly code: 'stale_pid_file'; readonly path: string; readonly pid: number }
  | { readonly code: 'log_huge'; readonly path: string; readonly bytes: number }
  | { readonly code: 'disk_full'; readonly path: string; readonly freeBytes: number; readonly what: 'bytes' | 'files' }
  /** `of`: whose limit it is, the control group's or the machine's. */
  | { readonly code: 'memory_high'; readonly bytes: number; readonly ceiling: number; readonly of: 'group' | 'machine' }
  | { readonly code: 'files_high'; readonly pid: number; readonly open: number; readonly most: number }
  | ({ readonly code: 'link_drops' } & LinkDrops)
  | { readonly code: 'journal_huge'; readonly bytes: number }
  /** The file's content is not believed. */
  | { readonly code: 'file_refused'; readonly path: string; readonly refusal: Refusal }
  | { readonly code: 'env_readable'; readonly path: string }
  | { readonly code: 'proxy_unusable'; readonly variable: string; readonly problem: 'form' | 'socks' }
  | { readonly code: 'proxy_dead'; readonly variable: string; readonly endpoint: string; readonly why: string }
  | { readonly code: 'proxy_feishu'; readonly variable: string; readonly host: string }
  | { readonly code: 'host_unreachable'; readonly link: string; readonly host: string; readonly why: string }
  /** The gateway writes no heartbeat, as older versions do not. `title`: how people call that kind of gateway. */
  | { readonly code: 'version_old'; readonly title: string; readonly version: string | null }
  | SettingFault
  | Symptom;
