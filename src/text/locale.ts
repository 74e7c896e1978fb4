import type { Config } from '../config/config.ts';

export type Locale = Config['locale'];

/** A text table has an entry for each locale; `satisfies Texts<…>` proves that none is missing. */
export type Texts<T> = Record<Locale, T>;
