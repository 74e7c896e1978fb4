/** What is wrong in a configuration: where, and in a sentence. */
import { isMap, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';
import { quote } from './fields.ts';
import { keysAt } from './schema-keys.ts';
import { suggest } from '../base/suggest.ts';

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
  /** Point at the key itself instead of its value. */
  readonly atKey?: true;
}

/** @returns `gateways[0].heal` for a path. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('').replace(/^\./, '');

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined), raw);

const unknownKey = (schema: z.core.$ZodType, path: readonly PropertyKey[], key: string): Problem => {
  const full = [...path, key];
  const near = suggest(key, keysAt(schema, path));
  return { path: full, sentence: `is not a known key${near ? `; did you mean ${near}?` : ''}`, atKey: true };
};

const EXPECTED: Readonly<Record<string, string>> = { object: 'a section of "key: value" lines', array: 'a list' };

/** @returns zod's issues as problems, one for each unknown key. */
export const fromZod = (schema: z.core.$ZodType, raw: unknown, issues: readonly z.core.$ZodIssue[]): readonly Problem[] =>
  issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, issue.path, key));
    const value = valueAt(raw, issue.path);
    if (value === undefined) return [{ path: issue.path, sentence: 'is missing' }];
    if (issue.code === 'invalid_type') return [{ path: issue.path, sentence: `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${quote(value)}` }];
    return [{ path: issue.path, sentence: issue.message }];
  });

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

export interface Line {
  readonly offset: number;
  readonly text: string;
}

export const lineAt = (file: string, counter: LineCounter, offset: number, sentence: string): Line => {
  const { line, col } = counter.linePos(offset);
  return { offset, text: `${file}:${Math.max(1, line)}:${Math.max(1, col)}: ${sentence}` };
};

/** @returns `file:line:column: key: sentence`. */
export const problemLine = (file: string, document: Document, counter: LineCounter, problem: Problem): Line => {
  const where = pathText(problem.path);
  return lineAt(file, counter, offsetOf(document.contents, problem), `${where ? `${where}: ` : ''}${problem.sentence}`);
};
