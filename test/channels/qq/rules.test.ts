/** The pure decisions, as tables. */
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/base/backoff.ts';
import { reactionToClose } from '../../../src/channels/qq/link/close-codes.ts';
import { reactTo } from '../../../src/channels/qq/link/ending.ts';
import { heartbeatFrame, INTENTS, loginFrame, parseFrame } from '../../../src/channels/qq/link/frames.ts';
import { DEFAULT_TIMINGS } from '../../../src/channels/qq/options.ts';
import { pauseAfter, spacedForIdentify } from '../../../src/channels/qq/link/reconnect-pause.ts';
import { afterEvent, afterEnding, planLogin } from '../../../src/channels/qq/link/session.ts';

const HOUR = 3_600_000;

describe('close codes', () => {
  it.each([
    { code: 1000, session: 'keep', pace: 'backoff' },
    { code: 1001, session: 'keep', pace: 'backoff' },
    { code: 1005, session: 'keep', pace: 'backoff' },
    { code: 1006, session: 'keep', pace: 'backoff' },
    { code: 4001, session: 'drop', pace: 'slow' },
    { code: 4002, session: 'drop', pace: 'slow' },
    { code: 4003, session: 'drop', pace: 'backoff' },
    { code: 4004, session: 'keep', pace: 'backoff', token: 'drop' },
    { code: 4005, session: 'drop', pace: 'backoff' },
    { code: 4006, session: 'drop', pace: 'backoff' },
    { code: 4007, session: 'drop', pace: 'backoff' },
    { code: 4008, session: 'keep', pace: 'rate_limited' },
    { code: 4009, session: 'keep', pace: 'backoff' },
    { code: 4010, session: 'drop', pace: 'slow' },
    { code: 4011, session: 'drop', pace: 'slow' },
    { code: 4012, session: 'drop', pace: 'slow' },
    { code: 4013, session: 'drop', pace: 'slow' },
    { code: 4014, session: 'drop', pace: 'backoff', intents: 'narrow' },
    { code: 4899, session: 'drop', pace: 'backoff' },
    { code: 4900, session: 'drop', pace: 'backoff' },
    { code: 4902, session: 'drop', pace: 'backoff' },
    { code: 4903, session: 'drop', pace: 'backoff' },
    { code: 4913, session: 'drop', pace: 'backoff' },
    { code: 4914, session: 'drop', pace: 'slow' },
    { code: 4915, session: 'drop', pace: 'slow' },
  ] as const)('$code: $session the session, pace $pace', ({ code, ...expected }) => {
    expect(reactionToClose(code)).toMatchObject({ token: 'keep', intents: 'keep', ...expected });
  });
});

describe('endings', () => {
  it.each([
    { ending: { kind: 'reconnect_asked' }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'invalid_session', resumable: true }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'invalid_session', resumable: false }, session: 'drop', pace: 'backoff' },
    { ending: { kind: 'overdue', what: 'hello' }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'overdue', what: 'ack' }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'unreachable', reason: 'x', cure: 'retry' }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'unreachable', reason: 'x', cure: 'human' }, session: 'drop', pace: 'slow' },
    { ending: { kind: 'worn_out' }, session: 'keep', pace: 'backoff' },
    { ending: { kind: 'said_offline' }, session: 'drop', pace: 'backoff' },
  ] as const)(
    '$ending.kind $ending.resumable $ending.what $ending.cure: $session the session, pace $pace',
    ({ ending, ...expected }) => {
      expect(reactTo(ending)).toMatchObject(expected);
    },
  );

  it("name the code and the platform's words for people", () => {
    expect(reactTo({ kind: 'closed', code: 4915, reason: 'banned' }).meaning).toBe(
      'the bot is banned; see the QQ console (code 4915, banned)',
    );
  });
});

describe('Resume or Identify', () => {
  const session = { sessionId: 's', seq: 7, openedAt: 1_000, heardAt: 1_000 };
  const times = { sessionMaxAgeMs: 24 * HOUR, sessionQuietMs: 6 * HOUR };
  const keep = reactionToClose(4009);
  const drop = reactionToClose(4006);

  const resume = { kind: 'resume', sessionId: 's', seq: 7 };
  const identify = { kind: 'identify' };
  it.each([
    { why: 'no session', session: null, now: 0, routine: false, login: identify },
    { why: 'a young session', session, now: 1_000 + 6 * HOUR - 1, routine: true, login: resume },
    {
      why: 'a session that brought nothing for hours, after a routine close',
      session,
      now: 1_000 + 6 * HOUR,
      routine: true,
      login: identify,
    },
    {
      why: 'a session that brought nothing for hours, after an outage in which something may have been said',
      session,
      now: 1_000 + 6 * HOUR,
      routine: false,
      login: resume,
    },
    {
      why: 'a session that brought something lately',
      session: { ...session, heardAt: 20 * HOUR },
      now: 23 * HOUR,
      routine: true,
      login: resume,
    },
    {
      why: 'a session a day old',
      session: { ...session, heardAt: 24 * HOUR },
      now: 1_000 + 24 * HOUR,
      routine: false,
      login: identify,
    },
  ])('$why: $login.kind', ({ session: given, now, routine, login }) => {
    expect(planLogin(given, now, times, routine)).toEqual(login);
  });

  it.each([
    { why: 'kept after a code that allows Resume', reaction: keep, unconfirmed: false, left: session },
    { why: 'dropped after a code that forbids it', reaction: drop, unconfirmed: false, left: null },
    {
      why: 'dropped when a Resume was never confirmed, whatever the code',
      reaction: keep,
      unconfirmed: true,
      left: null,
    },
  ])('$why', ({ reaction, unconfirmed, left }) => {
    expect(afterEnding(session, reaction, unconfirmed)).toEqual(left);
  });

  it('never goes back when numbers come out of order', () => {
    expect([afterEvent(session, 9, 5)?.seq, afterEvent(session, 3, 5)?.seq, afterEvent(null, 3, 5)]).toEqual([
      9,
      7,
      null,
    ]);
  });
});

describe('the pace', () => {
  it.each([
    { failures: 0, least: 750, most: 1_250 },
    { failures: 1, least: 1_500, most: 2_500 },
    { failures: 5, least: 24_000, most: 40_000 },
    { failures: 6, least: 48_000, most: 60_000 },
    { failures: 5_000, least: 60_000, most: 60_000 },
  ])('pauses between $least and $most ms after $failures failures', ({ failures, least, most }) => {
    const { backoffFirstMs: firstMs, backoffMaxMs: maxMs } = DEFAULT_TIMINGS;
    const limits = { firstMs, maxMs, jitter: 'around' } as const;
    expect(backoffMs(failures, limits, 0)).toBe(least);
    expect(backoffMs(failures, limits, 0.999_999_999)).toBeCloseTo(most, 1);
  });

  it.each([
    {
      why: 'grows while logins never come',
      reaction: reactionToClose(1006),
      loggedInMs: null,
      failures: 3,
      pace: { pauseMs: 8_000, failures: 4 },
    },
    {
      why: 'grows while logins do not last',
      reaction: reactionToClose(1006),
      loggedInMs: 59_999,
      failures: 3,
      pace: { pauseMs: 8_000, failures: 4 },
    },
    {
      why: 'begins anew after a login that lasted',
      reaction: reactionToClose(1006),
      loggedInMs: 60_000,
      failures: 3,
      pace: { pauseMs: 1_000, failures: 1 },
    },
    {
      why: 'waits a minute after "too fast"',
      reaction: reactionToClose(4008),
      loggedInMs: null,
      failures: 0,
      pace: { pauseMs: 60_000, failures: 1 },
    },
    {
      why: 'waits a quarter of an hour for a person',
      reaction: reactionToClose(4915),
      loggedInMs: null,
      failures: 0,
      pace: { pauseMs: 900_000, failures: 1 },
    },
  ])('$why', ({ reaction, loggedInMs, failures, pace }) => {
    expect(pauseAfter(reaction, loggedInMs, failures, 0.5, DEFAULT_TIMINGS)).toEqual(pace);
  });

  const resume = { kind: 'resume', sessionId: 's', seq: 1 } as const;
  it.each([
    { why: 'a Resume need not wait', login: resume, since: 0, pause: 1_000 },
    {
      why: 'an Identify waits for the rest of five seconds',
      login: { kind: 'identify' } as const,
      since: 2_000,
      pause: 3_000,
    },
    {
      why: 'an Identify long after the last does not wait',
      login: { kind: 'identify' } as const,
      since: Infinity,
      pause: 1_000,
    },
    {
      why: 'a clock set back does not make it wait longer',
      login: { kind: 'identify' } as const,
      since: -HOUR,
      pause: 5_000,
    },
  ])('$why', ({ login, since, pause }) => {
    expect(spacedForIdentify(1_000, login, since, 5_000)).toBe(pause);
  });
});

describe('frames', () => {
  it.each([
    { text: '{"op":10,"d":{"heartbeat_interval":45000}}', frame: { kind: 'hello', heartbeatMs: 45_000 } },
    { text: '{"op":10,"d":{"heartbeat_interval":0}}', frame: { kind: 'hello', heartbeatMs: 41_250 } },
    { text: '{"op":10,"d":{"heartbeat_interval":1e12}}', frame: { kind: 'hello', heartbeatMs: 41_250 } },
    { text: '{"op":10}', frame: { kind: 'hello', heartbeatMs: 41_250 } },
    {
      text: '{"id":"E1","op":0,"s":3,"t":"RESUMED","d":""}',
      frame: { kind: 'dispatch', id: 'E1', type: 'RESUMED', seq: 3, data: {} },
    },
    { text: '{"op":0,"t":"NEW_EVENT"}', frame: { kind: 'dispatch', id: '', type: 'NEW_EVENT', seq: null, data: {} } },
    { text: '{"op":7}', frame: { kind: 'reconnect' } },
    { text: '{"op":9,"d":true}', frame: { kind: 'invalid_session', resumable: true } },
    { text: '{"op":9}', frame: { kind: 'invalid_session', resumable: false } },
    { text: '{"op":11}', frame: { kind: 'ack' } },
    { text: '{"op":1}', frame: { kind: 'heartbeat_wanted' } },
    { text: '{"op":99}', frame: { kind: 'other' } },
    { text: 'null', frame: { kind: 'other' } },
    { text: '{"op":', frame: { kind: 'other' } },
  ])('$text is $frame.kind', ({ text, frame }) => {
    expect(parseFrame(text)).toEqual(frame);
  });

  it('say who we are in the documented form', () => {
    expect(JSON.parse(loginFrame({ kind: 'identify' }, 'AT', INTENTS.full))).toEqual({
      op: 2,
      d: { token: 'QQBot AT', intents: 100_663_296, shard: [0, 1], properties: {} },
    });
    expect(JSON.parse(loginFrame({ kind: 'resume', sessionId: 's', seq: 1337 }, 'AT', INTENTS.full))).toEqual({
      op: 6,
      d: { token: 'QQBot AT', session_id: 's', seq: 1337 },
    });
    expect([heartbeatFrame(null), heartbeatFrame(5)]).toEqual(['{"op":1,"d":null}', '{"op":1,"d":5}']);
  });
});
