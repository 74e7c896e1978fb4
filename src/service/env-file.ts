/** The file with the secrets that a configuration takes from the environment: a service has none of its own. */
import { existsSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readForeignNow, MOST_BYTES, ANYBODY } from '../base/open-foreign.ts';
import { withoutComment } from '../base/trim-end.ts';

export { envFileOf } from '../config/own-files.ts';

/** The names that stand as "${NAME}" in a configuration, outside of comments. */
export const envNamesIn = (yaml: string): readonly string[] => [
  ...new Set(
    yaml
      .split('\n')
      .map(withoutComment)
      .flatMap((line) => [...line.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => name)),
  ),
];

/** @returns what it sets; nothing when there is none. */
export const readEnvFile = (path: string): Readonly<Record<string, string>> => {
  if (!existsSync(path)) return {};
  const { text } = readForeignNow(path, { trust: ANYBODY, mostBytes: MOST_BYTES.variables });
  return Object.fromEntries(
    Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
};

/** A first file: with what is known, and an empty place for each name that is not. */
export const envFileText = (names: readonly string[], env: Readonly<Record<string, string | undefined>>): string =>
  [
    '# Secrets of Lifeline, for its service. Keep it readable by its owner only (chmod 600).',
    ...names.map((name) => `${name}=${quoted(env[name]?.trim() ?? '')}`),
  ].join('\n') + '\n';

/** In a way that systemd and Node read alike; what both kinds of quotes would change is left for a person. */
const quoted = (value: string): string => {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  if (!/['\\]/.test(value)) return `'${value}'`;
  return /["\\$`]/.test(value) ? '' : `"${value}"`;
};
