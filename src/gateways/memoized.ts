/** What depends on a short text alone is worked out once: there are few loggers and chats, and many lines. */
import { createRecentMap } from '../base/recent-map.ts';
import { copied } from './copy-text.ts';

const MOST = 500;

/** @returns the same function, which remembers what it returned for the latest texts. */
export const memoized = <Result>(of: (text: string) => Result): ((text: string) => Result) => {
  const known = createRecentMap<{ readonly result: Result }>(MOST);
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.result;
    const result = of(text);
    known.set(copied(text), { result });
    return result;
  };
};
