/** Pairing through the bus, with a real database: from the message to the first command. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BusOptions } from '../../../src/chat/bus/bus.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import { CODE_LIFE_MS, createPairing } from '../../../src/chat/pairing/pairing.ts';
import type { Role } from '../../../src/config/config.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { ownFolder } from '../../store/helpers.ts';
import { command, harness, inbound, NOW, OPERATORS } from '../helpers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WRONG = '/pair 2222-2222';
const GROUP = { kind: 'group', id: 'G' } as const;

const setUp = (options: Partial<BusOptions> = {}) => {
  const db = openDatabase(join(ownFolder(), 'lifeline.db'));
  onTestFinished(() => db.close());
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured: OPERATORS, paired });
  const audit = createAudit(db);
  let now = NOW;
  const { bus, sent } = harness([command('status'), command('restart', { role: 'operator' })], {
    paired,
    pairing,
    audit,
    seen: createProcessedMessages(db),
    clock: { now: () => now },
    ...options,
  });
  const say = async (text: string, more: Partial<Inbound> = {}): Promise<string | undefined> => {
    const before = sent.length;
    bus.receive(inbound(text, { sender: 'YOU', sentAt: now, ...more }));
    await bus.idle();
    return (
      sent
        .slice(before)
        .map(({ message }) => message.title)
        .join(' | ') || undefined
    );
  };
  const entries = () =>
    audit
      .recent({ count: 100 })
      .toReversed()
      .map(({ operator, command: asked, outcome, detail }) => [operator, asked, outcome, detail]);
  const dump = (): string =>
    JSON.stringify(
      db
        .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
        .all()
        .flatMap(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all()),
    );
  return {
    db,
    bus,
    sent,
    paired,
    pairing,
    say,
    entries,
    dump,
    pass: (ms: number) => (now += ms),
    begin: (role: Role = 'admin') => pairing.begin({ role, name: 'you', madeBy: 'pair' }, now).code,
  };
};

describe('a stranger who sends the code', () => {
  it('is an operator with the role of the code from the next message on', async () => {
    const { say, begin, entries } = setUp();
    const code = begin('viewer');
    expect(await say(`/pair ${code}`)).toBe('Paired: you, viewer');
    expect(await say('/status')).toBe('did status');
    expect(await say('/restart')).toBe('Not allowed: /restart needs the role operator');
    expect(entries()).toEqual([
      ['you', '/pair', 'done', 'viewer'],
      ['you', '/status', 'done', null],
      ['you', '/restart', 'refused', 'role'],
    ]);
  });

  it.each(['pair', 'PAIR', 'ｐａｉｒ'])('may type it as /%s, in small letters and without the dash', async (word) => {
    const { say, begin } = setUp();
    expect(await say(`/${word} ${begin().toLowerCase().replace('-', '')}`)).toBe('Paired: you, admin');
  });

  it('may have been refused before', async () => {
    const { say, begin } = setUp();
    expect(await say('hello')).toBe("You are not on Lifeline's list of operators");
    expect(await say('hello')).toBeUndefined();
    expect(await say(`/pair ${begin()}`)).toBe('Paired: you, admin');
  });

  it('in a group gets nothing, and the code stays as good as it was', async () => {
    const { say, begin, paired, entries } = setUp();
    const code = begin();
    expect(await say(`/pair ${code}`, { chat: GROUP })).toBeUndefined();
    expect(paired.list()).toEqual([]);
    expect(entries()).toEqual([[null, '/pair', 'refused', 'stranger']]);
    for (let n = 0; n < 20; n += 1) await say(WRONG, { chat: GROUP });
    expect(await say(`/pair ${code}`)).toBe('Paired: you, admin');
  });

  it('as a tap gets nothing', async () => {
    const { say, begin, paired } = setUp();
    await say(`/pair ${begin()}`, { pressed: 'token' });
    expect(paired.list()).toEqual([]);
  });

  it('whose message is delivered several times is paired once and answered once', async () => {
    const { bus, sent, begin, paired, entries } = setUp();
    const message = inbound(`/pair ${begin()}`, { sender: 'YOU' });
    for (let n = 0; n < 3; n += 1) bus.receive(message);
    await bus.idle();
    bus.receive(message);
    await bus.idle();
    expect(sent).toHaveLength(1);
    expect(paired.list()).toHaveLength(1);
    expect(entries()).toHaveLength(1);
  });

  it('with a message from long ago is not paired', async () => {
    const { say, begin, paired, pass } = setUp();
    const code = begin();
    pass(6 * MINUTE);
    expect(await say(`/pair ${code}`, { sentAt: NOW })).toBe(
      'This message was sent 6 min ago; too old, nothing was done',
    );
    expect(paired.list()).toEqual([]);
  });

  it('after its time is told to get another, once an hour', async () => {
    const { say, begin, paired, pass } = setUp();
    const code = begin();
    pass(CODE_LIFE_MS);
    expect(await say(`/pair ${code}`)).toBe('There is no pairing code to try now');
    expect(await say(`/pair ${code}`)).toBeUndefined();
    expect(paired.list()).toEqual([]);
  });

  it('when it was used is a stranger like any other', async () => {
    const { say, begin, paired } = setUp();
    const code = begin();
    await say(`/pair ${code}`);
    expect(await say(`/pair ${code}`, { sender: 'SECOND' })).toBe('There is no pairing code to try now');
    expect(paired.list()).toHaveLength(1);
  });
});

describe('a wrong code', () => {
  it('is told how many tries are left; after five there is silence, for the right one too', async () => {
    const { say, begin, paired, entries } = setUp();
    const code = begin();
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 7; n += 1) answers.push(await say(WRONG));
    expect(answers).toEqual([
      'Wrong code; 4 tries left',
      'Wrong code; 3 tries left',
      'Wrong code; 2 tries left',
      'Wrong code; 1 try left',
      'Wrong code; no tries left, so this code is void',
      undefined,
      undefined,
    ]);
    expect(await say(`/pair ${code}`)).toBeUndefined();
    expect(paired.list()).toEqual([]);
    expect(entries().slice(0, 5)).toEqual(Array(5).fill([null, '/pair', 'refused', 'wrong_code']));
    expect(entries()).toHaveLength(6);
  });

  it('by the same message again costs one try', async () => {
    const { say, begin } = setUp();
    const code = begin();
    for (let n = 0; n < 10; n += 1) await say(WRONG, { id: 'same' });
    expect(await say(`/pair ${code}`)).toBe('Paired: you, admin');
  });

  it('that cannot be one costs no try, and is told so once a minute', async () => {
    const { say, begin, pass, entries } = setUp();
    const code = begin();
    for (const bad of ['/pair', '/pair 0000-0000', '/pair ABCD', `/pair ${'A'.repeat(80)}`]) {
      expect(await say(bad)).toBe('A code has 8 letters and digits, such as /pair ABCD-EFGH');
      expect(await say(bad)).toBeUndefined();
      pass(MINUTE);
    }
    expect(entries()).toEqual([]);
    expect(await say(`/pair ${code}`)).toBe('Paired: you, admin');
  });

  it('by a thousand strangers writes five rows and gives five answers; the next code counts', async () => {
    const { say, bus, sent, begin, entries, pass } = setUp();
    begin();
    for (let n = 0; n < 1_000; n += 1) {
      bus.receive(inbound(WRONG, { sender: `S${n}` }));
      if (n % 50 === 0) await bus.idle();
    }
    await bus.idle();
    expect(sent.filter(({ message }) => message.title.startsWith('Wrong code'))).toHaveLength(5);
    expect(entries().filter(([, , , detail]) => detail === 'wrong_code')).toHaveLength(5);
    // Beside them the handful of strangers that an hour has at most.
    expect(sent.length).toBeLessThanOrEqual(5 + 20);
    expect(entries().length).toBeLessThanOrEqual(5 + 20);
    pass(HOUR);
    expect(await say(`/pair ${begin()}`)).toBe('Paired: you, admin');
  });
});

describe('an operator who sends a code', () => {
  it.each([
    ['of the configuration', 'GUEST', 'You are on the list already: guest, viewer'],
    ['who was paired', 'YOU', 'You are on the list already: you, viewer'],
  ])('%s is told that there is no need, and the code stays good', async (_who, sender, answer) => {
    const { say, begin, entries } = setUp();
    await say(`/pair ${begin('viewer')}`);
    const code = begin('admin');
    expect(await say(`/pair ${code}`, { sender })).toBe(answer);
    expect(await say(WRONG, { sender })).toBe(answer);
    expect(entries().at(-1)?.slice(1)).toEqual(['/pair', 'refused', 'already_paired']);
    expect(await say(`/pair ${code}`, { sender: 'THIRD' })).toBe('Paired: you-2, admin');
  });
});

it('a code that was typed stands nowhere in the database, whoever typed it and wherever', async () => {
  const { say, begin, dump, entries } = setUp();
  const code = begin();
  for (const more of [{ sender: 'ME' }, { chat: GROUP }, { sender: 'YOU' }]) await say(`/pair ${code}`, more);
  await say(`/配对 ${code}`, { sender: 'LATE' });
  expect(entries()).toHaveLength(4);
  expect(dump()).not.toContain(code);
  expect(dump()).not.toContain(code.replace('-', ''));
});

it('a code is not left beside a message that is being worked on', async () => {
  const first = vi.fn<BusOptions['seen']['first']>(() => true);
  const { say, begin } = setUp({
    seen: { has: () => false, first, note: () => undefined, done: () => undefined, forget: () => undefined },
  });
  const code = begin();
  await say(`/pair ${code}`, { sender: 'ME' });
  await say('/status', { sender: 'ME' });
  expect(first.mock.calls.map(([, , , unfinished]) => (JSON.parse(unfinished ?? '') as { text: string }).text)).toEqual(
    ['/pair', '/status'],
  );
});

it('without pairing /pair is a message like any other', async () => {
  const { bus, titles } = harness([command('status')]);
  bus.receive(inbound('/pair ABCD-EFGH', { sender: 'YOU' }));
  await bus.idle();
  expect(titles()).toEqual(["You are not on Lifeline's list of operators"]);
});

describe('whatever throws while a code is tried', () => {
  const broken = (): never => {
    throw new Error('disk is full');
  };
  it.each<[string, (scene: ReturnType<typeof setUp>) => Parameters<typeof harness>[1]]>([
    [
      'the memory of messages',
      () => ({
        seen: {
          has: () => false,
          first: broken,
          note: () => undefined,
          done: () => undefined,
          forget: () => undefined,
        },
      }),
    ],
    ['the audit', () => ({ audit: { record: broken, finish: () => undefined } })],
    ['the look at the code', ({ pairing }) => ({ pairing: { ...pairing, state: broken } })],
    ['the try', ({ pairing }) => ({ pairing: { ...pairing, attempt: broken } })],
    ['the list of operators', () => ({ paired: { find: broken, list: broken } })],
  ])('pairs nobody, or does so only on the disk: %s', async (stage, breakIt) => {
    const whole = setUp();
    const { bus, sent } = harness([command('status')], {
      paired: whole.paired,
      pairing: whole.pairing,
      audit: createAudit(whole.db),
      seen: createProcessedMessages(whole.db),
      ...breakIt(whole),
    });
    const code = whole.begin();
    for (const text of [`/pair ${code}`, '/status']) {
      bus.receive(inbound(text, { sender: 'YOU' }));
      await bus.idle();
    }
    expect(sent.filter(({ message }) => message.title === 'did status')).toEqual([]);
    if (stage !== 'the list of operators') expect(whole.paired.list()).toEqual([]);
    bus.receive(inbound('/status', { sender: 'YOU' }));
    expect(() => bus.receive(inbound('/status'))).not.toThrow();
    await bus.idle();
  });
});
