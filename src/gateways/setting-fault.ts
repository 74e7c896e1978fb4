/** What is wrong in a gateway's own settings, by their text alone. Values are never repeated: they may be secrets. */
import type { LinkName } from '../diagnosis/evidence.ts';

export type SettingFault =
  /** An app id without its secret, or the other way round. */
  | { readonly code: 'setting_missing'; readonly link: LinkName; readonly name: string }
  /** What an example holds, such as `your_app_secret`. */
  | { readonly code: 'setting_placeholder'; readonly link: LinkName; readonly name: string }
  | { readonly code: 'setting_app_id'; readonly link: LinkName; readonly name: string }
  /** A word that the gateway does not know there. */
  | { readonly code: 'setting_unknown'; readonly link: LinkName; readonly name: string; readonly value: string; readonly allowed: readonly string[] }
  | { readonly code: 'setting_webhook_token'; readonly link: LinkName }
  /** No long connection, so there is no link to judge. */
  | { readonly code: 'setting_webhook_mode'; readonly link: LinkName }
  /** The gateway refuses to start with an open policy that nobody has agreed to. */
  | { readonly code: 'setting_open'; readonly link: LinkName; readonly name: string; readonly consent: string }
  /** Everybody is locked out. */
  | { readonly code: 'setting_nobody'; readonly link: LinkName; readonly name: string }
  /** Both files name it, differently. */
  | { readonly code: 'setting_conflict'; readonly link: LinkName; readonly name: string; readonly key: string }
  | { readonly code: 'setting_repeated'; readonly name: string }
  | { readonly code: 'setting_yaml'; readonly line: number | null; readonly problem: string }
  /** The proof of a login does not reach the log. */
  | { readonly code: 'setting_log_level'; readonly level: string }
  | { readonly code: 'setting_watchdog_off' }
  /** Another home's gateway serves this one too. */
  | { readonly code: 'setting_multiplexed'; readonly root: string };

/** What a gateway's settings say, as far as files do; null: the file is not there. */
export interface SettingTexts {
  readonly home: string;
  readonly env: string | null;
  readonly config: string | null;
  /** Of a profile: the configuration of the home that it belongs to. */
  readonly rootConfig: string | null;
}

export interface SettingFiles {
  /** Below the home. */
  readonly env: string;
  readonly config: string;
  /** The home that this one is a profile of; null: it is none. */
  readonly rootOf: (home: string) => string | null;
  readonly lint: (texts: SettingTexts) => readonly SettingFault[];
  /** `NAME=value` lines, the last of a name counting. */
  readonly variables: (env: string) => ReadonlyMap<string, string>;
}
