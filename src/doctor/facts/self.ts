/** What can be wrong with Lifeline itself: its channels, its people, its data folder, what keeps it. */
import type { Refusal } from '../../base/foreign/refusal.ts';
import type { AccessProblem } from '../../config/fleet-access.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { HubTrouble } from '../../store/hub-trouble.ts';

/** A channel by its name in the configuration. */
type ChannelName = string;

export type SelfFacts =
  /** There is no configuration: Lifeline watches what it finds, and tells nobody. */
  | { readonly code: 'own_no_config' }
  /** A warning of the configuration's reader that no other check makes. */
  | { readonly code: 'own_config_warning'; readonly warning: string }
  | { readonly code: 'own_secret_readable'; readonly path: string }
  /** Others can change the configuration, or a file with a secret. */
  | { readonly code: 'own_file_open'; readonly path: string; readonly refusal: Refusal }
  | { readonly code: 'own_no_channel' }
  | { readonly code: 'own_hub_alone' }
  | { readonly code: 'own_one_channel'; readonly channel: ChannelName }
  /** `feishu`: Feishu's bot can be deaf although its settings look right. */
  | { readonly code: 'own_no_operator'; readonly feishu: boolean; readonly webhook: boolean }
  | { readonly code: 'own_no_admin' }
  | { readonly code: 'own_operator_unreachable'; readonly name: string }
  | { readonly code: 'own_no_ping' }
  /** What the configuration names cannot be used: the host is in no fleet. */
  | { readonly code: 'own_fleet_access'; readonly broken: AccessProblem }
  /** The bot that runs does not reach its hub, or is not alone under its name. */
  | { readonly code: 'own_no_hub'; readonly host: string; readonly trouble: HubTrouble }
  | { readonly code: 'own_app_foreign'; readonly channel: ChannelName; readonly appId: string; readonly home: string }
  /** Two gateways of this machine name the same bot. */
  | {
      readonly code: 'same_app';
      readonly link: LinkName;
      readonly appId: string;
      readonly homes: readonly string[];
      readonly running: boolean;
    }
  | { readonly code: 'own_credentials'; readonly channel: ChannelName; readonly said: string }
  /** The credentials are right, but something is to be done in the console first. */
  | {
      readonly code: 'own_not_ready';
      readonly channel: ChannelName;
      readonly said: string;
      readonly todo: ConsoleTodo | null;
    }
  | { readonly code: 'own_unreachable'; readonly channel: ChannelName; readonly said: string; readonly proxy: boolean }
  /** The long connection is not switched on in the console, or the app is not published. */
  | { readonly code: 'own_no_long_connection'; readonly said: string }
  | { readonly code: 'own_few_sessions'; readonly left: number; readonly total: number }
  | { readonly code: 'own_push_refused'; readonly name: string; readonly todo: ConsoleTodo }
  | { readonly code: 'own_undelivered'; readonly count: number }
  /** `seconds`: how much this machine is ahead of the platform; negative: behind. */
  | { readonly code: 'clock_skew'; readonly seconds: number; readonly host: string }
  | { readonly code: 'own_data_readonly'; readonly path: string; readonly why: string }
  | { readonly code: 'own_data_open'; readonly path: string }
  /** Others can enter the folder, and the folder holds other things as well. */
  | { readonly code: 'own_data_shared'; readonly path: string }
  | { readonly code: 'own_store'; readonly problem: string }
  | { readonly code: 'own_not_running' }
  /** The processes that all watch a home of this configuration. */
  | { readonly code: 'own_second'; readonly pids: readonly number[] }
  | { readonly code: 'own_update_pending'; readonly pid: number }
  | { readonly code: 'own_service_none' }
  | { readonly code: 'own_service_down'; readonly unit: string; readonly state: string }
  | { readonly code: 'own_service_not_enabled'; readonly unit: string }
  | { readonly code: 'own_service_definition'; readonly unit: string; readonly age: 'outdated' | 'changed' }
  | { readonly code: 'own_service_no_linger'; readonly unit: string; readonly user: string }
  | { readonly code: 'own_service_no_watchdog'; readonly unit: string }
  | {
      readonly code: 'own_service_other_config';
      readonly unit: string;
      readonly configFile: string;
      readonly file: string;
    }
  | { readonly code: 'own_node'; readonly version: string; readonly wanted: string };

/** What is to be done on the platform: the channels' own words for it (`src/text/channels/fixes.ts`). */
export type ConsoleTodo = 'allow_push' | 'add_friend' | 'grant_permission' | 'monthly_quota' | 'availability';
