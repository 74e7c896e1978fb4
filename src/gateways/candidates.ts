/**
 * Which of many patterns may fit a text: by its first character and, for patterns of which that is not plain, by one
 * pattern that is made of all of these, since most lines of a log fit none. It is read from the patterns themselves, so
 * that it cannot disagree with them.
 */

interface Fitting {
  readonly message: RegExp;
}

/** @returns in their order, all patterns that fit a text and perhaps others. */
export const candidatesOf = <Pattern extends Fitting>(
  patterns: readonly Pattern[],
): ((text: string) => readonly Pattern[]) => {
  const firsts = patterns.map(({ message }) => firstCharacterOf(message));
  const open = patterns.filter((_pattern, at) => firsts[at] === null);
  const byFirst = new Map(
    [...new Set(firsts)].map((first) => [
      first === null ? NaN : first.charCodeAt(0),
      {
        own: patterns.filter((_pattern, at) => first !== null && firsts[at] === first),
        all: patterns.filter((_pattern, at) => firsts[at] === null || firsts[at] === first),
      },
    ]),
  );
  const others = { own: [], all: open };
  const fitsOpen = anyOf(open.map(({ message }) => message));
  return (text) => {
    const { own, all } = byFirst.get(text.charCodeAt(0)) ?? others;
    return open.length > 0 && fitsOpen(text) ? all : own;
  };
};

/** @returns whether a text fits any of the patterns, or, where they cannot be joined, true. */
const anyOf = (patterns: readonly RegExp[]): ((text: string) => boolean) => {
  const kinds = [...new Set(patterns.map(({ flags }) => flags))];
  if (kinds.some((flags) => !/^[imsu]*$/.test(flags)) || patterns.some(refersBack)) return () => true;
  let joined: readonly RegExp[] | null = null;
  return (text) => {
    // Made when they are first needed: most kinds of gateways are never read.
    joined ??= kinds.map((flags) =>
      joinedOf(
        patterns.filter((pattern) => pattern.flags === flags),
        flags,
      ),
    );
    for (const any of joined) if (any.test(text)) return true;
    return false;
  };
};

const joinedOf = (patterns: readonly RegExp[], flags: string): RegExp =>
  new RegExp(patterns.map(({ source }) => `(?:${withoutNames(source)})`).join('|'), flags);

const refersBack = ({ source }: RegExp): boolean => /\\[1-9k]/.test(source);

/** Several patterns may have a group of the same name. */
const withoutNames = (source: string): string => source.replaceAll(/\(\?<[\w$]+>/g, '(?:');

const SIGNS = /[\\^$.*+?()[\]{}|]/;

/** @returns the character with which every text begins that the pattern fits; null where that is not plain. */
export const firstCharacterOf = ({ source, flags }: RegExp): string | null => {
  if (!/^[dgsvy]*$/.test(flags) || hasTopLevelChoice(source)) return null;
  const [, escaped, plain, next = ''] = /^\^(?:\\([^\w\s])|([^\\]))(.?)/su.exec(source) ?? [];
  const first = escaped ?? plain ?? '';
  if (first.length !== 1 || (plain !== undefined && SIGNS.test(plain))) return null;
  return /[*?{]/.test(next) ? null : first;
};

/** The steps of a source's text: whole escapes, classes and single characters, each with the depth of groups behind it. */
const stepsOf = (source: string): readonly { readonly text: string; readonly depth: number }[] => {
  let depth = 0;
  return (source.match(/\\.|\[(?:\\.|[^\]\\])*\]|[^]/gsu) ?? []).map((text) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return { text, depth };
  });
};

const hasTopLevelChoice = (source: string): boolean =>
  stepsOf(source).some(({ text, depth }) => text === '|' && depth === 0);
