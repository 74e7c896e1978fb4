import { describe, expect, it } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import type { QqReply } from '../../../src/channels/qq/http.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { createTokenSource } from '../../../src/channels/qq/token.ts';

const answer = (body: Record<string, unknown> | null, status = 200): QqReply => {
  const code = Number(body?.['code'] ?? 0) || null;
  return { kind: 'answered', status, body, code, text: `HTTP ${status}, code ${code}` };
};

/** A source whose endpoint answers in turn; the last answer again and again. */
const sourceWith = (...answers: readonly QqReply[]) => {
  let now = 1_000_000;
  let calls = 0;
  const http = async (): Promise<QqReply> => {
    await Promise.resolve();
    return answers[Math.min(calls++, answers.length - 1)] ?? answer(null);
  };
  const tokens = createTokenSource({
    appId: '1',
    clientSecret: 's',
    tokenUrl: 'http://127.0.0.1/',
    http,
    clock: { ...scaledClock(0, 1), now: () => now },
    pauseMs: 10_000,
  });
  return { tokens, calls: () => calls, ahead: (ms: number) => (now += ms) };
};
const token = (name: string, expires_in: unknown = '7200'): QqReply => answer({ access_token: name, expires_in });

describe('the token source', () => {
  it('asks once for all who ask at the same time, and not again while the token is fresh', async () => {
    const { tokens, calls } = sourceWith(token('A'));
    const results = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
    expect(results).toEqual(Array.from({ length: 3 }, () => ({ ok: true, token: 'A' })));
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
    expect(calls()).toBe(1);
  });

  it.each([
    ['a string', '7200'],
    ['a number', 7200],
  ])('asks again when less than 45 s are left, expires_in being %s', async (_, expiresIn) => {
    const { tokens, ahead } = sourceWith(token('A', expiresIn), token('B', expiresIn));
    await tokens.get();
    ahead(7_155_000);
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
    ahead(1);
    expect(await tokens.get()).toEqual({ ok: true, token: 'B' });
  });

  it('waits longer for a token each time that it was late, and as before once one has come', async () => {
    const limits: (number | undefined)[] = [];
    const late: QqReply = { kind: 'failed', sent: 'maybe', text: 'no answer within 10 s' };
    const replies = [late, late, late, late, token('A', '0'), token('B')];
    const tokens = createTokenSource({
      appId: '1',
      clientSecret: 's',
      tokenUrl: 'http://127.0.0.1/',
      http: async ({ timeoutMs }) => {
        limits.push(timeoutMs);
        return replies.shift() ?? late;
      },
      timeoutMs: 10_000,
      clock: scaledClock(0, 1),
      pauseMs: 10_000,
    });
    for (let n = 0; n < 6; n += 1) await tokens.get();
    expect(limits).toEqual([10_000, 20_000, 40_000, 80_000, 90_000, 10_000]);
  });

  it.each<[string, unknown]>([
    ['an object that cannot become a number', { toString: null, valueOf: null }],
    ['nothing', null],
    ['a word', 'soon'],
    ['a list', [7_200]],
  ])('takes the token and asks again, expires_in being %s', async (_, expiresIn) => {
    const { tokens, calls } = sourceWith(token('A', expiresIn));
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
    expect(calls()).toBe(2);
  });

  it('goes on with the old token in its last seconds when no new one can be had, and not beyond', async () => {
    const { tokens, ahead } = sourceWith(token('A'), answer({ code: 100001 }));
    await tokens.get();
    ahead(7_199_999);
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
    ahead(1);
    expect(await tokens.get()).toMatchObject({ ok: false, cure: 'retry' });
  });

  it('forgets a token that was refused, but not the one that came after it', async () => {
    const { tokens, calls } = sourceWith(token('A'), token('B'));
    await tokens.get();
    tokens.drop('A');
    expect(await tokens.get()).toEqual({ ok: true, token: 'B' });
    tokens.drop('A');
    expect(await tokens.get()).toEqual({ ok: true, token: 'B' });
    expect(calls()).toBe(2);
  });

  it('does not ask again for a while after "too many requests"', async () => {
    const { tokens, ahead, calls } = sourceWith(answer({ code: 100001 }), token('A'));
    expect(await tokens.get()).toMatchObject({
      ok: false,
      cure: 'retry',
      reason: expect.stringContaining('100001') as string,
    });
    ahead(9_999);
    expect(await tokens.get()).toMatchObject({ ok: false, cure: 'retry' });
    expect(calls()).toBe(1);
    ahead(1);
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
  });

  it('kept fresh, is replaced before it ends, tries again when it cannot be, and rests when stopped', async () => {
    const clock = manualClock();
    const answers = [token('A'), answer(null, 502), token('B')];
    let calls = 0;
    const tokens = createTokenSource({
      appId: '1',
      clientSecret: 's',
      tokenUrl: 'http://127.0.0.1/',
      http: async () => answers[calls++] ?? token('C'),
      clock,
      pauseMs: 10_000,
    });
    tokens.keepFresh();
    await tokens.get();
    await clock.advance(7_155_000);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(calls).toBe(2);
    await clock.advance(60_000);
    expect(calls).toBe(3);
    expect(await tokens.get()).toEqual({ ok: true, token: 'B' });
    tokens.stop();
    await clock.advance(100_000_000);
    expect(calls).toBe(3);
  });

  it.each([
    { why: 'a page in place of JSON', given: answer(null, 502), cure: 'retry' },
    { why: 'an answer without a token', given: answer({}), cure: 'retry' },
    { why: 'no answer', given: { kind: 'failed', sent: 'no', text: 'getaddrinfo ENOTFOUND' } as const, cure: 'retry' },
    { why: 'an unknown app', given: answer({ code: 100007 }), cure: 'human' },
    { why: 'a wrong secret', given: answer({ code: 100016 }), cure: 'human' },
    { why: 'no such bot', given: answer({ code: 10004 }), cure: 'human' },
  ])('says $why needs: $cure', async ({ given, cure }) => {
    const { tokens } = sourceWith(given, token('A'));
    expect(await tokens.get()).toMatchObject({ ok: false, cure });
    expect(await tokens.get()).toEqual({ ok: true, token: 'A' });
  });
});
