/** The configuration file: read as text, parsed, checked; all of its problems are told at once, each at its place. */
import { dirname, resolve } from 'node:path';
import { LineCounter } from 'yaml';
import type { z } from 'zod';
import { userHome } from '../base/account.ts';
import { errorText, UserError } from '../base/errors.ts';
import { ANYBODY, MOST_BYTES, readForeignNow, seeForeignNow, type SmallFile } from '../base/open-foreign.ts';
import { section } from '../base/parsed-section.ts';
import { fileRefusalOf } from '../base/refused-file.ts';
import { readYaml, yamlValue } from '../base/yaml.ts';
import { wholeProblems } from './checks.ts';
import type { Config } from './config.ts';
import { ConfigError, fromZod, lineAt, problemLine, type ConfigLine } from './problems.ts';
import { configSchema, hubSchema, toConfig, type SchemaSources } from './schema.ts';
import { isExposed, readSecretFile } from './secret.ts';
import { keysAt } from './section.ts';
import { syntaxProblems } from './syntax.ts';
import { exposedConfig, exposedSecret, warningsOf, type ConfigWarning } from './warnings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A webhook's URL is a secret by itself, and stands in the file. */
const holdsSecret = ({ channels: { feishu, qq, webhook }, alerts }: Config): boolean =>
  webhook !== undefined ||
  [feishu?.appSecret, qq?.clientSecret, alerts.pingUrl].some((secret) => secret?.origin === 'literal');

/**
 * @throws UserError `CONFIG_UNREADABLE` when the file cannot be read, `CONFIG_INVALID` with all that is wrong
 * in it, one line each.
 */
export const loadConfig = (file: string, env: Environment = process.env): Config => loadWhole(file, env).config;

/** Reads the configuration file, and returns the configuration with the places of its keys. */
export const loadWhole = (file: string, env: Environment = process.env): ParsedConfig => {
  const { text, mode } = readConfigText(file);
  const parsed = parseWhole(text, { file, env, home: env['HOME'] || userHome(), readSecret: readSecretFile });
  const { config } = parsed;
  if (!isExposed(mode) || !holdsSecret(config)) return parsed;
  return { ...parsed, config: { ...config, warnings: [...config.warnings, exposedConfig(file)] } };
};

export interface ConfigText {
  readonly text: string;
  readonly mode: number;
}

/**
 * @throws UserError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with file, line and column where the bytes are no text.
 */
export const readConfigText = (file: string): ConfigText => {
  const { bytes, mode } = attempt(file);
  return { text: decode(file, bytes), mode };
};

const unreadable = (file: string, why: string, cause?: unknown): UserError =>
  new UserError('CONFIG_UNREADABLE', `cannot read the configuration ${file}: ${why}`, { cause });

/**
 * Any owner and mode are accepted, because without the file there would be no bot; the doctor reports who else may
 * write it.
 */
const attempt = (file: string): SmallFile => {
  try {
    return readForeignNow(file, { trust: ANYBODY, mostBytes: MOST_BYTES.config });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const refusal = fileRefusalOf(error);
    if (refusal?.why === 'kind' && refusal.kind === 'folder')
      throw unreadable(file, 'it is a folder; name the file in it');
    // A file this large is a log or a database that was named by mistake.
    if (refusal?.why === 'size')
      throw unreadable(file, `it has ${Math.round(refusal.bytes / 1_000)} kB, which no configuration has`);
    if (code === 'ENOENT') throw unreadable(file, 'there is no such file', error);
    if (code === 'EACCES') throw unreadable(file, `this user may not read it${ownerText(file)}`, error);
    throw unreadable(file, errorText(error), error);
  }
};

const ownerText = (file: string): string => {
  try {
    return `; it belongs to the user with the number ${seeForeignNow(file, ANYBODY).uid}`;
  } catch {
    return ' or a folder above it';
  }
};

const decode = (file: string, bytes: Buffer): string => {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new UserError('CONFIG_INVALID', `${file}:1:1: is UTF-16; save it as UTF-8`);
  const text = bytes.toString('utf8');
  // U+FFFD stands for bytes that are no UTF-8, unless the file itself has that character.
  const bad = text.indexOf('\uFFFD');
  if (bad === -1 || Buffer.from(text, 'utf8').equals(bytes)) return text;
  const before = text.slice(0, bad).split('\n');
  throw new UserError(
    'CONFIG_INVALID',
    `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: is not UTF-8 from here on (GBK?); save the file as UTF-8`,
  );
};

export type ParseOptions = Omit<SchemaSources, 'exposed'>;

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
  /** Returns where a key stands; for a missing key, where the section stands that it belongs in. */
  readonly at: (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };
}

/** @throws ConfigError `CONFIG_INVALID` with one line for each problem: `file:line:column: key: what is wrong`. */
export const parseConfig = (text: string, options: ParseOptions): Config => parseWhole(text, options).config;

/** Parses the text, and returns the configuration with the places of its keys. */
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
  const schema = configSchema({
    ...options,
    readSecret,
    exposed: (path) => exposed.push(exposedSecret(path)),
  });
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
  return {
    config: {
      ...toConfig(parsed.data, file),
      secretFiles: [...secretFiles],
      warnings: [...exposed, ...warningsOf(parsed.data)],
    },
    at: (path) => problemLine(document, counter, { path, sentence: '' }),
  };
};
