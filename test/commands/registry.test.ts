import { describe, expect, it, vi } from 'vitest';
import { commands } from '../../commands/index.ts';
import { roleAllows } from '../../src/chat/access/authorise.ts';
import type { Command, GatewayPort } from '../../src/chat/command/command.ts';
import { CONFIRM_NAMES, confirmingText } from '../../src/chat/interaction/confirmation.ts';
import type { Inbound } from '../../src/chat/inbound/inbound-message.ts';
import { pairingText } from '../../src/chat/pairing/pairing.ts';
import { normalise, parseCommand } from '../../src/chat/bus/parse-command.ts';
import { readArguments } from '../../src/chat/arguments/read-arguments.ts';
import { usageLine } from '../../src/chat/arguments/usage.ts';
import { LOCALES, ROLES, type Operator, type Role } from '../../src/config/config.ts';
import { harness, inbound } from '../chat/helpers.ts';

const names = commands.flatMap(({ id, aliases }) => [id, ...aliases]);
const gateways = [{ name: 'main' } as GatewayPort];

describe('the registry', () => {
  it('has no name twice', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(names)('%s can be typed as it stands there', (name) => {
    expect(normalise(name).toLowerCase()).toBe(name);
    expect(name).not.toMatch(/\s/);
  });

  it.each(names)('%s takes nothing away from confirming and pairing', (name) => {
    expect(CONFIRM_NAMES).not.toContain(name);
    expect([confirmingText(name), confirmingText(`/${name}`), pairingText(name), pairingText(`/${name}`)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it.each(commands.map((command) => [command.id, command] as const))('/%s has a Chinese name', (_id, { aliases }) => {
    expect(aliases.some((alias) => /^\p{Script=Han}+$/u.test(alias))).toBe(true);
  });

  it.each(
    commands.flatMap((command) =>
      command.aliases.filter((alias) => /\p{Script=Han}/u.test(alias)).map((alias) => [alias, command.id] as const),
    ),
  )('%s alone is /%s', (alias, id) => {
    expect(parseCommand(alias, commands)).toMatchObject({ kind: 'command', command: { id } });
  });

  it.each(commands.flatMap((command) => command.examples.map((example) => [example, command.id] as const)))(
    'the example %s is /%s, and its arguments are understood',
    (example, id) => {
      const parsed = parseCommand(example, commands);
      expect(parsed).toMatchObject({ kind: 'command', command: { id } });
      if (parsed.kind === 'command')
        expect(
          readArguments(parsed.command, parsed.args, { gateways, commands, locale: 'zh-CN', quoted: parsed.quoted })
            .kind,
        ).toBe('values');
    },
  );

  it.each(commands.map((command) => [command.id, command] as const))(
    '/%s says in both languages how it is written and what it does',
    (_id, command) => {
      for (const locale of LOCALES) expect(command.help[locale]).not.toBe('');
      expect(usageLine(command, 'en')).not.toMatch(/\p{Script=Han}/u);
      // Whatever is no word to type has a name in Chinese.
      expect(
        usageLine(command, 'zh-CN')
          .replace(/^\/\S+/, '')
          .match(/[a-z]{3,}/gi)
          ?.filter((word) => !typedWords(command).has(word)) ?? [],
      ).toEqual([]);
    },
  );

  it('asks for more than looking where a command changes or interrupts', () => {
    for (const { id, effects, role } of commands)
      if (effects !== 'reads') expect([id, roleAllows('viewer', role)]).toEqual([id, false]);
    expect(commands.filter(({ effects }) => effects === 'interrupts').map(({ id }) => id)).toEqual([
      'restart',
      'start',
      'stop',
      'end',
    ]);
  });
});

const typedWords = ({ args }: Command): ReadonlySet<string> =>
  new Set(
    Object.values(args).flatMap((argument) => {
      if (argument.kind === 'word') return Object.keys(argument.words);
      return argument.kind === 'duration' ? (argument.prefix ?? []) : [];
    }),
  );

describe('who may do what', () => {
  const PEOPLE: readonly (readonly [string, Operator | null])[] = [
    ...ROLES.map((role) => [role, { name: role, role, ids: { feishu: `f-${role}`, qq: `q-${role}` } }] as const),
    ['a role that nobody knows', { name: 'odd', role: 'owner' as Role, ids: { feishu: 'f-odd', qq: 'q-odd' } }],
    ['nobody', null],
  ];
  const CHATS: readonly Inbound['chat'][] = [{ kind: 'direct' }, { kind: 'group', id: 'G' }];
  const cells = PEOPLE.flatMap(([who, operator]) =>
    ['feishu', 'qq', 'webhook'].map((channel) => [who, channel, operator] as const),
  );

  it.each(cells)('%s on %s, in every chat and by every command', async (_who, channel, operator) => {
    const sender = operator?.ids[channel] ?? 'someone';
    for (const command of commands) {
      for (const chat of CHATS) {
        const run = vi.fn<Command['run']>(async () => ({ tone: 'info', title: 'did it' }));
        const { bus, audited } = harness([{ ...command, run }], { operators: operator ? [operator] : [], gateways });
        bus.receive(inbound(command.examples[0] ?? `/${command.id}`, { channel, sender, chat }));
        await bus.idle();
        const may =
          operator?.ids[channel] !== undefined &&
          ROLES.includes(operator.role) &&
          ROLES.indexOf(operator.role) >= ROLES.indexOf(command.role);
        expect({ id: command.id, ran: run.mock.calls.length, audit: audited.map(({ outcome }) => outcome) }).toEqual({
          id: command.id,
          ran: may ? 1 : 0,
          audit: [may ? 'done' : 'refused'],
        });
      }
    }
  });
});
