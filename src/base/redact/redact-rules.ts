/**
 * Rules of redaction, one after the other. Most texts hold nothing for most rules, so each has a cheap test that goes
 * before it.
 */

export interface Rule {
  /** The rule is skipped for a text in which this is not found. */
  readonly gate: RegExp;
  readonly pattern: RegExp;
  /** As `String.replace` takes it. */
  readonly by: string | ((match: string, ...groups: string[]) => string);
}

export const rule = (gate: RegExp, pattern: RegExp | string, by: Rule['by']): Rule => ({
  gate,
  pattern: typeof pattern === 'string' ? new RegExp(pattern, 'g') : pattern,
  by,
});

export const applied = (rules: readonly Rule[], text: string): string => {
  let hidden = text;
  for (const { gate, pattern, by } of rules) if (gate.test(hidden)) hidden = hidden.replace(pattern, by as string);
  return hidden;
};
