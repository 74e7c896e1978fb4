/** The operator's patterns: RE2, whose time is linear in the line, so that no log can stop Lifeline. */
import { RE2JS } from 're2js';
import { errorText } from '../../base/errors.ts';

export type Finds = (text: string) => boolean;

/** @throws Error that says what is wrong with it. */
const compile = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const why = errorText(error).replace(/^error parsing regexp: /, '');
    throw new Error(
      `${why}; put a \\ before characters that stand for themselves; (?=…), (?!…) and \\1 are not known`,
      { cause: error },
    );
  }
};

/** @returns whether it stands somewhere in a text. @throws Error that says what is wrong with the pattern. */
export const finder = (pattern: string): Finds => {
  const expression = compile(pattern);
  return (text) => expression.matcher(text).find();
};

export const LINE_GROUPS = ['time', 'level', 'message'] as const;
type LineGroup = (typeof LINE_GROUPS)[number];

/**
 * @returns the groups of a line that it fits; null: it fits not. @throws Error that says what is wrong with the
 * pattern.
 */
export const lineGroups = (
  pattern: string,
): ((text: string) => Readonly<Partial<Record<LineGroup, string>>> | null) => {
  const expression = compile(pattern);
  const named = Object.keys(expression.namedGroups());
  const strange = named.find((name) => !LINE_GROUPS.some((known) => known === name));
  if (strange !== undefined)
    throw new Error(`there is no use for the group ${strange}; those of a line are ${LINE_GROUPS.join(', ')}`);
  if (named.length === 0) throw new Error('no group (?P<time>…), (?P<level>…) or (?P<message>…) is in it');
  const groups = LINE_GROUPS.filter((name) => named.includes(name));
  return (text) => {
    const match = expression.matcher(text);
    return match.find() ? Object.fromEntries(groups.map((name) => [name, match.group(name) ?? ''])) : null;
  };
};
