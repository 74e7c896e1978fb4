/**
 * Hermes's settings as the gateway takes them: the variables of `.env` before the keys of `config.yaml`
 * (docs/facts/hermes.md 7).
 */
import { LineCounter } from 'yaml';
import { readYaml, yamlValue } from '../../base/yaml.ts';
import { variablesOf } from '../variables.ts';

export interface HermesSettings {
  readonly variables: ReadonlyMap<string, string>;
  /** A key of `config.yaml`; undefined where it is not set. */
  readonly key: (...path: readonly string[]) => unknown;
  /** Where `config.yaml` stops making sense; null: nowhere. */
  readonly broken: { readonly line: number | null; readonly problem: string } | null;
}

export const readSettings = (env: string | null, config: string | null): HermesSettings => {
  const lines = new LineCounter();
  const document = readYaml(config ?? '', lines);
  const [error] = document.errors;
  const tree: unknown = error ? null : toPlain(document);
  return {
    variables: variablesOf(env ?? ''),
    key: (...path) =>
      path.reduce<unknown>(
        (value, name) =>
          typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
        tree,
      ),
    // The first line: what follows quotes the file, which holds secrets.
    broken: error ? { line: lines.linePos(error.pos[0]).line, problem: error.message.split('\n')[0] ?? '' } : null,
  };
};

const toPlain = (document: ReturnType<typeof readYaml>): unknown => {
  try {
    return yamlValue(document);
  } catch {
    return null;
  }
};

const YES = new Set(['true', '1', 'yes', 'on']);
export const isYes = (value: unknown): boolean => YES.has(String(value).toLowerCase());

/** Text or a number; an empty one counts as not set. */
export const wordOf = (value: unknown): string | null => {
  if (typeof value === 'number') return String(value);
  const word = typeof value === 'string' ? value.trim() : '';
  return word === '' ? null : word;
};
