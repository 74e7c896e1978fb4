/**
 * Which of many patterns may fit a text, by its first character: most lines of a log fit none. It is read from the
 * patterns themselves, so that it cannot disagree with them.
 */

interface Fitting {
  readonly message: RegExp;
}

/** @returns in their order, all patterns that fit a text and perhaps others. */
export const candidatesOf = <Pattern extends Fitting>(
  patterns: readonly Pattern[],
): ((text: string) => readonly Pattern[]) => {
  const firsts = patterns.map(({ message }) => firstCharacterOf(message));
  const always = patterns.filter((_pattern, at) => firsts[at] === null);
  const byFirst = new Map(
    [...new Set(firsts)].map((first) => [
      first === null ? NaN : first.charCodeAt(0),
      patterns.filter((_pattern, at) => firsts[at] === null || firsts[at] === first),
    ]),
  );
  return (text) => byFirst.get(text.charCodeAt(0)) ?? always;
};

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
