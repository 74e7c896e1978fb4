/** How an alert gets through, on the wire: the platform enforces its rules, the operator flips switches. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../../../src/base/clock.ts';
import type { SendResult } from '../../../src/channels/channel.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { APP, eventually, USER } from '../../sandbox/qq/client.ts';
import { createBench, type Bench, type BenchOptions } from './bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let bench: Bench;
let opened: string[];
let keys = 0;
const open = async (options: BenchOptions = {}): Promise<void> => {
  opened = [];
  keys = 0;
  bench = await createBench({
    sharedClock: true,
    ...options,
    channel: { locale: 'en', onMayPush: (user) => void opened.push(user), ...options.channel },
  });
  await eventually(() => expect(bench.channel.status().link).toBe('connected'));
};
afterEach(() => bench.stop());

const ALERT: Message = { tone: 'critical', title: 'main: QQ lost' };
const alert = (key = `alert ${keys++}`, message = ALERT): Promise<SendResult> =>
  bench.channel.send({ user: USER }, message, { key, alert: true });
const answer = (replyTo: string, key = `answer ${keys++}`): Promise<SendResult> =>
  bench.channel.send({ user: USER, replyTo }, { tone: 'info', title: 'done' }, { key });
/** A message that has reached the channel. */
const say = async (text = 'hi', at?: number): Promise<string> => {
  const { id } = bench.platform.say(APP.appId, USER, text, at === undefined ? {} : { at });
  await eventually(() => expect(bench.received.map((inbound) => inbound.id)).toContain(id));
  return id;
};
const ways = (): string[] => bench.platform.sent(APP.appId).map(({ way }) => way.kind);
const calls = (): number => bench.platform.requests(APP.appId).filter(({ path }) => path.endsWith('/messages')).length;
const ok = { outcome: 'ok' };
const held = (fix: string) => ({ outcome: 'refused', fix });
const switches = () => bench.platform.switches;
const refusing = (code: number, count = 1, status = 400): void =>
  bench.platform.failSends(APP.appId, count, { kind: 'answer', status, body: { message: 'no', code, err_code: code } });

describe('an alert', () => {
  beforeEach(() => open());

  it('answers a fresh message but for the last answer, and is pushed after that', async () => {
    const id = await say();
    for (let n = 0; n < 4; n++) expect(await alert()).toMatchObject(ok);
    expect(ways()).toEqual(['reply', 'reply', 'reply', 'push']);
    expect(await answer(id)).toMatchObject(ok);
    expect(ways().at(-1)).toBe('reply');
    expect(await answer(id)).toMatchObject(ok);
    expect(ways().at(-1)).toBe('push');
  });

  it('is pushed when the last message is older than five minutes', async () => {
    await say();
    bench.ahead(6 * MINUTE);
    expect(await alert()).toMatchObject(ok);
    expect(ways()).toEqual(['push']);
  });

  it('answers an older message while pushes are off, for an hour', async () => {
    await say();
    switches().rejectPushes(APP.appId, USER);
    bench.ahead(59 * MINUTE);
    expect(await alert()).toMatchObject(ok);
    expect(ways()).toEqual(['reply']);
    bench.ahead(2 * MINUTE);
    expect(await alert()).toMatchObject(ok);
    expect(ways()).toEqual(['reply', 'wakeup']);
  });

  it('answers a tap when there is nothing better', async () => {
    switches().rejectPushes(APP.appId, USER);
    expect(await bench.platform.click(APP.appId, USER, 'T0KEN')).toBe(0);
    expect(await alert()).toMatchObject(ok);
    expect(ways()).toEqual(['event']);
  });

  it('goes on by another way when the platform calls a reply window closed, and leaves that window alone', async () => {
    await say();
    refusing(40034128);
    expect(await alert()).toMatchObject(ok);
    expect(calls()).toBe(2);
    expect(await alert()).toMatchObject(ok);
    expect(calls()).toBe(3);
    expect(ways()).toEqual(['push', 'push']);
  });

  it('is never sent as an answer to a message of our own', async () => {
    const sent = await alert();
    expect(await alert()).toMatchObject(ok);
    const used = bench.platform
      .requests(APP.appId)
      .map(({ body }) => (body as { msg_id?: string } | undefined)?.msg_id);
    expect(used).not.toContain(sent.outcome === 'ok' ? sent.messageId : '');
  });
});

describe('an alert to a person who takes no pushes', () => {
  beforeEach(() => open());

  it.each([
    {
      fix: 'allow_push',
      off: () => switches().rejectPushes(APP.appId, USER),
      on: () => switches().allowPushes(APP.appId, USER),
    },
    {
      fix: 'add_friend',
      off: () => switches().unfriend(APP.appId, USER),
      on: () => switches().befriend(APP.appId, USER),
    },
  ])(
    'is held with $fix at no cost once the event has come, and wakes the outbox when it is mended',
    async ({ fix, off, on }) => {
      bench.platform.setRules(APP.appId, { wakeupPeriods: true });
      off();
      await eventually(async () => expect(await alert()).toMatchObject(held(fix)));
      const before = calls();
      expect(await alert()).toMatchObject(held(fix));
      expect(calls() - before).toBeLessThanOrEqual(fix === 'allow_push' ? 1 : 0);
      expect(opened).toEqual([]);
      on();
      await eventually(() => expect(opened).toEqual([USER]));
      expect(await alert()).toMatchObject(ok);
    },
  );

  it.each([
    { what: 'the switch', code: 40054013, fix: 'allow_push' },
    { what: 'friendship', code: 40054004, fix: 'add_friend' },
    { what: 'permission', code: 40034105, fix: 'grant_permission' },
    { what: 'permission, older', code: 40034102, fix: 'grant_permission' },
  ])(
    'is held when QQ says so of $what ($code): asked once, told what to do, and tried again after whatever may have mended it',
    async ({ code, fix }) => {
      refusing(code);
      refusing(40034123);
      expect(await alert('a')).toMatchObject(held(fix));
      const before = calls();
      for (let n = 0; n < 5; n++) expect(await alert('a')).toMatchObject(held(fix));
      expect(calls()).toBe(before);
      await say();
      await eventually(() => expect(opened).toEqual([USER]));
      expect(await alert('a')).toMatchObject(ok);
    },
  );

  it('goes out after the person has granted pushes in the profile', async () => {
    bench.platform.setUser(APP.appId, USER, { allowsProactive: false });
    expect(await alert('a')).toMatchObject(held('allow_push'));
    switches().authorisePushes(APP.appId, USER);
    await eventually(() => expect(opened).toEqual([USER]));
    expect(await alert('a')).toMatchObject(ok);
  });

  it('is tried again an hour later, because nobody tells the bot of the console', async () => {
    bench.platform.setRules(APP.appId, { pushes: 'refused' });
    expect(await alert('a')).toMatchObject(held('grant_permission'));
    bench.platform.setRules(APP.appId, { pushes: 'granted' });
    expect(await alert('a')).toMatchObject(held('grant_permission'));
    bench.ahead(HOUR);
    expect(await alert('a')).toMatchObject(ok);
    expect(ways()).toEqual(['push']);
  });

  it('wakes the person once in each period, and only for an alert', async () => {
    await say();
    switches().rejectPushes(APP.appId, USER);
    const woken: number[] = [];
    for (const day of [0.1, 0.5, 1.1, 2, 3.1, 7.1, 20, 31]) {
      bench.ahead(day * DAY - (woken.at(-1) ?? 0) * DAY);
      woken.push(day);
      const { outcome } = await bench.channel.send({ user: USER }, ALERT, { key: `notice ${day}` });
      expect(outcome).toBe('refused');
      await alert(`a ${day}`);
    }
    expect(ways()).toEqual(['wakeup', 'wakeup', 'wakeup', 'wakeup']);
  });

  it('says the essential when it wakes, and nothing of the rest', async () => {
    await say();
    switches().rejectPushes(APP.appId, USER);
    bench.ahead(2 * HOUR);
    const lines = Array.from({ length: 80 }, (_, n) => `line ${n} ${'x'.repeat(40)}`);
    expect(await alert('a', { ...ALERT, lines })).toMatchObject(ok);
    expect(ways()).toEqual(['wakeup']);
    expect(bench.platform.sent(APP.appId)[0]?.text).toMatch(/^🔴 main: QQ lost\nline 0 /);
  });
});

describe('the quotas', () => {
  it('are kept by the bot itself: what does not fit comes back with the time after which it does', async () => {
    await open({ channel: { verified: true } });
    for (let n = 0; n < 20; n++) {
      expect(await alert()).toMatchObject(ok);
      bench.ahead(200);
    }
    const result = await alert('late');
    expect(result).toMatchObject({ outcome: 'retry' });
    const { afterMs } = result as { afterMs: number };
    expect(afterMs).toBeGreaterThan(20_000);
    expect(afterMs).toBeLessThanOrEqual(60_000);
    expect(calls()).toBe(20);
    // QQ counts from when a message reached it, which is later than when it was sent.
    bench.ahead(afterMs + 1_000);
    expect(await alert('late')).toMatchObject(ok);
  });

  it('let an answer through all the same', async () => {
    await open({ channel: { verified: true } });
    for (let n = 0; n < 20; n++) {
      await alert();
      bench.ahead(200);
    }
    expect(await answer(await say())).toMatchObject(ok);
    expect(ways().at(-1)).toBe('reply');
  });

  it('of five a second are waited for', async () => {
    await open({ platform: { rules: { pushQuotaOfBot: 'unverified' } } });
    for (let n = 0; n < 8; n++) expect(await alert()).toMatchObject(ok);
    expect(calls()).toBe(8);
  });

  it('of five a second keep no answer waiting', async () => {
    const real = scaledClock(0, 1);
    let waits = 0;
    const clock: Clock = { ...real, sleep: (ms, signal) => ((waits += 1), real.sleep(ms, signal)) };
    await open({ platform: { rules: { pushQuotaOfBot: 'unverified' } }, channel: { clock } });
    const asked = await say();
    for (let n = 0; n < 8; n++) expect(await alert()).toMatchObject(ok);
    const before = waits;
    expect(await answer(asked)).toMatchObject(ok);
    expect(waits).toBe(before);
  });

  it('of five a second are waited for, also by a timer that fires before its time', async () => {
    const real = scaledClock(0, 1);
    let early = 0;
    const clock: Clock = {
      ...real,
      sleep: (ms, signal) => {
        if (ms > 1) early++;
        return real.sleep(Math.max(0, ms - 1), signal);
      },
    };
    await open({ platform: { rules: { pushQuotaOfBot: 'unverified' } }, channel: { clock } });
    for (let n = 0; n < 16; n++) expect(await alert()).toMatchObject(ok);
    expect(calls()).toBe(16);
    expect(early).toBeGreaterThan(0);
  });

  it('that QQ sees otherwise make it wait a minute, while an answer still passes', async () => {
    await open();
    refusing(40034100);
    expect(await alert('a')).toMatchObject({ outcome: 'retry', afterMs: expect.any(Number) as number });
    const before = calls();
    const result = await alert('a');
    expect(result).toMatchObject({ outcome: 'retry' });
    expect((result as { afterMs: number }).afterMs).toBeGreaterThan(50_000);
    expect(calls()).toBe(before);
    await say();
    // Something was waiting, and now there is a way.
    await eventually(() => expect(opened).toEqual([USER]));
    expect(await alert('a')).toMatchObject(ok);
    expect(ways()).toEqual(['reply']);
  });

  it('of all calls (429) hold back what nobody waits for, and not an answer', async () => {
    await open();
    bench.platform.failSends(APP.appId, 1, { kind: 'answer', status: 429, body: {} });
    expect(await alert('a')).toMatchObject({ outcome: 'retry', afterMs: 60_000 });
    expect(await alert('b')).toMatchObject({ outcome: 'retry' });
    expect(calls()).toBe(1);
    expect(await answer(await say())).toMatchObject(ok);
    bench.ahead(MINUTE);
    expect(await alert('a')).toMatchObject(ok);
  });
});

describe('a send whose answer was lost', () => {
  const impatient: BenchOptions = { timings: { requestMs: 1_500 } };
  const texts = () =>
    bench.platform
      .conversation(APP.appId, USER)
      .filter(({ from }) => from === 'bot')
      .map(({ text }) => text);
  const lose = () => bench.platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });

  it('is not repeated by the way that knows it again', async () => {
    await open(impatient);
    await say();
    lose();
    expect(await alert('a')).toMatchObject({ outcome: 'retry' });
    // There is a better way by now, but that one would put it on the phone again.
    await say('anything new?');
    expect(await alert('a')).toMatchObject(ok);
    expect(texts()).toEqual(['🔴 main: QQ lost']);
  });

  it('by a way that is gone since is repeated, and says so', async () => {
    await open(impatient);
    await say();
    lose();
    expect(await alert('a')).toMatchObject({ outcome: 'retry' });
    refusing(40034005);
    expect(await alert('a')).toMatchObject(ok);
    expect(texts()).toEqual(['🔴 main: QQ lost', '🔴 main: QQ lost (repeat?)']);
  });

  it('stays doubtful when the next try certainly failed', async () => {
    await open(impatient);
    lose();
    expect(await alert('a')).toMatchObject({ outcome: 'retry' });
    refusing(50055001);
    expect(await alert('a')).toMatchObject({ outcome: 'retry', afterMs: 5_000 });
    expect(await alert('a')).toMatchObject(ok);
    expect(texts()).toEqual(['🔴 main: QQ lost', '🔴 main: QQ lost (repeat?)']);
  });

  it('is not doubtful when nobody was there to take it', async () => {
    await open(impatient);
    await bench.platform.setUnreachable(true);
    expect(await alert('a')).toMatchObject({ outcome: 'retry' });
    await bench.platform.setUnreachable(false);
    expect(await alert('a')).toMatchObject(ok);
    expect(texts()).toEqual(['🔴 main: QQ lost']);
  });

  it('and that arrived is not sent again when it is asked for again', async () => {
    await open();
    expect(await alert('a')).toMatchObject(ok);
    const again = await alert('a');
    expect(again).toMatchObject(ok);
    expect(texts()).toHaveLength(1);
  });

  it('and is still under way is not sent beside itself', async () => {
    await open();
    const [one, other] = await Promise.all([alert('a'), alert('a')]);
    expect(one).toEqual(other);
    expect(texts()).toHaveLength(1);
  });
});

describe('a restart', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeline-qq-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('forgets no reply window, no switch, no quota and no doubt', async () => {
    const path = join(folder, 'lifeline.db');
    let db = openDatabase(path);
    await open({ channel: { db }, timings: { requestMs: 1_500 } });
    const id = await say();
    bench.platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });
    expect(await alert('a')).toMatchObject({ outcome: 'retry' });
    switches().rejectPushes(APP.appId, USER);
    await eventually(() => expect(db.prepare('SELECT push FROM qq_people').all()).toEqual([{ push: 'allow_push' }]));
    const { platform } = bench;
    await bench.channel.stop();
    db.close();

    db = openDatabase(path);
    const second = await createBench({ onto: platform, channel: { db, locale: 'en' } });
    try {
      const send = (key: string) => second.channel.send({ user: USER }, ALERT, { key, alert: true });
      expect(await send('a')).toMatchObject(ok);
      expect(await send('b')).toMatchObject(ok);
      expect(await send('c')).toMatchObject(ok);
      expect(platform.sent(APP.appId).map(({ way }) => way)).toEqual(
        [1, 2, 3].map(() => ({ kind: 'reply', msgId: id })),
      );
      expect(await send('d')).toMatchObject(ok);
      expect(ways().at(-1)).toBe('wakeup');
      expect(await send('e')).toMatchObject(held('allow_push'));
    } finally {
      await second.channel.stop();
      db.close();
    }
  });
});
