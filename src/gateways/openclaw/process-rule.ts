/** OpenClaw's own rule for telling its gateway from other processes (facts/openclaw.md 6). */
import { withoutSlashes } from '../../base/trim-end.ts';

/** What node runs as the program: the built entry, the package's executable. */
const ENTRY = /(?:^|\/)(?:dist\/(?:index|entry)\.m?js|openclaw(?:\.mjs)?)$/;
/** The title that a gateway gives itself in the foreground; the rest of its command line is gone then. */
const TITLE = /^openclaw-gateway(?:\s|$)/;
const FLAGS_WITH_VALUE: ReadonlySet<string> = new Set(['--profile', '--log-level', '--container', '--port', '--bind', '--auth', '--token', '--token-file', '--password', '--password-file', '--tailscale', '--ws-log', '--raw-stream-path']);

/** What runs a script; a wrapper around it has it as its child, and an editor only names it. */
const INTERPRETER = /(?:^|\/)(?:node|nodejs|bun)(?:-?\d[\d.]*)?(?:\.exe)?$/;

/** @returns the words behind OpenClaw's own program that are no options; null: this is another program. */
export const entryOf = (argv: readonly string[]): readonly string[] | null => {
  const words = argv.map((word) => word.replaceAll('\\', '/'));
  const entry = words.findIndex((word) => ENTRY.test(word));
  if (entry < 0 || (entry > 0 && !INTERPRETER.test(words[0] ?? ''))) return null;
  return commandsOf(words.slice(entry + 1));
};

/** @returns whether a command line runs the gateway; its CLI, its workers and its updates do not. */
export const isGatewayCommand = (argv: readonly string[]): boolean => {
  if (TITLE.test(argv[0] ?? '')) return true;
  const [command, sub] = entryOf(argv) ?? [];
  return command === 'gateway' && (sub === undefined || sub === 'run');
};

/** The words that are no options nor their values. */
const commandsOf = (words: readonly string[]): readonly string[] => words.filter((word, index) => !word.startsWith('-') && !FLAGS_WITH_VALUE.has(words[index - 1] ?? ''));

/**
 * Which state folder a gateway process serves: what its environment names, its profile's, or the default one.
 * @returns null when it is no gateway; a null home when its environment may not be read.
 */
export const servedByOpenClaw = (argv: readonly string[], env: Readonly<Record<string, string>> | null): { readonly home: string | null } | null => {
  if (!isGatewayCommand(argv)) return null;
  if (env === null) return { home: null };
  const { OPENCLAW_STATE_DIR: folder, OPENCLAW_PROFILE: fromEnv, HOME: home } = env;
  if (folder) return { home: withoutSlashes(folder) };
  const profile = profileOf(argv) ?? fromEnv;
  if (!home) return { home: null };
  return { home: `${withoutSlashes(home)}/.openclaw${profile && profile !== 'default' ? `-${profile}` : ''}` };
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
