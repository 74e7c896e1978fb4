import { existsSync } from 'node:fs';
import { processClock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import { loadWhole, type ParsedConfig } from '../../config/load.ts';
import { ConfigError } from '../../config/problems.ts';
import { usualConfig } from '../../setup/paths.ts';
import { configCheckText } from '../../text/cli/config-check.ts';
import type { Locale } from '../../text/locale.ts';
import { examineConfig, type LocatedFinding } from './config-findings.ts';
import { summaryJson, summaryLines } from './config-summary.ts';
import { localeOfFile } from '../help/language.ts';
import { applyTimezone } from '../timezone.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

/** One line of what was found, for people and for scripts. */
interface Told {
  readonly severity: 'error' | 'warning' | 'hint';
  readonly code: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly key: string | null;
  readonly what: string;
  readonly todo: string | null;
}

/**
 * `lifeline config check [FILE]`: all that is wrong with a configuration, and what it comes to. Changes and sends
 * nothing. The exit code is 0 when it is fine, 1 when it works but something needs the operator, 2 when no bot would
 * start with it.
 * @throws UserError when there is no such file, or it cannot be read.
 */
export const configCheck = async (named: string | undefined, { config, json = false }: Options): Promise<void> => {
  const file = named ?? config ?? usualConfig(process.env);
  const parsed = load(file);
  if (parsed instanceof ConfigError) return tellInvalid(file, parsed, json);
  applyTimezone(parsed.config);
  const now = processClock().now();
  const { findings, paired, urgent } = await examineConfig(parsed, now);
  const { locale } = parsed.config;
  const told = findings.map((finding) => toldOf(finding, locale));
  const needing = told.filter(({ severity }) => severity !== 'hint').length;
  if (needing > 0) process.exitCode = 1;
  if (json)
    return print(
      JSON.stringify({
        file,
        ok: needing === 0,
        problems: told,
        summary: summaryJson({ config: parsed.config, paired, now }),
      }),
    );
  const text = configCheckText(locale);
  const isPingReachable = findings.every(({ code }) => code !== 'ping_unreachable');
  for (const each of told) print(lineOf(file, each));
  print(`${told.length > 0 ? '\n' : ''}${needing > 0 ? text.found(file, needing) : text.fine(file)}`);
  for (const line of summaryLines({ config: parsed.config, paired, urgent, isPingReachable, now })) print(line);
};

const load = (file: string): ParsedConfig | ConfigError => {
  if (!existsSync(file))
    throw new UserError(
      'CONFIG_MISSING',
      `There is no configuration ${file}. lifeline init writes one; or copy config.example.yaml there and fill it in.`,
    );
  try {
    return loadWhole(file);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
};

const tellInvalid = (file: string, { lines }: ConfigError, json: boolean): void => {
  process.exitCode = 2;
  const told = lines.map(({ line, column, what }): Told => ({
    severity: 'error',
    code: 'CONFIG_INVALID',
    line,
    column,
    key: null,
    what,
    todo: null,
  }));
  if (json) return print(JSON.stringify({ file, ok: false, problems: told, summary: null }));
  const text = configCheckText(localeOfFile(file, process.env));
  for (const each of told) print(lineOf(file, each));
  print(`\n${text.invalid(file, told.length)}\n${text.mend()}`);
};

const toldOf = ({ code, what, todo, isHint, at, key }: LocatedFinding, locale: Locale): Told => ({
  severity: isHint === true ? 'hint' : 'warning',
  code,
  line: at?.line ?? null,
  column: at?.column ?? null,
  key,
  what: what[locale],
  todo: todo?.[locale] ?? null,
});

/** Returns the place as compilers write it, so that editors jump to it. */
const lineOf = (file: string, { line, column, key, what, todo }: Told): string =>
  [
    `${[file, line, column].filter((part) => part !== null).join(':')}: ${key === null || key === '' ? '' : `${key}: `}${what}`,
    ...(todo === null ? [] : [`    → ${todo}`]),
  ].join('\n');

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
