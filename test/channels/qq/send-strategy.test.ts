/** By which way a message goes, and what is remembered for it. */
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { createTolerantDatabase, type TolerantDatabase } from '../../../src/channels/qq/tolerant-database.ts';
import { createMissingCapabilities } from '../../../src/channels/qq/send/capabilities.ts';
import { sendStrategy, wayName, type Situation } from '../../../src/channels/qq/send/send-strategy.ts';
import { createPeople, wakeupPeriod } from '../../../src/channels/qq/send/people.ts';
import { createPushes } from '../../../src/channels/qq/send/push-state.ts';
import { createQuota } from '../../../src/channels/qq/send/quota.ts';
import { createReplyWindows, type ReplyWindow } from '../../../src/channels/qq/send/reply-window.ts';
import { openDatabase } from '../../../src/store/database.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 1_790_000_000_000;
const U = 'U1';

describe('the send strategy', () => {
  const replyWindow = (id: string, minutes: number, change: Partial<ReplyWindow> = {}): ReplyWindow => ({
    id,
    kind: 'message',
    innerId: null,
    at: NOW - minutes * MINUTE,
    used: 0,
    closed: false,
    ...change,
  });
  const base: Situation = {
    now: NOW,
    unasked: true,
    own: null,
    replyWindows: [],
    group: false,
    push: { kind: 'open' },
    wakeup: null,
  };
  const closed = { kind: 'closed', fix: 'allow_push' } as const;
  const event = (id: string, minutes: number) => replyWindow(id, minutes, { kind: 'event' });

  it.each<{ why: string; given: Partial<Situation>; ways: string[] }>([
    { why: 'an alert with nothing to answer is pushed', given: {}, ways: ['push'] },
    {
      why: 'a fresh message is answered first, which costs no quota',
      given: { replyWindows: [replyWindow('A', 5)] },
      ways: ['answer A', 'push'],
    },
    {
      why: 'an older one only after the push',
      given: { replyWindows: [replyWindow('A', 6)] },
      ways: ['push', 'answer A'],
    },
    {
      why: 'then what events allow',
      given: { replyWindows: [event('E', 1), replyWindow('A', 30)] },
      ways: ['push', 'answer A', 'answer E'],
    },
    {
      why: 'and the recall message at the very end',
      given: { push: closed, replyWindows: [event('E', 1), replyWindow('A', 30)], wakeup: 0 },
      ways: ['answer A', 'answer E', 'wakeup'],
    },
    {
      why: 'one answer is left for commands',
      given: { replyWindows: [replyWindow('A', 1, { used: 3 })] },
      ways: ['push'],
    },
    {
      why: 'a command may take that one',
      given: { unasked: false, replyWindows: [replyWindow('A', 1, { used: 3 })] },
      ways: ['answer A', 'push'],
    },
    {
      why: 'but not a fifth',
      given: { unasked: false, replyWindows: [replyWindow('A', 1, { used: 4 })] },
      ways: ['push'],
    },
    { why: 'a closed one never', given: { replyWindows: [replyWindow('A', 1, { closed: true })] }, ways: ['push'] },
    {
      why: 'an answer answers what was asked',
      given: { unasked: false, own: replyWindow('B', 50), replyWindows: [replyWindow('A', 1), replyWindow('B', 50)] },
      ways: ['answer B', 'answer A', 'push'],
    },
    { why: 'pushes that are closed are not tried', given: { push: closed }, ways: [] },
    {
      why: 'closed for long, once after all answers',
      given: { push: { kind: 'closed_try', fix: 'grant_permission' }, replyWindows: [replyWindow('A', 30)], wakeup: 1 },
      ways: ['answer A', 'push', 'wakeup'],
    },
    {
      why: 'no push while the quota says wait, but answers',
      given: { push: { kind: 'wait', ms: 1 }, replyWindows: [replyWindow('A', 30)] },
      ways: ['answer A'],
    },
    {
      why: 'a group takes only the answer',
      given: { unasked: false, group: true, own: replyWindow('B', 1), replyWindows: [replyWindow('A', 1)] },
      ways: ['answer B'],
    },
    {
      why: 'not every old reply window costs a call',
      given: { replyWindows: [1, 2, 3, 4, 5].map((n) => replyWindow(`A${n}`, n)) },
      ways: ['answer A1', 'answer A2', 'answer A3', 'push'],
    },
  ])('$why', ({ given, ways }) => {
    expect(sendStrategy({ ...base, ...given }).map(wayName)).toEqual(ways);
  });
});

describe('what is remembered', () => {
  let db: DatabaseSync;
  let memory: TolerantDatabase;
  beforeEach(() => {
    db = openDatabase(':memory:');
    memory = createTolerantDatabase(db, createLogger('silent'));
  });
  afterEach(() => db.close());

  const alternating = () => {
    const people = createPeople(memory, 'app');
    return { people, fix: () => people.get(U).fix };
  };

  it('of the push switch follows the person, and what comes late does not undo what is newer', () => {
    const { people, fix } = alternating();
    expect(fix()).toBeNull();
    expect(people.switched(U, 'allow_push', 1_000, NOW)).toBe(false);
    expect(fix()).toBe('allow_push');
    expect(people.switched(U, null, 2_000, NOW)).toBe(true);
    expect(fix()).toBeNull();
    expect(people.switched(U, 'allow_push', 1_000, NOW)).toBe(false);
    expect(fix()).toBeNull();
    people.refused(U, 'grant_permission', NOW);
    expect(fix()).toBe('grant_permission');
    expect(people.wrote(U, NOW, NOW)).toBe(true);
    expect(fix()).toBeNull();
    people.refused(U, 'add_friend', NOW);
    expect(people.wrote(U, NOW, NOW + 1)).toBe(false);
    expect(fix()).toBe('add_friend');
    people.took(U);
    expect(fix()).toBeNull();
  });

  it('of one bot or person says nothing of another', () => {
    const { people } = alternating();
    people.refused(U, 'allow_push', NOW);
    expect(people.get('U2').fix).toBeNull();
    expect(createPeople(memory, 'other').get(U).fix).toBeNull();
  });

  it.each([
    { after: 0, spent: -1, period: 0 },
    { after: DAY - 1, spent: 0, period: null },
    { after: DAY, spent: 0, period: 1 },
    { after: 3 * DAY, spent: 1, period: 2 },
    { after: 7 * DAY, spent: 1, period: 3 },
    { after: 30 * DAY, spent: -1, period: null },
  ])(
    'of recall messages: $after ms after the last message, $spent spent, leaves $period',
    ({ after, spent, period }) => {
      const { people } = alternating();
      people.wrote(U, NOW, NOW);
      people.spendWakeup(U, spent);
      expect(wakeupPeriod(people.get(U), NOW + after)).toBe(period);
      people.wrote(U, NOW + after + 1, NOW + after + 1);
      expect(wakeupPeriod(people.get(U), NOW + after + 1)).toBe(0);
    },
  );

  it('of recall messages to somebody who never wrote: one', () => {
    const { people } = alternating();
    const period = wakeupPeriod(people.get(U), NOW);
    expect(period).not.toBeNull();
    people.spendWakeup(U, period ?? 0);
    expect(wakeupPeriod(people.get(U), NOW)).toBeNull();
  });

  it('of reply windows: which are new, how often they were used, for an hour', () => {
    const replyWindows = createReplyWindows(memory, 'app');
    const seen = { id: 'M1', kind: 'message', chat: 'user:U1', at: NOW } as const;
    expect(replyWindows.add(seen, NOW)).toBe(true);
    expect(replyWindows.add(seen, NOW + 1)).toBe(false);
    expect(replyWindows.add({ ...seen, id: 'E1', kind: 'event', innerId: 'I1', at: NOW + 5 * MINUTE }, NOW)).toBe(true);
    replyWindows.use('M1');
    replyWindows.use('M1');
    expect(replyWindows.of('user:U1', NOW + 1)).toEqual([
      // From the future by our clock: it ages from now on.
      { id: 'M1', kind: 'message', innerId: null, at: NOW, used: 2, closed: false },
      { id: 'E1', kind: 'event', innerId: 'I1', at: NOW, used: 0, closed: false },
    ]);
    expect(replyWindows.find('user:U1', 'I1')?.id).toBe('E1');
    expect(replyWindows.find('user:U2', 'I1')).toBeNull();
    replyWindows.close('M1');
    expect(replyWindows.of('user:U1', NOW + 1).map(({ id }) => id)).toEqual(['E1']);
    expect(replyWindows.of('user:U1', NOW + HOUR)).toEqual([]);
    expect(replyWindows.of('user:U2', NOW)).toEqual([]);
  });

  it.each([
    {
      what: '20 a minute to one person',
      verified: true,
      pushes: Array.from({ length: 20 }, (_, n) => NOW + n * 2_000),
      at: NOW + 40_000,
      wait: 20_000,
    },
    {
      what: '5 a second of the whole bot',
      verified: false,
      pushes: Array.from({ length: 5 }, () => NOW),
      at: NOW + 1,
      wait: 999,
    },
    {
      what: '10 a second when it is verified',
      verified: true,
      pushes: Array.from({ length: 9 }, () => NOW),
      at: NOW + 1,
      wait: 0,
    },
    {
      what: '1000 a day to one person',
      verified: true,
      pushes: Array.from({ length: 1_000 }, (_, n) => NOW + n * 10_000),
      at: NOW + 10_000_000,
      wait: DAY - 10_000_000,
    },
  ])('of quotas: $what', ({ verified, pushes, at, wait }) => {
    const quota = createQuota(memory, 'app', verified);
    for (const each of pushes) quota.take(U, each);
    expect(quota.waitMs(U, at)).toBe(wait);
    expect(quota.waitMs(U, at + wait)).toBe(0);
  });

  it('of quotas: 30 a minute to all together, unless verified', () => {
    for (const verified of [false, true]) {
      const quota = createQuota(memory, `app ${verified}`, verified);
      for (let n = 0; n < 30; n++) quota.take(`U${n % 2}`, NOW + n * 1_000);
      expect(quota.waitMs('U9', NOW + 30_000)).toBe(verified ? 0 : 30_000);
    }
  });

  it('of quotas: what was refused is given back, and a clock set back does not hold pushes for ever', () => {
    const quota = createQuota(memory, 'app', false);
    const back = Array.from({ length: 5 }, () => quota.take(U, NOW));
    expect(quota.waitMs(U, NOW)).toBe(1_000);
    back[0]?.giveBack();
    expect(quota.waitMs(U, NOW)).toBe(0);
    quota.take(U, NOW);
    expect(quota.waitMs(U, NOW - DAY)).toBe(0);
  });

  it('of quotas: counted from the answer, because QQ counts from when it arrived', () => {
    const quota = createQuota(memory, 'app', false);
    for (let n = 0; n < 5; n++) quota.take(U, NOW).answered(NOW + 400);
    expect(quota.waitMs(U, NOW + 1_000)).toBe(400);
  });

  it('of "too many": a minute, then longer, until one arrives', () => {
    const people = createPeople(memory, 'app');
    const pushes = createPushes(people, createQuota(memory, 'app', false));
    const waits = [];
    let now = NOW;
    for (let n = 0; n < 6; n++) {
      pushes.limited(U, now);
      const state = pushes.state(U, now);
      waits.push(state.kind === 'wait' ? state.ms / MINUTE : state.kind);
      now += 10 * MINUTE;
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
    expect(pushes.state('U2', now)).toEqual({ kind: 'open' });
    pushes.took(U);
    expect(pushes.state(U, now - 10 * MINUTE)).toEqual({ kind: 'open' });
  });

  it('of a refusal: no push for an hour, then one try an hour, because nobody tells of the console', () => {
    const people = createPeople(memory, 'app');
    const pushes = createPushes(people, createQuota(memory, 'app', false));
    pushes.refused(U, 'grant_permission', NOW);
    expect(pushes.state(U, NOW + HOUR - 1)).toEqual({ kind: 'closed', fix: 'grant_permission' });
    expect(pushes.state(U, NOW + HOUR)).toEqual({ kind: 'closed_try', fix: 'grant_permission' });
    pushes.refused(U, 'grant_permission', NOW + HOUR);
    expect(pushes.state(U, NOW + HOUR + 1)).toEqual({ kind: 'closed', fix: 'grant_permission' });
  });

  it('of what QQ does not take: for a day', () => {
    const missing = createMissingCapabilities(memory, 'app');
    expect(missing.has('markdown', NOW)).toBe(false);
    missing.note('markdown', NOW);
    expect([
      missing.has('markdown', NOW + DAY - 1),
      missing.has('markdown', NOW + DAY),
      missing.has('keyboard', NOW),
    ]).toEqual([true, false, false]);
  });

  it('holds nothing back when the disk is full', () => {
    db.exec('PRAGMA query_only = ON');
    const replyWindows = createReplyWindows(memory, 'app');
    expect(replyWindows.add({ id: 'M1', kind: 'message', chat: 'user:U1', at: NOW }, NOW)).toBe(true);
    const pushes = createPushes(createPeople(memory, 'app'), createQuota(memory, 'app', false));
    expect(pushes.state(U, NOW)).toEqual({ kind: 'open' });
    pushes.take(U, NOW).giveBack();
  });
});
