export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** A text table has an entry for each locale; `satisfies Texts<…>` proves that none is missing. */
export type Texts<T> = Record<Locale, T>;
