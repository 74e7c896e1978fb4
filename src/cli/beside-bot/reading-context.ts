/** What the chat commands that only read need, for whoever asks at the machine. */
import type { StatusParts } from '../../app.ts';
import type { CommandContext } from '../../chat/command/command.ts';
import type { Config } from '../../config/config.ts';
import { configLines } from '../../config/show.ts';

type ReadingParts = Omit<StatusParts, 'db' | 'isInMemory'>;

/** Stands for a part that reading does not need. */
export const unused = (): never => {
  throw new Error('a command that only reads has asked for more');
};

export const readingContext = (config: Config, parts: ReadingParts): CommandContext => ({
  ...parts,
  locale: config.locale,
  operator: { name: 'console', role: 'viewer', ids: {} },
  commands: [],
  lifeline: unused,
  settings: () => configLines(config),
  carryOut: unused,
  actOutside: unused,
  reload: unused,
  say: () => Promise.resolve(),
  origin: { channel: 'console', user: 'console' },
  by: 'typed',
  confirm: unused,
});
