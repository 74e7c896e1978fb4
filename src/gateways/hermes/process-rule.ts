/** Hermes's own rule for telling its gateway from other processes (facts/hermes.md 6). */
import { withoutSlashes } from '../../base/trim-end.ts';

const PROFILE_FLAG = /^(?:-p|--profile)$/;
const PROFILE_ASSIGNED = /^(?:-p|--profile)=(.*)$/;
const SUBCOMMANDS = new Set(['run', 'restart']);

interface HermesCommand {
  readonly subcommand: string;
  readonly profile: string | null;
}

/** @returns the gateway subcommand that a command line runs, or null when it is no Hermes gateway. */
export const parseGatewayCommand = (argv: readonly string[]): HermesCommand | null => {
  const tokens = argv.map((token) => token.toLowerCase().replaceAll('\\', '/'));
  if (tokens.some((token) => token === 'gateway/run.py' || token.endsWith('/gateway/run.py') || /^hermes-gateway(?:\.exe)?$/.test(baseName(token)))) {
    return { subcommand: 'run', profile: profileOf(argv) };
  }
  const entry = tokens.findIndex((token) => token === 'hermes_cli.main' || token.endsWith('hermes_cli/main.py') || /^hermes(?:\.exe)?$/.test(baseName(token)));
  if (entry < 0) return null;
  const rest = withoutProfile(tokens.slice(entry + 1));
  const at = rest.indexOf('gateway');
  if (at < 0) return null;
  const next = rest[at + 1];
  return { subcommand: next === undefined || next.startsWith('-') ? 'run' : next, profile: profileOf(argv) };
};

/**
 * Which home a gateway process serves: its profile's, or its own home variable's, or the default one.
 * `restart` counts as well: without a service that command runs the gateway itself (facts/hermes.md 4, point 4).
 * @returns null when it is no Hermes gateway; a null home when its environment may not be read.
 */
export const servedByHermes = (argv: readonly string[], env: Readonly<Record<string, string>> | null): { home: string | null } | null => {
  const command = parseGatewayCommand(argv);
  if (!command || !SUBCOMMANDS.has(command.subcommand)) return null;
  if (env === null) return { home: null };
  const root = env['HERMES_HOME'] ? withoutSlashes(env['HERMES_HOME']) : env['HOME'] ? `${withoutSlashes(env['HOME'])}/.hermes` : null;
  const { profile } = command;
  if (root === null || profile === null || profile === 'default' || root.endsWith(`/profiles/${profile}`)) return { home: root };
  return { home: `${root}/profiles/${profile}` };
};

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const withoutProfile = (tokens: readonly string[]): readonly string[] =>
  tokens.filter((token, index) => !PROFILE_FLAG.test(token) && !PROFILE_ASSIGNED.test(token) && !PROFILE_FLAG.test(tokens[index - 1] ?? ''));

const profileOf = (argv: readonly string[]): string | null => {
  for (const [index, token] of argv.entries()) {
    const assigned = PROFILE_ASSIGNED.exec(token)?.[1];
    if (assigned !== undefined) return assigned;
    if (PROFILE_FLAG.test(token)) return argv[index + 1] ?? null;
  }
  return null;
};
