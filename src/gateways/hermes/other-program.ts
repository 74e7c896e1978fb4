/** Programs of Hermes that are no gateway, and that people take for it: a chat in the terminal carries no messages (facts/hermes.md 6). */

/** How it is called, such as `hermes chat`; null: not one of them. */
export const otherHermesProgram = (argv: readonly string[]): string | null => {
  const words = argv.map((word) => word.replaceAll('\\', '/'));
  if (words.some((word, at) => word === 'tui_gateway' && words[at - 1] === '-m')) return 'python -m tui_gateway';
  // What looks for one, or shows its log, only names it.
  const entry = words.findIndex((word, at) => at <= MOST_BEFORE && (/(?:^|\/)hermes(?:\.exe)?$/.test(word) || word === 'hermes_cli.main' || word.endsWith('hermes_cli/main.py')));
  if (entry < 0 || (entry > 0 && !/(?:^|\/)(?:python[\d.]*|pypy[\d.]*|node|uv|uvx|env|sudo)(?:\.exe)?$/.test(words[0] ?? ''))) return null;
  const subcommand = words.slice(entry + 1).find((word, at, all) => !word.startsWith('-') && !/^(?:-p|--profile|-m|--model)$/.test(all[at - 1] ?? ''));
  // Without a word it is the chat, too.
  if (subcommand === undefined) return 'hermes';
  return TALKS.has(subcommand) ? `hermes ${subcommand}` : null;
};

/** An interpreter, its flags, `-m`. */
const MOST_BEFORE = 6;
const TALKS = new Set(['chat', 'tui', 'dashboard', 'desktop', 'web', 'cli', 'acp']);
