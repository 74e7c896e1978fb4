import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { factsOf } from '../../../src/channels/qq/event-facts.ts';
import { createTolerantDatabase } from '../../../src/channels/qq/tolerant-database.ts';
import { createEventRecorder } from '../../../src/channels/qq/event-recorder.ts';
import { bothReplyWindows, createStrangerReplyWindows } from '../../../src/channels/qq/send/stranger-reply-window.ts';
import { createPeople } from '../../../src/channels/qq/send/people.ts';
import { createReplyWindows } from '../../../src/channels/qq/send/reply-window.ts';
import { openDatabase } from '../../../src/store/database.ts';

const NOW = Date.parse('2026-11-21T10:00:00+08:00');

const setUp = () => {
  const db = openDatabase(':memory:');
  const memory = createTolerantDatabase(db, silentLogger());
  const kept = createReplyWindows(memory, 'app');
  const passing = createStrangerReplyWindows();
  const eventRecorder = createEventRecorder({
    db,
    replyWindows: kept,
    passing,
    people: createPeople(memory, 'app'),
    logger: silentLogger(),
  });
  const writes = (user: string, id: string) => {
    const lesson = factsOf(
      {
        kind: 'dispatch',
        seq: null,
        type: 'C2C_MESSAGE_CREATE',
        id: `C2C_MESSAGE_CREATE:${id}`,
        data: { id, content: 'hi', timestamp: new Date(NOW).toISOString(), author: { user_openid: user } },
      },
      NOW,
    );
    if (!lesson) throw new Error('a message teaches something');
    return eventRecorder.record(lesson, user === 'ME' ? 'operator' : 'stranger', NOW, () => false);
  };
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  return { writes, count, replyWindows: bothReplyWindows(kept, passing) };
};

it('writes nothing down of a stranger, who can be answered all the same', () => {
  const { writes, count, replyWindows } = setUp();
  expect(writes('YOU', 'm1').isNew).toBe(true);
  expect(writes('YOU', 'm1').isNew).toBe(false);
  expect([count('qq_tickets'), count('qq_people')]).toEqual([0, 0]);
  expect(replyWindows.find('user:YOU', 'm1')).toMatchObject({ id: 'm1', used: 0 });
  replyWindows.use('m1');
  expect(replyWindows.of('user:YOU', NOW)).toMatchObject([{ id: 'm1', used: 1 }]);
  replyWindows.close('m1');
  expect(replyWindows.of('user:YOU', NOW)).toEqual([]);
});

it('keeps what somebody writes who may be an operator', () => {
  const { writes, count, replyWindows } = setUp();
  expect(writes('ME', 'm1').isNew).toBe(true);
  expect([count('qq_tickets'), count('qq_people')]).toEqual([1, 1]);
  expect(replyWindows.of('user:ME', NOW)).toMatchObject([{ id: 'm1' }]);
});

it('holds the latest of a flood and no more', () => {
  const { writes, count, replyWindows } = setUp();
  for (let n = 0; n < 5_000; n += 1) writes(`S${n}`, `m${n}`);
  expect(replyWindows.of('user:S0', NOW)).toEqual([]);
  expect(replyWindows.of('user:S4999', NOW)).toHaveLength(1);
  expect(count('qq_tickets')).toBe(0);
});
