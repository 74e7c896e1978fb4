/** Answers over a real outbox: tried for a minute, then by another way, and never given up without a word. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel, SendResult } from '../../src/channels/channel.ts';
import type { Message } from '../../src/chat/message/message.ts';
import type { ReplyAddress } from '../../src/healing/treatment.ts';
import { ANSWER_PATIENCE_MS, createAnswers } from '../../src/notify/command-answers.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const NOW = Date.parse('2026-11-21T10:31:05+08:00');
const MESSAGE: Message = { tone: 'info', title: 'main is well', lines: ['a line'] };
const PEOPLE = [
  {
    person: 'me',
    ways: [
      { channel: 'feishu', user: 'ou_me' },
      { channel: 'qq', user: 'ME' },
      { channel: 'webhook', user: 'webhook' },
    ],
  },
  { person: 'you', ways: [{ channel: 'qq', user: 'YOU' }] },
];
const BUSY: SendResult = { outcome: 'retry', reason: 'the platform is busy', afterMs: 2_000 };
const REFUSED: SendResult = { outcome: 'refused', reason: 'the bot is not in this group' };
const OK: SendResult = { outcome: 'ok', messageId: 'M1' };

const setUp = (answer: (elapsedMs: number) => SendResult) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  let elapsedMs = 0;
  const keys: string[] = [];
  const notes: (string | undefined)[] = [];
  const fake = (name: string): Channel => ({
    name,
    start: async () => undefined,
    stop: async () => undefined,
    send: async (_to, { note }, { key }) => (keys.push(key), notes.push(note), answer(elapsedMs)),
    status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
  });
  const answers = createAnswers({
    db,
    channels: new Map(['feishu', 'qq'].map((name) => [name, fake(name)])),
    outbox: createOutbox(db),
    addressees: () => PEOPLE,
    attachButtonTokens: (message) => message,
    locale: 'en',
    now: () => NOW,
    clock: { sleep: async (ms, signal) => (signal?.throwIfAborted(), void (elapsedMs += ms)) },
    monotonicMs: () => elapsedMs,
    logger: silentLogger(),
    onQueued: () => undefined,
  });
  let settled = 0;
  const ask = (to: ReplyAddress, id = 'om_1') =>
    answers.answer(to, MESSAGE, {
      key: `${id} answer`,
      text: '/status',
      at: NOW - 65_000,
      settled: () => void (settled += 1),
    });
  const queued = () =>
    db
      .prepare('SELECT id, topic, subject, kind, person, message FROM outbox ORDER BY id')
      .all()
      .map(({ id, topic, subject, kind, person, message }) => ({
        topic,
        subject,
        kind,
        person,
        title: (JSON.parse(String(message)) as Message).title,
        ways: db
          .prepare('SELECT channel, user, place, key FROM deliveries WHERE entry = ? ORDER BY rank')
          .all(id ?? null)
          .map((row) => ({ ...row })),
      }));
  return { db, answers, ask, queued, keys, notes, settled: () => settled, elapsedMs: () => elapsedMs };
};

const ON_FEISHU: ReplyAddress = { channel: 'feishu', id: 'om_1', user: 'ou_me', replyTo: 'om_1' };
const ON_QQ: ReplyAddress = { channel: 'qq', id: 'm1', user: 'ME', replyTo: 'm1' };

describe.each([
  ['feishu', ON_FEISHU, 'qq'],
  ['qq', ON_QQ, 'feishu'],
] as const)('an answer on %s', (_name, to, other) => {
  it('that is taken goes out once and leaves nothing behind', async () => {
    const { ask, queued, keys, settled } = setUp(() => OK);
    await ask(to);
    expect([keys.length, queued().length, settled()]).toEqual([1, 0, 1]);
  });

  it('is tried for a minute, each time under the same key', async () => {
    const { ask, queued, keys, settled } = setUp((elapsed) => (elapsed < 59_000 ? BUSY : OK));
    await ask(to);
    expect([queued().length, settled()]).toEqual([0, 1]);
    expect(keys.length).toBeGreaterThan(20);
    expect(new Set(keys).size).toBe(1);
  });

  it('has a word before it that says when it was written, where it comes late', async () => {
    const { answers, notes } = setUp((elapsed) => (elapsed < 12_000 ? BUSY : OK));
    await answers.send(to, MESSAGE, 'progress 1');
    expect(notes[0]).toBeUndefined();
    expect(notes.at(-1)).toBe('This comes late: it was written at 10:31:05');
  });

  it('that is not taken within a minute goes by the other channel of the same operator first, and says what it answers', async () => {
    const { ask, queued, keys, settled, elapsedMs } = setUp(() => BUSY);
    await ask(to);
    expect(elapsedMs()).toBe(ANSWER_PATIENCE_MS);
    expect(settled()).toBe(1);
    expect(queued()).toMatchObject([
      {
        kind: 'result',
        person: 'me',
        title: 'Answer to "/status" of 10:30:00: main is well',
        ways: [
          { channel: other, place: null },
          { channel: to.channel, user: to.user, place: JSON.stringify({ replyTo: to.replyTo }), key: keys[0] },
        ],
      },
    ]);
  });

  it('that is refused goes the same way at once', async () => {
    const { ask, queued, elapsedMs } = setUp(() => REFUSED);
    await ask(to);
    expect(elapsedMs()).toBe(0);
    expect(queued().map(({ ways }) => ways.map(({ channel }) => channel))).toEqual([[other, to.channel]]);
  });

  it('of somebody without another channel waits for this one', async () => {
    const { ask, queued } = setUp(() => BUSY);
    await ask({ ...to, user: 'SOMEBODY' });
    expect(queued()).toMatchObject([{ person: `${to.channel}:SOMEBODY`, ways: [{ channel: to.channel }] }]);
  });
});

it('when Lifeline ends, an answer that waits for its next try is in the outbox at once', async () => {
  const { answers, ask, queued, settled } = setUp(() => BUSY);
  answers.end();
  await ask(ON_QQ);
  expect([queued().length, settled()]).toEqual([1, 1]);
});

it('an answer that cannot be kept either is not settled, and its throw is heard', async () => {
  const { db, ask, settled } = setUp(() => REFUSED);
  db.exec('DROP TABLE outbox');
  await expect(ask(ON_QQ)).rejects.toThrow('outbox');
  expect(settled()).toBe(0);
});

it('two answers to the same person at the same moment are two, and neither stands for the other', async () => {
  const { ask, queued } = setUp(() => REFUSED);
  await ask(ON_QQ, 'm1');
  await ask(ON_QQ, 'm2');
  expect(new Set(queued().map(({ topic, subject }) => `${String(topic)} ${String(subject)}`)).size).toBe(2);
});

it('an answer of before Lifeline ended goes where it was asked first, under the key of the first try', async () => {
  const { answers, ask, queued, keys } = setUp(() => OK);
  await ask(ON_FEISHU);
  answers.post(ON_FEISHU, MESSAGE, 'om_1 answer');
  expect(queued()).toMatchObject([
    { kind: 'result', title: 'main is well', ways: [{ channel: 'feishu', key: keys[0] }, { channel: 'qq' }] },
  ]);
});
