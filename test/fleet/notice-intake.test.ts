/** What a hub makes of the hosts' notices: each once, in its thread, settled only when a phone has it. */
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { createNoticeIntake } from '../../src/fleet/hub/notice-intake.ts';
import type { Notice } from '../../src/fleet/messages.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const PEOPLE = [{ person: 'feishu:me', ways: [{ channel: 'feishu', user: 'me' }] }];

const intake = (people: typeof PEOPLE = PEOPLE) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  let now = 1_000_000;
  const taken = createNoticeIntake(
    {
      db,
      outbox: createOutbox(db),
      people: () => people,
      now: () => now,
      locale: 'en',
      logger: silentLogger(),
      onQueued: () => undefined,
      monotonicMs: () => 0,
    },
    { isOperator: ({ user }) => user === 'me', gatewaysOf: () => ['main'], onResult: () => undefined },
  );
  return {
    ...taken,
    db,
    later: (ms: number) => (now += ms),
    rows: () => db.prepare('SELECT subject, kind, not_before, message FROM outbox ORDER BY id').all(),
    deliver: () => db.exec(`UPDATE deliveries SET state = 'delivered'; UPDATE outbox SET state = 'done'`),
  };
};

const notice = (id: string, kind: 'opened' | 'recovered' | 'reminder' = 'opened', subject = 7): Notice => ({
  v: 1,
  id,
  at: 1,
  message: { tone: kind === 'recovered' ? 'good' : 'critical', title: `main ${kind}` },
  about: { topic: 'incident', subject, kind, gateway: 'main' },
  answerTo: null,
  command: null,
});

test('a repeat is told once, and a receipt of delivery comes only when a phone has it', () => {
  const hub = intake();
  expect(hub.take('web-1', notice('a'))).toBe('accepted');
  expect(hub.take('web-1', notice('a'))).toBe('accepted');
  expect(hub.rows()).toHaveLength(1);
  expect(hub.settle()).toEqual([]);
  hub.deliver();
  expect(hub.settle()).toEqual([{ host: 'web-1', id: 'a' }]);
  expect(hub.settle()).toEqual([]);
  expect(hub.take('web-1', notice('a'))).toBe('delivered');
});

test('the same number of two hosts are two matters, and an end is in the thread of its beginning', () => {
  const hub = intake();
  hub.take('web-1', notice('a'));
  hub.take('web-2', notice('a'));
  hub.deliver();
  hub.take('web-1', notice('b', 'recovered'));
  const [first, second, end] = hub.rows();
  expect(first?.['subject']).not.toBe(second?.['subject']);
  expect(end).toMatchObject({ subject: first?.['subject'], kind: 'recovered' });
});

test('the end of what this hub has not told goes where alerts go', () => {
  const hub = intake();
  expect(hub.take('web-1', notice('b', 'recovered'))).toBe('accepted');
  expect(hub.rows()).toMatchObject([{ kind: 'opened' }]);
});

test('in a storm notices wait for each other', () => {
  const hub = intake();
  const waits = Array.from({ length: 14 }, (_, n) => {
    hub.take(`web-${n}`, notice('a'));
    return hub.rows().at(-1)?.['not_before'];
  });
  expect(waits.slice(0, 2)).toEqual([null, 1_003_000]);
  hub.later(4_000);
  hub.take('late', notice('a'));
  expect(Number(hub.rows().at(-1)?.['not_before']) - 1_004_000).toBe(20_000);
});

test("a host's answer reaches operators only, whatever address the host names", () => {
  const hub = intake();
  const answer = (id: string, user: string) => ({ ...notice(id), about: null, answerTo: { channel: 'feishu', user } });
  hub.take('web-1', answer('a', 'somebody else'));
  expect(hub.rows()).toHaveLength(0);
  hub.take('web-1', answer('b', 'me'));
  expect(hub.rows()).toMatchObject([{ kind: 'result' }]);
});

test('answers and recoveries are no storm: an alert between them comes as on any day', () => {
  const hub = intake();
  for (let n = 0; n < 15; n += 1) {
    hub.take(`web-${n}`, notice('a'));
    // Long ago by the time of the recoveries.
    if (n === 14) hub.later(120_000);
  }
  for (let n = 0; n < 15; n += 1) hub.take(`web-${n}`, notice('b', 'recovered'));
  hub.later(5_000);
  for (let n = 0; n < 30; n += 1)
    hub.take('web-1', { ...notice(`answer-${n}`), about: null, answerTo: { channel: 'feishu', user: 'me' } });
  hub.take('web-99', notice('a'));
  expect(hub.rows().at(-1)).toMatchObject({ kind: 'opened', not_before: null });
});

test('a hub that was killed before it said that a phone has it leaves that to the next', () => {
  const hub = intake();
  hub.take('web-1', notice('a'));
  hub.take('web-1', notice('b', 'opened', 8));
  expect(hub.settledLast()).toEqual([]);
  hub.deliver();
  hub.settle();
  expect(hub.settledLast()).toEqual(
    expect.arrayContaining([
      { host: 'web-1', id: 'a' },
      { host: 'web-1', id: 'b' },
    ]),
  );
});

test('with nobody to tell the host keeps its alert', () => {
  const hub = intake([]);
  expect(hub.take('web-1', notice('a'))).toBe('nobody');
  expect(hub.rows()).toEqual([]);
});

test('a host cannot write to whom it likes', () => {
  const hub = intake();
  const to = (user: string): Notice => ({ ...notice(user), answerTo: { channel: 'feishu', user } });
  hub.take('web-1', to('stranger'));
  expect(hub.rows()).toEqual([]);
  hub.take('web-1', to('me'));
  expect(hub.rows()).toMatchObject([{ kind: 'result' }]);
});
