/** Whether an answer in JSON holds what the operator wants: of objects and lists only what is named counts. */
import { isSection } from '../../base/parsed-section.ts';

const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  // What stands in a text may be a secret.
  if (typeof value === 'string') return 'another text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
};

/** @returns what differs first, such as `online is false`; null: nothing. */
export const difference = (wanted: unknown, got: unknown, path = ''): string | null => {
  if (Array.isArray(wanted) && Array.isArray(got))
    return firstOf(wanted.map((each, at) => () => difference(each, (got as readonly unknown[])[at], `${path}[${at}]`)));
  if (isSection(wanted) && isSection(got)) {
    return firstOf(
      Object.entries(wanted).map(
        ([key, each]) =>
          () =>
            difference(each, Object.hasOwn(got, key) ? got[key] : undefined, path === '' ? key : `${path}.${key}`),
      ),
    );
  }
  return wanted === got ? null : `${path === '' ? 'the answer' : path} is ${shown(got)}`;
};

const firstOf = (each: readonly (() => string | null)[]): string | null => {
  for (const find of each) {
    const found = find();
    if (found !== null) return found;
  }
  return null;
};
