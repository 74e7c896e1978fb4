/** YAML text in, configuration or all of its problems out. Reads no file itself. */
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { errorText, UserError } from '../base/errors.ts';
import type { Config } from './config.ts';
import { fromZod, lineAt, problemLine, type Line } from './problems.ts';
import { configSchema, type SchemaSources } from './schema.ts';
import { toConfig } from './to-config.ts';
import { wholeProblems } from './whole.ts';

export type ParseOptions = Omit<SchemaSources, 'warn'>;

/** `key:` with nothing after it means the default, as it does when the key is absent. */
const withoutEmpty = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
  return Object.fromEntries(filled.map(([key, child]) => [key, withoutEmpty(child)]));
};

const fail = (lines: readonly Line[]): never => {
  const sorted = [...lines].sort((a, b) => a.offset - b.offset).map((line) => line.text);
  throw new UserError('CONFIG_INVALID', [...new Set(sorted)].join('\n'));
};

/** @throws UserError `CONFIG_INVALID` with one line for each problem: `file:line:column: key: what is wrong`. */
export const parseConfig = (text: string, options: ParseOptions): Config => {
  const { file } = options;
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, version: '1.2', logLevel: 'error' });
  const syntax = [...document.errors, ...document.warnings].map((error): Line => {
    const sentence = error.code === 'DUPLICATE_KEY' ? 'this key is there twice' : `not valid YAML: ${error.message}`;
    return lineAt(file, counter, error.pos[0], sentence);
  });
  // After a true syntax error the rest is guesswork; a repeated key leaves the rest readable.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return fail(syntax);

  let raw: unknown;
  try {
    raw = withoutEmpty(document.toJS({ maxAliasCount: 20 }));
  } catch (error) {
    return fail([...syntax, lineAt(file, counter, 0, `not valid YAML: ${errorText(error)}`)]);
  }
  if (raw === null || raw === undefined) return fail([...syntax, lineAt(file, counter, 0, 'is empty; config.example.yaml shows what belongs here')]);

  const warnings: string[] = [];
  const schema = configSchema({ ...options, warn: (sentence) => warnings.push(sentence) });
  const parsed = schema.safeParse(raw);
  const problems = [...(parsed.success ? [] : fromZod(schema, raw, parsed.error.issues)), ...wholeProblems(raw, { home: options.home, base: dirname(resolve(file)) })];
  const lines = [...syntax, ...problems.map((problem) => problemLine(file, document, counter, problem))];
  if (!parsed.success || lines.length > 0) return fail(lines);
  return toConfig(parsed.data, { file, warnings });
};
