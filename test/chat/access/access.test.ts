import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAccess } from '../../../src/chat/access/access.ts';
import { authorise } from '../../../src/chat/access/authorise.ts';
import type { Command } from '../../../src/chat/command/command.ts';
import { ROLES, type Operator, type Role } from '../../../src/config/config.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators, type PairedOperator, type PairedOperators } from '../../../src/store/operators.ts';
import { ownFolder } from '../../store/helpers.ts';
import { command, harness, inbound, NOW, OPERATORS } from '../helpers.ts';

const person = (more: Partial<PairedOperator> = {}): PairedOperator => ({
  channel: 'qq',
  user: 'P',
  name: 'paula',
  role: 'operator',
  pairedAt: 1_000,
  ...more,
});

const openStore = (path = ':memory:'): PairedOperators => {
  const db = openDatabase(path);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return createPairedOperators(db);
};

const setUp = ({
  configured = OPERATORS,
  people = [],
}: { readonly configured?: readonly Operator[]; readonly people?: readonly PairedOperator[] } = {}) => {
  const store = openStore();
  for (const each of people) store.add(each);
  const paired = {
    find: vi.fn<PairedOperators['find']>((...args) => store.find(...args)),
    list: vi.fn<PairedOperators['list']>(() => store.list()),
  };
  let now = NOW;
  const access = createAccess({ configured, paired, clock: { now: () => now }, logger: silentLogger() });
  return { access, store, paired, pass: (ms: number) => (now += ms) };
};

const broken = (): never => {
  throw new Error('disk is full');
};

/**
 * Everything that decides: where the person stands, the role there, the command's role, the channel, the kind of chat.
 */
const MAY = {
  viewer: { viewer: true, operator: false, admin: false },
  operator: { viewer: true, operator: true, admin: false },
  admin: { viewer: true, operator: true, admin: true },
};
const TABLE = (['configured', 'paired', 'nowhere', 'revoked', 'paired on the other channel'] as const).flatMap(
  (source) =>
    (['qq', 'feishu'] as const).flatMap((channel) =>
      ROLES.flatMap((has) =>
        ROLES.map((needs) => ({
          source,
          channel,
          has,
          needs,
          may: (source === 'configured' || source === 'paired') && MAY[has][needs],
        })),
      ),
    ),
);

describe('who may do what', () => {
  it.each(TABLE)(
    'somebody $source as $has on $channel, for a command of $needs: $may',
    async ({ source, channel, has, needs, may }) => {
      const other = channel === 'qq' ? 'feishu' : 'qq';
      const paired = openStore();
      if (source === 'paired' || source === 'revoked') paired.add(person({ channel, user: 'X', role: has }));
      if (source === 'paired on the other channel') paired.add(person({ channel: other, user: 'X', role: has }));
      if (source === 'revoked') paired.revoke('paula', NOW);
      for (const chat of [{ kind: 'direct' }, { kind: 'group', id: 'G' }] as const) {
        const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'done' }));
        const { bus, audited } = harness([command('do', { role: needs, run })], {
          paired,
          operators: source === 'configured' ? [{ name: 'x', role: has, ids: { [channel]: 'X' } }] : [],
        });
        bus.receive(inbound('/do', { channel, sender: 'X', chat }));
        await bus.idle();
        expect(run).toHaveBeenCalledTimes(may ? 1 : 0);
        const whyRefused = source === 'configured' || source === 'paired' ? 'role' : 'stranger';
        expect(audited).toMatchObject([
          {
            channel,
            chat: chat.kind === 'group' ? 'G' : null,
            sender: 'X',
            outcome: may ? 'done' : 'refused',
            detail: may ? null : whyRefused,
          },
        ]);
      }
    },
  );

  it('is refused for nobody, whatever the command', () => {
    for (const role of ROLES) expect(authorise(null, { role })).toEqual({ allowed: false, why: 'stranger' });
  });
});

describe('the list of operators', () => {
  it('has those of the configuration and those who were paired', () => {
    const { access } = setUp({ people: [person()] });
    expect(access.recognise({ channel: 'qq', sender: 'P' })).toEqual({
      name: 'paula',
      role: 'operator',
      ids: { qq: 'P' },
    });
    expect(access.recognise({ channel: 'qq', sender: 'ME' })?.name).toBe('me');
    for (const [channel, sender] of [
      ['feishu', 'P'],
      ['qq', 'p'],
      ['qq', ''],
      ['__proto__', 'P'],
      ['qq', undefined as unknown as string],
    ] as const)
      expect(access.recognise({ channel, sender })).toBeNull();
  });

  it('believes the configuration, should somebody stand in both', () => {
    const { access } = setUp({ people: [person({ user: 'GUEST', role: 'admin', name: 'boss' })] });
    expect(access.recognise({ channel: 'qq', sender: 'GUEST' })).toMatchObject({ name: 'guest', role: 'viewer' });
  });

  it('has nobody whose stored role nobody knows', () => {
    const { access } = setUp({ people: [person({ role: 'god' })] });
    expect(access.recognise({ channel: 'qq', sender: 'P' })).toBeNull();
    expect(access.everybody()).toEqual(OPERATORS);
  });

  it('forgets who is revoked by another process, from the next message on', async () => {
    const path = join(ownFolder(), 'lifeline.db');
    const [bot, terminal] = [openStore(path), openStore(path)];
    bot.add(person());
    const { bus, titles, audited } = harness([command('status')], { paired: bot });
    const ask = async (): Promise<void> => {
      bus.receive(inbound('/status', { sender: 'P' }));
      await bus.idle();
    };
    await ask();
    terminal.revoke('paula', NOW);
    await ask();
    expect(titles()).toEqual(['did status', "You are not on Lifeline's list of operators"]);
    expect(audited.map(({ operator, outcome }) => [operator, outcome])).toEqual([
      ['paula', 'done'],
      [null, 'refused'],
    ]);
  });

  it('learns of somebody new at once when told, and within a second when not', () => {
    const { access, store, pass } = setUp();
    const paula = { channel: 'qq', sender: 'P' };
    expect(access.recognise(paula)).toBeNull();
    store.add(person());
    expect(access.recognise(paula)).toBeNull();
    pass(1_000);
    expect(access.recognise(paula)?.name).toBe('paula');
    store.add(person({ user: 'Q', name: 'quentin' }));
    expect(access.knows({ channel: 'qq', sender: 'Q' })).toBe(false);
    access.changed();
    expect(access.knows({ channel: 'qq', sender: 'Q' })).toBe(true);
  });

  it('asks the disk once a second for all strangers together, and never for those of the configuration', () => {
    const { access, paired, pass } = setUp({ people: [person()] });
    for (let n = 0; n < 1_000; n += 1)
      expect([
        access.knows({ channel: 'qq', sender: 'ME' }),
        access.recognise({ channel: 'qq', sender: 'ME' })?.name,
      ]).toEqual([true, 'me']);
    expect([paired.list.mock.calls.length, paired.find.mock.calls.length]).toEqual([0, 0]);
    for (let second = 0; second < 3; second += 1) {
      for (let n = 0; n < 1_000; n += 1)
        expect([
          access.knows({ channel: 'qq', sender: `S${n}` }),
          access.recognise({ channel: 'qq', sender: `S${n}` }),
        ]).toEqual([false, null]);
      pass(1_000);
    }
    expect([paired.list.mock.calls.length, paired.find.mock.calls.length]).toEqual([3, 0]);
  });
});

describe('a store that throws', () => {
  it('refuses whoever is only in the store, and lets those of the configuration through', async () => {
    const store = openStore();
    store.add(person());
    let failing = false;
    const run = vi.fn<Command['run']>(() => Promise.resolve({ tone: 'good', title: 'did status' }));
    const { bus, sent } = harness([command('status', { run })], {
      paired: { list: () => store.list(), find: (...args) => (failing ? broken() : store.find(...args)) },
    });
    const ask = async (sender: string): Promise<string | undefined> => {
      bus.receive(inbound('/status', { sender }));
      await bus.idle();
      return sent.at(-1)?.message.title;
    };
    expect(await ask('P')).toBe('did status');
    failing = true;
    expect(await ask('P')).toBe('Something unexpected went wrong; not completed');
    expect(await ask('ME')).toBe('did status');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('from the beginning makes everybody but the configured ones a stranger, and is told once', () => {
    const error = vi.fn();
    let now = NOW;
    const access = createAccess({
      configured: OPERATORS,
      paired: { find: broken, list: broken },
      clock: { now: () => now },
      logger: { ...silentLogger(), error } as never,
    });
    for (let n = 0; n < 5; n += 1) {
      expect(access.recognise({ channel: 'qq', sender: 'P' })).toBeNull();
      expect(access.recognise({ channel: 'qq', sender: 'ME' })?.name).toBe('me');
      now += 1_000;
    }
    expect(error).toHaveBeenCalledOnce();
  });

  it('still lets alerts go to everybody who was known', () => {
    const store = openStore();
    store.add(person());
    let failing = false;
    const access = createAccess({
      configured: OPERATORS,
      paired: { find: () => null, list: () => (failing ? broken() : store.list()) },
      clock: { now: () => NOW },
      logger: silentLogger(),
    });
    const before = access.everybody();
    failing = true;
    expect(access.everybody()).toEqual(before);
    expect(before.map(({ name }) => name)).toEqual(['me', 'guest', 'paula']);
  });
});

it.each<[string, readonly PairedOperator[], readonly Operator[]]>([
  ['nobody was paired', [], OPERATORS],
  [
    'the same name on another channel is the same person',
    [person(), person({ channel: 'feishu', user: 'ou_p' })],
    [...OPERATORS, { name: 'paula', role: 'operator', ids: { qq: 'P', feishu: 'ou_p' } }],
  ],
  [
    'somebody of the configuration may be paired on another channel',
    [person({ channel: 'feishu', user: 'ou_g', name: 'guest' })],
    [
      { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'ME' } },
      { name: 'guest', role: 'viewer', ids: { qq: 'GUEST', feishu: 'ou_g' } },
    ],
  ],
  ['somebody who stands in both is there once', [person({ user: 'ME', name: 'another' })], OPERATORS],
])('alerts reach each person once: %s', (_what, people, expected) =>
  expect(setUp({ people }).access.everybody()).toEqual(expected),
);

it('everybody who is paired may be the only one there is', () => {
  const { access } = setUp({ configured: [], people: [person({ role: 'admin' satisfies Role })] });
  expect(access.everybody()).toEqual([{ name: 'paula', role: 'admin', ids: { qq: 'P' } }]);
});
