/** `/help`: made from the registry, so that it cannot forget a command. What matters in trouble comes first. */
import { displayWidth } from '../src/channels/console/width.ts';
import { authorise } from '../src/chat/access/authorise.ts';
import { defineCommand, type Command } from '../src/chat/command/command.ts';
import type { Message } from '../src/chat/message/message.ts';
import { findCommand } from '../src/chat/bus/parse-command.ts';
import { usageLine } from '../src/chat/arguments/usage.ts';
import { roleName } from '../src/text/chat/access.ts';
import { COMMAND_HELP, commandText, type HelpGroup } from '../src/text/commands/commands.ts';
import type { Locale } from '../src/text/locale.ts';

/** What one needs at three in the morning, said in full; of the others only the names. */
const ESSENTIAL: ReadonlySet<string> = new Set(['status', 'why', 'logs', 'restart']);

const GROUPS: readonly HelpGroup[] = ['own', 'reads', 'interrupts', 'changes', 'admin'];

const groupOf = ({ role, effects, own, listedWith }: Command): HelpGroup => {
  if (own) return 'own';
  if (listedWith) return listedWith;
  return role === 'admin' ? 'admin' : effects;
};

/** What a phone shows of a line, in columns; a Chinese character takes two. */
const COLUMNS = 36;

/** Names in as many lines as they need: Chinese would be broken within a word, English is not. */
const packed = (lead: string, names: readonly string[], locale: Locale): readonly string[] => {
  const text = commandText(locale);
  if (locale === 'en') return [`${lead}${text.list(names)}`];
  return names.reduce<readonly string[]>(
    (lines, name) => {
      const last = lines.at(-1) ?? '';
      const longer = last === lead ? `${lead}${name}` : text.list([last, name]);
      return last === lead || displayWidth(longer) <= COLUMNS ? [...lines.slice(0, -1), longer] : [...lines, name];
    },
    [lead],
  );
};

/** Whoever reads Chinese may type the Chinese word alone. */
const nameOf = ({ id, aliases }: Command, locale: Locale): string => {
  const chinese = locale === 'zh-CN' ? aliases.find((alias) => /\p{Script=Han}/u.test(alias)) : undefined;
  return chinese === undefined ? `/${id}` : `/${id} ${chinese}`;
};

const overview = (usable: readonly Command[], locale: Locale): Message => {
  const text = commandText(locale);
  const rest = usable.filter(({ id }) => !ESSENTIAL.has(id));
  return {
    tone: 'info',
    title: text.helpTitle(),
    lines: [
      ...usable
        .filter(({ id }) => ESSENTIAL.has(id))
        .map((command) => text.subject(nameOf(command, locale), command.help[locale])),
      ...GROUPS.flatMap((group) => {
        const names = rest.filter((command) => groupOf(command) === group).map((command) => nameOf(command, locale));
        return names.length === 0 ? [] : packed(text.subject(text.group(group), ''), names, locale);
      }),
    ],
    note: text.helpNote(),
  };
};

const detail = (command: Command, locale: Locale): Message => {
  const text = commandText(locale);
  return {
    tone: 'info',
    title: usageLine(command, locale),
    lines: [
      command.help[locale],
      ...(command.aliases.length > 0 ? [text.aliases(command.aliases)] : []),
      ...(command.effects === 'interrupts' ? [text.asksFirst()] : []),
      ...(command.role === 'viewer' ? [] : [text.needsRole(roleName(command.role, locale))]),
    ],
    code: command.examples,
  };
};

export const help = defineCommand({
  id: 'help',
  aliases: ['帮助'],
  role: 'viewer',
  effects: 'reads',
  args: { command: { kind: 'command' } },
  help: COMMAND_HELP.help,
  examples: ['/help', '/help restart'],
  async run({ commands: all, gateways, members, locale, operator }, { command: name }) {
    // Nothing is offered that no gateway here can do.
    const commands = all.map((command): Command =>
      command.lesser?.holds(gateways) ? { ...command, ...command.lesser.shown } : command,
    );
    const command = name === null ? null : findCommand(name, commands);
    return command
      ? detail(command, locale)
      : overview(
          commands.filter(
            (each) => authorise(operator, each).allowed && (each.isOfUse?.(members ? { members } : {}) ?? true),
          ),
          locale,
        );
  },
});
