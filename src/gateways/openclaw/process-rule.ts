/**
 * OpenClaw's own rule for telling its gateway from other processes (docs/facts/openclaw.md 6), held to the first words
 * of a command line.
 */
import { withoutSlashes } from '../../base/trim-end.ts';
import { entryPointOf } from '../entry-point.ts';
import type { Served } from '../gateway-kind.ts';

/** The package's executable, or its built entry below a folder of its own name. */
const OWN_ENTRY = /(?:^|\/)(?:openclaw(?:\.mjs)?|openclaw(?:@[^/]*)?\/dist\/(?:index|entry)\.m?js)$/;
/** The built entry of any Node program; its container image starts it by this name alone. */
const COMMON_ENTRY = /(?:^|\/)dist\/(?:index|entry)\.m?js$/;
/**
 * The title that each `openclaw gateway …` in the foreground gives itself, `restart` and `status` as well; the rest of
 * its command line is gone then (docs/facts/openclaw.md 6).
 */
const TITLE = /^openclaw-gateway(?:\s|$)/;

export const isTitled = ([title = '']: readonly string[]): boolean => TITLE.test(title);
const FLAGS_WITH_VALUE: ReadonlySet<string> = new Set([
  '--profile',
  '--log-level',
  '--container',
  '--port',
  '--bind',
  '--auth',
  '--token',
  '--token-file',
  '--password',
  '--password-file',
  '--tailscale',
  '--ws-log',
  '--raw-stream-path',
]);

interface OpenClawCommand {
  /** The words behind OpenClaw's own program that are no options. */
  readonly commands: readonly string[];
  readonly entry: Served['entry'];
}

/** @returns what OpenClaw's program is told to do; null: this is another program. */
export const parseOpenClawCommand = (argv: readonly string[]): OpenClawCommand | null => {
  const found = entryPointOf(argv);
  if (!found || found.isModule) return null;
  const { program, words } = found;
  if (OWN_ENTRY.test(program)) return { commands: commandsOf(words), entry: 'own' };
  return COMMON_ENTRY.test(program) && found.interpreted ? { commands: commandsOf(words), entry: 'common' } : null;
};

/** The words that are no options nor their values. */
const commandsOf = (words: readonly string[]): readonly string[] =>
  words.filter((word, index) => word !== '' && !word.startsWith('-') && !FLAGS_WITH_VALUE.has(words[index - 1] ?? ''));

/** @returns which entry runs the gateway; null for its CLI, its workers and its updates. */
const entryOfGateway = (argv: readonly string[]): Served['entry'] | null => {
  if (isTitled(argv)) return 'own';
  const { commands, entry } = parseOpenClawCommand(argv) ?? { commands: [], entry: null };
  const [command, sub] = commands;
  return command === 'gateway' && (sub === undefined || sub === 'run') ? entry : null;
};

/**
 * Which state folder a gateway process serves: what its environment names, its profile's, or the default one.
 * @returns null when it is no gateway; a null home when its environment may not be read.
 */
export const servedByOpenClaw = (
  argv: readonly string[],
  env: Readonly<Record<string, string>> | null,
): Served | null => {
  const entry = entryOfGateway(argv);
  return entry && { home: env === null ? null : homeOf(argv, env), entry };
};

const homeOf = (
  argv: readonly string[],
  { OPENCLAW_STATE_DIR: folder, OPENCLAW_PROFILE: fromEnv, HOME: home }: Readonly<Record<string, string>>,
): string | null => {
  if (folder) return withoutSlashes(folder);
  const profile = profileOf(argv) ?? fromEnv;
  if (!home) return null;
  return `${withoutSlashes(home)}/.openclaw${profile && profile !== 'default' ? `-${profile}` : ''}`;
};

const profileOf = (argv: readonly string[]): string | null => {
  for (const [index, word] of argv.entries()) {
    const assigned = /^--profile=(.+)$/.exec(word)?.[1];
    if (assigned !== undefined) return assigned;
    if (word === '--profile') return argv[index + 1] ?? null;
    // Behind the command it means something else.
    if (word === '--dev' && !argv.slice(0, index).includes('gateway')) return 'dev';
  }
  return null;
};
