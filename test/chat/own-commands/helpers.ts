import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Command, CommandContext, GatewayPort } from '../../../src/chat/command/command.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { loadOwnCommands, type LoadTools, type OwnCommands } from '../../../src/chat/own-commands/load.ts';
import { parseCommand } from '../../../src/chat/bus/parse-command.ts';
import { readArguments } from '../../../src/chat/arguments/read-arguments.ts';
import { ownFolder } from '../../store/helpers.ts';

export const NOW = Date.parse('2026-11-21T10:31:05+08:00');

/** Real time: generous where nothing should happen, short where an end is waited for. */
export const TIMES = { slowMs: 600_000, killAfterMs: 20_000 };

export const load = (
  declared: readonly unknown[],
  folder: string | null = null,
  more: Partial<LoadTools> = {},
  builtIn: readonly Command[] = [],
): OwnCommands =>
  loadOwnCommands({ folder, declared }, builtIn, {
    locale: 'en',
    logger: silentLogger(),
    times: TIMES,
    ...more,
  });

/** The one command that there must be, without a complaint. */
export const one = ({ commands, problems }: OwnCommands): Command => {
  const [command] = commands;
  if (!command || commands.length > 1 || problems.length > 0)
    throw new Error(`not one command: ${JSON.stringify({ commands: commands.map(({ id }) => id), problems })}`);
  return command;
};

/** A program of this test's own: JavaScript that Node runs. */
export const node = (script: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  join(folderWith({ 'own.cjs': `process.argv.splice(1, 1);\n${script}` }), 'own.cjs'),
  ...args,
];

/** A folder with these files in it, which nobody else may change. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = ownFolder();
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o644);
  }
  return folder;
};

export const context = (more: Partial<CommandContext> = {}): CommandContext & { readonly said: readonly Message[] } => {
  const said: Message[] = [];
  return {
    locale: 'en',
    now: NOW,
    operator: { name: 'me', role: 'admin', ids: { qq: 'ME' } },
    gateways: [] as readonly GatewayPort[],
    commands: [],
    by: 'typed',
    confirm: (question, command, label) => ({ ...question, buttons: [{ label, style: 'danger', command }] }),
    say: async (message: Message) => void said.push(message),
    actOutside: () => undefined,
    said,
    ...more,
  } as CommandContext & { readonly said: readonly Message[] };
};

/** As the bus does it. @throws UserError for what may not be typed. */
export const ask = async (command: Command, typed = '', here: CommandContext = context()): Promise<Message> => {
  const parsed = parseCommand(`/${command.id} ${typed}`, [command]);
  if (parsed.kind !== 'command') throw new Error(`no command: ${JSON.stringify(parsed)}`);
  const read = readArguments(command, parsed.args, {
    locale: here.locale,
    gateways: [],
    commands: [command],
    quoted: parsed.quoted,
  });
  if (read.kind !== 'values') throw new Error('it asks for a gateway');
  const message = await command.run(here, read.values);
  if (message === null) throw new Error('there is no answer');
  return message;
};
