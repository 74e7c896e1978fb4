/**
 * Which of many patterns may fit a text, at the cost of about one of them: most lines of a log fit none. What rules
 * patterns out is made of the patterns themselves, so that it cannot disagree with them.
 */

interface Fitting {
  readonly message: RegExp;
}

const NONE: readonly never[] = [];
/** So few are as quickly tried themselves. */
const FEW = 2;

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
  const any = anyOf(patterns.map(({ message }) => message));
  return (text) => {
    const possible = byFirst.get(text.charCodeAt(0)) ?? always;
    if (possible.length <= FEW) return possible;
    return any.some((each) => each.test(text)) ? possible : NONE;
  };
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

/** @returns for each set of flags one pattern that fits whatever one of these fits. */
export const anyOf = (patterns: readonly RegExp[]): readonly RegExp[] =>
  [...Map.groupBy(patterns, ({ flags }) => flags)].map(([flags, same]) => {
    // A name may stand only once in a pattern.
    const sources = same.map(({ source }) => source.replaceAll(/(?<!\\)\(\?<\w+>/g, '(?:'));
    const shared = sources.some(hasTopLevelChoice) ? '' : sharedBeginning(sources);
    return new RegExp(`${shared}(?:${sources.map((source) => source.slice(shared.length)).join('|')})`, flags);
  });

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

/** @returns what all sources begin with, up to where a part of each of them begins. */
const sharedBeginning = (sources: readonly string[]): string => {
  const all = sources.map(stepsOf);
  const first = all[0] ?? [];
  let length = 0;
  let shared = '';
  let text = '';
  for (const [at, step] of first.entries()) {
    if (!all.every((steps) => steps[at]?.text === step.text)) break;
    text += step.text;
    length = at + 1;
    const endsPart = step.depth === 0 && all.every((steps) => !/^[*+?{]/.test(steps[length]?.text ?? ''));
    if (endsPart && !/[{\d,]$/.test(text)) shared = text;
  }
  return shared;
};
