/** What is wrong in a configuration: where, and in a sentence. */
import { isMap, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';
import { quote } from './fields.ts';
import { allEntries, keysAt } from './section.ts';
import { UserError } from '../base/errors.ts';
import { looksSecret } from '../base/redact/redact.ts';
import { suggest } from '../base/suggest.ts';
import { codePoint, FALSE_BLANK } from './syntax.ts';

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
  /** Point at the key itself instead of its value. */
  readonly atKey?: true;
}

/** `atKey`: points at the key itself instead of its value. */
export type Complain = (path: Problem['path'], sentence: string, atKey?: true) => void;

/** @returns `gateways[0].heal` for a path. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${visible(String(step))}`))
    .join('')
    .replace(/^\./, '');

/** A terminal must not obey what stands in a key; a blank that is missing makes a value part of it. */
const visible = (key: string): string => (looksSecret(key) ? '***' : key.replaceAll(/\p{Cc}/gu, codePoint));

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    raw,
  );

const unknownKey = (schema: z.core.$ZodType, path: readonly PropertyKey[], key: string): Problem => {
  const full = [...path, key];
  const invisible = FALSE_BLANK.exec(key)?.[0];
  if (invisible !== undefined)
    return {
      path: full,
      sentence: `is not a known key: it holds an invisible character (${codePoint(invisible)}) that is no blank`,
      atKey: true,
    };
  if (key.includes('：'))
    return { path: full, sentence: 'is not a known key: between key and value belong ":" and a blank', atKey: true };
  const known = keysAt(schema, path);
  const begun = key.length > 1 ? known.filter((each) => each.startsWith(key)) : [];
  const near = suggest(key, known) ?? (begun.length === 1 ? begun[0] : null);
  return {
    path: full,
    sentence: `is not a known key${near ? `; did you mean ${near}?` : elsewhere(schema, key)}`,
    atKey: true,
  };
};

/** Says where a key belongs that is known in another section. */
const elsewhere = (schema: z.core.$ZodType, key: string): string => {
  const sections = allEntries(schema)
    .map(({ path }) => path)
    .filter((known) => known.endsWith(`.${key}`))
    .map((known) => known.slice(0, -key.length - 1));
  return sections.length > 0 && sections.length <= 3 ? `; it belongs under ${sections.join(' or ')}` : '';
};

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a section of "key: value" lines',
  array: 'a list, each entry behind "- "',
};

/** @returns zod's issues as problems, one for each unknown key. */
export const fromZod = (
  schema: z.core.$ZodType,
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
): readonly Problem[] =>
  withoutEcho(
    raw,
    issues.flatMap((issue): Problem[] => {
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, issue.path, key));
      if (issue.code === 'invalid_key')
        return issue.issues.map(({ message }) => ({ path: issue.path, sentence: message, atKey: true }));
      const value = valueAt(raw, issue.path);
      if (value === undefined) return [{ path: issue.path, sentence: 'is missing' }];
      if (issue.code === 'invalid_type')
        return [
          { path: issue.path, sentence: `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${quote(value)}` },
        ];
      return [{ path: issue.path, sentence: issue.message }];
    }),
  );

/** Leaves out "is missing" for a required key that was mistyped: the complaint about the mistyped key is enough. */
const withoutEcho = (raw: unknown, problems: readonly Problem[]): readonly Problem[] => {
  const meant = new Set(
    problems.flatMap(({ path, sentence }) => {
      const name = /did you mean (\S+)\?$/.exec(sentence)?.[1];
      return name === undefined ? [] : [pathText([...path.slice(0, -1), name])];
    }),
  );
  return problems.filter(
    ({ path, sentence }) =>
      !(sentence === 'is missing' && valueAt(raw, path) === undefined && meant.has(pathText(path))),
  );
};

/** The offset of what a problem is about, or of the nearest thing around it when that is missing. */
const offsetOf = (contents: unknown, { path, atKey }: Problem): number => {
  let node = contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step);
      next = last && atKey ? pair?.key : (pair?.value ?? pair?.key);
    } else if (isSeq(node) && typeof step === 'number') {
      next = node.items[step];
    }
    if (next === undefined || next === null) return offset;
    node = next as Node;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
};

/** A problem at its place in the file. */
export interface ConfigLine {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** `key: what is wrong`. */
  readonly what: string;
}

export const lineAt = (counter: LineCounter, offset: number, what: string): ConfigLine => {
  const { line, col } = counter.linePos(offset);
  return { offset, line: Math.max(1, line), column: Math.max(1, col), what };
};

/** @returns `key: sentence` at its place. */
export const problemLine = (document: Document, counter: LineCounter, problem: Problem): ConfigLine => {
  const where = pathText(problem.path);
  return lineAt(counter, offsetOf(document.contents, problem), `${where ? `${where}: ` : ''}${problem.sentence}`);
};

/**
 * All that is wrong with a configuration, in the order of the file; its message has a line for each, `file:line:column:
 * key: what`.
 */
export class ConfigError extends UserError {
  readonly lines: readonly ConfigLine[];

  constructor(file: string, found: readonly ConfigLine[]) {
    const text = ({ line, column, what }: ConfigLine): string => `${file}:${line}:${column}: ${what}`;
    const lines = [
      ...new Map(found.toSorted((a, b) => a.offset - b.offset).map((line) => [text(line), line])).values(),
    ];
    super('CONFIG_INVALID', lines.map(text).join('\n'));
    this.lines = lines;
  }
}
