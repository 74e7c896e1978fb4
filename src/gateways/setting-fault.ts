/**
 * What is wrong in a gateway's own settings, by their text alone, and its own doctor does not tell: what Lifeline needs
 * to watch a link. Values are never repeated: they may be secrets.
 */
import type { LinkName } from '../diagnosis/evidence.ts';

export type SettingFault =
  /** An app id without its secret, or the other way round. */
  | { readonly code: 'setting_missing'; readonly link: LinkName; readonly name: string }
  /** What an example holds, such as `your_app_secret`. */
  | { readonly code: 'setting_placeholder'; readonly link: LinkName; readonly name: string }
  /** A word that the gateway does not know there. */
  | {
      readonly code: 'setting_unknown';
      readonly link: LinkName;
      readonly name: string;
      readonly value: string;
      readonly allowed: readonly string[];
    }
  | { readonly code: 'setting_webhook_token'; readonly link: LinkName }
  /** No long connection, so there is no link to judge. */
  | { readonly code: 'setting_webhook_mode'; readonly link: LinkName }
  | { readonly code: 'setting_yaml'; readonly line: number | null; readonly problem: string }
  /** The proof of a login does not reach the log. */
  | { readonly code: 'setting_log_level'; readonly level: string }
  /** Another home's gateway serves this one too. */
  | { readonly code: 'setting_multiplexed'; readonly root: string }
  /** The file is no JSON5. */
  | {
      readonly code: 'setting_json';
      readonly file: string;
      readonly line: number | null;
      readonly column: number | null;
      readonly problem: string;
    }
  /** Why Lifeline cannot ask the gateway how its links are. */
  | { readonly code: 'setting_auth'; readonly access: 'none' | 'proxy' | 'missing' | 'reference' }
  /** The plugin of a channel is not switched on by name. */
  | { readonly code: 'setting_plugin'; readonly link: LinkName; readonly name: string; readonly off: boolean }
  /** Another home's gateway writes the same log. */
  | { readonly code: 'setting_shared_log'; readonly root: string };

/** What a gateway's settings say, as far as files do; null: the file is not there. */
export interface SettingTexts {
  readonly home: string;
  readonly env: string | null;
  readonly config: string | null;
  /** Of a profile: the configuration of the home that it belongs to. */
  readonly rootConfig: string | null;
  /** What it takes from its environment, as far as that is known. */
  readonly variables?: ReadonlyMap<string, string>;
}

export interface SettingFiles {
  /** Below the home. */
  readonly env: string;
  readonly config: string;
  /** Which of its files hold secrets. */
  readonly secrets: readonly string[];
  /** The variables that it takes settings from, also when no file has them. */
  readonly environment: readonly string[];
  /** The home that this one is a profile of, or shares something with; null: there is none. */
  readonly rootOf: (home: string) => string | null;
  readonly lint: (texts: SettingTexts) => readonly SettingFault[];
  /** Which file a fault is mended in; null: none of these. */
  readonly fileOf: (fault: SettingFault) => string | null;
  /** `NAME=value` lines, the last of a name counting. */
  readonly variables: (env: string) => ReadonlyMap<string, string>;
}
