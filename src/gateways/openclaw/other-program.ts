/**
 * Programs of OpenClaw that are no gateway, and that people take for it: a chat in the terminal carries no messages
 * (docs/facts/openclaw.md 6).
 */
import { parseOpenClawCommand } from './process-rule.ts';

/** Those that stay; the others end within seconds. */
const STAY = new Set(['tui', 'terminal', 'chat', 'dashboard', 'acp', 'node', 'logs']);

/** How it is called, such as `openclaw tui`; null: not one of them. */
export const otherOpenClawProgram = (argv: readonly string[]): string | null => {
  const [title = ''] = argv;
  // It gives itself a title, and the rest of the command line is gone.
  const named = /^openclaw(?:-([a-z]+))?\s*$/.exec(title);
  if (named && argv.slice(1).every((word) => word === '')) {
    if (named[1] === undefined) return 'openclaw';
    return STAY.has(named[1]) ? `openclaw ${named[1]}` : null;
  }
  const command = parseOpenClawCommand(argv)?.commands[0];
  return command !== undefined && STAY.has(command) ? `openclaw ${command}` : null;
};
