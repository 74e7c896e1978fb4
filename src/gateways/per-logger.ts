/** There are few loggers and many lines: what depends on a logger's name alone is asked once. */

import { copied } from './copied.ts';

const MOST_LOGGERS = 500;

export const perLogger = <Known>(of: (logger: string) => Known): ((logger: string) => Known) => {
  const known = new Map<string, Known>();
  return (logger) => {
    const before = known.get(logger);
    if (before !== undefined || known.has(logger)) return before as Known;
    const found = of(logger);
    if (known.size < MOST_LOGGERS) known.set(copied(logger), found);
    return found;
  };
};
