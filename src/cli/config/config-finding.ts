/** What `lifeline config check` finds in a configuration that can be read, where, and what to do about it. */
import type { Locale, Texts } from '../../text/locale.ts';

export type Path = readonly PropertyKey[];

export interface ConfigFinding {
  readonly code: string;
  /** Null: it is about the file as a whole. */
  readonly path: Path | null;
  readonly what: Texts<string>;
  readonly todo: Texts<string> | null;
  /** It may well be in order, and does not count as something that needs anybody. */
  readonly isHint?: boolean;
}

export const inBoth = (words: (locale: Locale) => string): Texts<string> => ({
  'zh-CN': words('zh-CN'),
  en: words('en'),
});
