/**
 * Hermes's own rule for telling its gateway from other processes (docs/facts/hermes.md 6), held to the first words of a
 * command line.
 */
import { withoutSlashes } from '../../base/trim-end.ts';
import { entryPointOf } from '../entry-point.ts';
import type { Served } from '../gateway-kind.ts';

const PROFILE_FLAG = /^(?:-p|--profile)$/;
const PROFILE_ASSIGNED = /^(?:-p|--profile)=(.*)$/;
const SUBCOMMANDS = new Set(['run', 'restart']);

/** Nix renames what it wraps. */
const CLI_NAMES: ReadonlySet<string> = new Set(['hermes', '.hermes-wrapped']);
const GATEWAY_NAMES: ReadonlySet<string> = new Set(['hermes-gateway', '.hermes-gateway-wrapped']);
const CLI_MODULE = 'hermes_cli.main';
const GATEWAY_MODULE = 'gateway.run';

interface HermesCommand {
  readonly subcommand: string;
  readonly profile: string | null;
  readonly entry: Served['entry'];
}

/** @returns the gateway subcommand that a command line runs, or null when it is no Hermes gateway. */
export const parseGatewayCommand = (argv: readonly string[]): HermesCommand | null => {
  const found = entryPointOf(argv);
  if (!found) return null;
  const { program, name, isModule, words } = found;
  const path = program.toLowerCase();
  const profile = profileOf(words);
  if (isModule ? name === CLI_MODULE : CLI_NAMES.has(name) || isFile(path, 'hermes_cli/main.py')) {
    const subcommand = subcommandOf(words.map((word) => word.toLowerCase()));
    return subcommand === null ? null : { subcommand, profile, entry: 'own' };
  }
  if (!isModule && GATEWAY_NAMES.has(name)) return { subcommand: 'run', profile, entry: 'own' };
  // Other projects have a gateway/run.py as well.
  if (isModule ? name === GATEWAY_MODULE : isFile(path, 'gateway/run.py'))
    return {
      subcommand: 'run',
      profile,
      entry: path
        .split('/')
        .slice(0, -1)
        .some((folder) => folder.includes('hermes'))
        ? 'own'
        : 'common',
    };
  return null;
};

const isFile = (path: string, end: string): boolean => path === end || path.endsWith(`/${end}`);

/** The word after `gateway`, which must be the first that is neither an option nor an option's value. */
const subcommandOf = (words: readonly string[]): string | null => {
  const rest = withoutProfile(words);
  const at = rest.findIndex(
    (word, index) => word === 'gateway' || !(word.startsWith('-') || rest[index - 1]?.startsWith('-')),
  );
  if (rest[at] !== 'gateway') return null;
  const next = rest[at + 1];
  return next === undefined || next === '' || next.startsWith('-') ? 'run' : next;
};

/**
 * Which home a gateway process serves: its profile's, or its own home variable's, or the default one.
 * `restart` counts as well: without a service that command runs the gateway itself (docs/facts/hermes.md 4.3.4).
 * @returns null when it is no Hermes gateway; a null home when its environment may not be read.
 */
export const servedByHermes = (
  argv: readonly string[],
  env: Readonly<Record<string, string>> | null,
): Served | null => {
  const command = parseGatewayCommand(argv);
  if (!command || !SUBCOMMANDS.has(command.subcommand)) return null;
  const { profile, entry } = command;
  return { home: env === null ? null : homeOf(env, profile), entry };
};

const rootHomeOf = (env: Readonly<Record<string, string>>): string | null => {
  if (env['HERMES_HOME']) return withoutSlashes(env['HERMES_HOME']);
  return env['HOME'] ? `${withoutSlashes(env['HOME'])}/.hermes` : null;
};

const homeOf = (env: Readonly<Record<string, string>>, profile: string | null): string | null => {
  const root = rootHomeOf(env);
  if (root === null || profile === null || profile === 'default' || root.endsWith(`/profiles/${profile}`)) return root;
  return `${root}/profiles/${profile}`;
};

const withoutProfile = (tokens: readonly string[]): readonly string[] =>
  tokens.filter(
    (token, index) =>
      !PROFILE_FLAG.test(token) && !PROFILE_ASSIGNED.test(token) && !PROFILE_FLAG.test(tokens[index - 1] ?? ''),
  );

const profileOf = (words: readonly string[]): string | null => {
  for (const [index, token] of words.entries()) {
    const assigned = PROFILE_ASSIGNED.exec(token)?.[1];
    if (assigned !== undefined) return assigned;
    if (PROFILE_FLAG.test(token)) return words[index + 1] ?? null;
  }
  return null;
};
