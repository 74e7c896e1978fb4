/** YAML text in, configuration or all of its problems out. Reads no file itself. */
import { dirname, resolve } from 'node:path';
import { LineCounter } from 'yaml';
import type { z } from 'zod';
import { errorText } from '../base/errors.ts';
import { section } from '../base/parsed-section.ts';
import { readYaml, yamlValue } from '../base/yaml.ts';
import type { Config } from './config.ts';
import { ConfigError, fromZod, lineAt, problemLine, type ConfigLine } from './problems.ts';
import { configSchema, hubSchema, type SchemaSources } from './schema.ts';
import { keysAt } from './schema-keys.ts';
import { syntaxProblems } from './syntax.ts';
import { toConfig, warningsOf } from './to-config.ts';
import { warningText, type ConfigWarning } from './warnings.ts';
import { wholeProblems } from './cross-checks.ts';

export type ParseOptions = Omit<SchemaSources, 'warn'>;

/**
 * `key:` with nothing after it means the default, as it does when the key is absent. A key that nobody knows stays, to
 * be complained of.
 */
const withoutEmpty = (value: unknown, schema: z.ZodType, path: readonly PropertyKey[] = []): unknown => {
  if (Array.isArray(value)) return value.map((child: unknown, index) => withoutEmpty(child, schema, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  const known = keysAt(schema, path);
  const isEmpty = (key: string, child: unknown): boolean =>
    // An empty bound of what somebody may see is a mistake, and means anything but all gateways.
    !(key === 'gateways' && path.length > 0) &&
    (child === null || child === undefined) &&
    (known.length === 0 || known.includes(key));
  const filled = Object.entries(value).filter(([key, child]) => !isEmpty(key, child));
  return Object.fromEntries(filled.map(([key, child]) => [key, withoutEmpty(child, schema, [...path, key])]));
};

export interface ParsedConfig {
  readonly config: Config;
  readonly warnings: readonly ConfigWarning[];
  /** Returns where a key stands; for a missing key, where the section stands that it belongs in. */
  readonly at: (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };
}

/** @throws ConfigError `CONFIG_INVALID` with one line for each problem: `file:line:column: key: what is wrong`. */
export const parseConfig = (text: string, options: ParseOptions): Config => parseWhole(text, options).config;

/** Parses the text, and returns the configuration with its warnings and the places of its keys. */
export const parseWhole = (given: string, options: ParseOptions): ParsedConfig => {
  const { file } = options;
  const fail = (lines: readonly ConfigLine[]): never => {
    throw new ConfigError(file, lines);
  };
  const text = given.replace(/^\uFEFF/, '');
  const counter = new LineCounter();
  const document = readYaml(text, counter);
  const syntax = syntaxProblems(text, document, [...document.errors, ...document.warnings]).map(
    ({ offset, sentence }) => lineAt(counter, offset, sentence),
  );
  // After a true syntax error the rest is guesswork, but a repeated key leaves the rest readable.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return fail(syntax);

  const exposed: ConfigWarning[] = [];
  const secretFiles = new Set<string>();
  const readSecret: ParseOptions['readSecret'] = (path) => {
    secretFiles.add(path);
    return options.readSecret(path);
  };
  const schema = configSchema({ ...options, readSecret, warn: (warning) => exposed.push(warning) });
  let raw: unknown;
  try {
    raw = withoutEmpty(yamlValue(document), schema);
  } catch (error) {
    return fail([...syntax, lineAt(counter, 0, `not valid YAML: ${errorText(error)}`)]);
  }
  if (raw === null || raw === undefined)
    return fail([...syntax, lineAt(counter, 0, 'is empty; config.example.yaml shows what belongs here')]);

  const isHub = section(section(raw)['fleet'])['hub'] === true;
  const parsed = (isHub ? hubSchema(schema) : schema).safeParse(raw);
  const folders = { home: options.home, base: dirname(resolve(file)) };
  const problems = [
    ...(parsed.success ? [] : fromZod(schema, raw, parsed.error.issues)),
    ...wholeProblems(raw, folders),
  ];
  const lines = [...syntax, ...problems.map((problem) => problemLine(document, counter, problem))];
  if (!parsed.success || lines.length > 0) return fail(lines);
  const warnings = [...exposed, ...warningsOf(parsed.data)];
  return {
    config: toConfig(parsed.data, {
      file,
      folders,
      secretFiles: [...secretFiles],
      warnings: warnings.map((warning) => warningText(warning)),
    }),
    warnings,
    at: (path) => problemLine(document, counter, { path, sentence: '' }),
  };
};
