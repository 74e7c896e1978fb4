/**
 * Programs of Hermes that are no gateway, and that people take for it: a chat in the terminal carries no messages
 * (docs/facts/hermes.md 6).
 */
import { entryPointOf } from '../entry-point.ts';

/** How it is called, such as `hermes chat`; null: not one of them. */
export const otherHermesProgram = (argv: readonly string[]): string | null => {
  const found = entryPointOf(argv);
  if (!found) return null;
  const { program, name, isModule, words } = found;
  if (isModule && name === 'tui_gateway') return 'python -m tui_gateway';
  if (
    isModule
      ? name !== 'hermes_cli.main'
      : name !== 'hermes' && name !== '.hermes-wrapped' && !program.endsWith('hermes_cli/main.py')
  )
    return null;
  const subcommand = words.find(
    (word, at) => !word.startsWith('-') && !/^(?:-p|--profile|-m|--model)$/.test(words[at - 1] ?? ''),
  );
  // Without a word it is the chat, too.
  if (subcommand === undefined) return 'hermes';
  return TALKS.has(subcommand) ? `hermes ${subcommand}` : null;
};

const TALKS = new Set(['chat', 'tui', 'dashboard', 'desktop', 'web', 'cli', 'acp']);
