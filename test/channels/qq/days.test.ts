/** A month with the platform as it is: half-hour reconnects, outages at night, quotas, switches. On a virtual clock. */
import { afterEach, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import type { SendResult } from '../../../src/channels/channel.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { APP, USER } from '../../sandbox/qq/client.ts';
import { createVirtual, type Virtual } from './virtual.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = 30;

/** The same month each time. */
const seeded = (seed: number) => (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

interface Held {
  readonly at: number;
  readonly until: number;
  readonly fixes: Set<string>;
}

/** As the bot's outbox does it: tries again when told, and when a way has opened. */
class Outbox {
  readonly delivered = new Map<string, number>();
  readonly held = new Map<string, Held>();
  readonly #open = new Map<string, { at: number; due: number; tries: number; fixes: Set<string> }>();
  readonly #clock: Clock;
  readonly #send: (title: string) => Promise<SendResult>;
  constructor(clock: Clock, send: (title: string) => Promise<SendResult>) {
    this.#clock = clock;
    this.#send = send;
  }

  get waiting(): number {
    return this.#open.size;
  }

  add(title: string): void {
    this.#open.set(title, { at: this.#clock.now(), due: 0, tries: 0, fixes: new Set() });
    this.pump();
  }

  wake(): void {
    for (const entry of this.#open.values()) entry.due = 0;
    this.pump();
  }

  pump(): void {
    for (const [title, entry] of this.#open) {
      if (entry.due > this.#clock.now()) continue;
      entry.due = Infinity;
      void this.#send(title).then((result) => {
        const now = this.#clock.now();
        if (result.outcome === 'ok') {
          this.#open.delete(title);
          this.delivered.set(title, now);
          if (entry.fixes.size > 0) this.held.set(title, { at: entry.at, until: now, fixes: entry.fixes });
          return;
        }
        if (result.outcome === 'refused' && result.fix) entry.fixes.add(result.fix);
        const pause = Math.min(5 * MINUTE, 2 * SECOND * 2 ** entry.tries++);
        entry.due =
          now + (result.outcome === 'retry' ? Math.min(Math.max(result.afterMs, pause), 10 * MINUTE) : 10 * MINUTE);
        this.#clock.timer(entry.due - now, () => this.pump());
      });
    }
  }
}

let virtual: Virtual;
afterEach(async () => {
  const stopped = virtual.channel.stop();
  await virtual.clock.advance(SECOND);
  await stopped;
});

it.runIf(IN_DEPTH)(
  'thirty days: every alert arrives once or is held with the reason told, every command is taken once',
  { timeout: 120_000 },
  async () => {
    const random = seeded(20_261_121);
    let wake = (): void => undefined;
    virtual = await createVirtual({
      platform: {
        rules: { pushQuotaOfBot: 'unverified', gatewayCallsPerMinute: 2, identifiesPer5s: 1, unknownSession: 4902 },
      },
      channel: { onMayPush: () => wake(), locale: 'en' },
    });
    const { clock, platform, channel } = virtual;
    const outbox = new Outbox(clock, (title) =>
      channel.send({ user: USER }, { tone: 'critical', title }, { key: title, alert: true }),
    );
    wake = () => outbox.wake();
    let alerts = 0;
    const alert = (): void => {
      const title = `alert ${alerts++}`;
      outbox.add(title);
    };
    const commands: string[] = [];
    const command = (): void => {
      commands.push(platform.say(APP.appId, USER, `/status ${commands.length}`).id);
    };
    let most = 0;
    let lost = 0;
    const begin = clock.now();
    // Every half hour the platform ends the connection, now with op 7, now with 4009.
    const routine = async (): Promise<void> => {
      if (random() < 0.5) platform.closeSockets(APP.appId, 4009);
      else platform.askToReconnect(APP.appId);
      await clock.advance(random() * 10 * SECOND);
    };

    for (let day = 0; day < DAYS; day++) {
      for (let half = 0; half < 48; half++) {
        const halfBegin = clock.now();
        const night = half === 5 && day % 2 === 0;
        if (night) await platform.setUnreachable(true);
        if (half === 10 && day % 3 === 0)
          platform.setFaults(APP.appId, {
            token: { kind: 'answer', status: 200, body: { code: 100001, message: 'too many requests' } },
          });
        if (half === 11) platform.setFaults(APP.appId, { token: null });
        if (half === 20 && day % 7 === 3) platform.forgetSessions(APP.appId);
        // Nobody writes in these days, so there is nothing to answer either.
        const silent = day >= 12 && day < 14;
        if (day === 12 && half === 0) platform.switches.rejectPushes(APP.appId, USER);
        if (day === 14 && half === 0) platform.switches.allowPushes(APP.appId, USER);
        if (day === 18 && half === 0) platform.switches.unfriend(APP.appId, USER);
        if (day === 18 && half === 20) platform.switches.befriend(APP.appId, USER);
        if (day === 22 && half === 0) platform.setRules(APP.appId, { pushes: 'refused' });
        if (day === 22 && half === 24) platform.setRules(APP.appId, { pushes: 'granted' });
        // A bad hour: more than a minute's quota at once.
        if (day === 8 && half === 30) for (let n = 0; n < 90; n++) alert();
        // Now and then an answer is lost, after the message was taken.
        if (day >= 25 && half % 8 === 1) {
          platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });
          lost += 1;
          alert();
        }
        await clock.advance(random() * 5 * MINUTE);
        if (day === 22 && half < 20 && half % 4 === 1) alert();
        if (random() < 0.15) alert();
        if (night) alert();
        if (!silent && random() < 0.08) command();
        if (night && half === 5) command();
        await clock.advance(random() * 10 * MINUTE);
        most = Math.max(most, platform.sockets(APP.appId));
        if (night) await platform.setUnreachable(false);
        await routine();
        most = Math.max(most, platform.sockets(APP.appId));
        await clock.advance(Math.max(0, halfBegin + 30 * MINUTE - clock.now()));
      }
    }
    await clock.advance(2 * HOUR);
    expect((clock.now() - begin) / DAY).toBeGreaterThanOrEqual(DAYS);

    // Every alert arrived, and arrived once, but for repeats that say so, of which there are no more than answers were
    // lost.
    expect(outbox.waiting).toBe(0);
    expect(alerts).toBeGreaterThan(200);
    const shown = platform
      .conversation(APP.appId, USER)
      .filter(({ from }) => from === 'bot')
      .map(({ text }) => text.replace('🔴 ', ''));
    const repeats = shown.filter((text) => text.endsWith(' (repeat?)'));
    expect(repeats.length).toBeLessThanOrEqual(lost);
    expect(shown.filter((text) => !repeats.includes(text)).toSorted()).toEqual(
      Array.from({ length: alerts }, (_, n) => `alert ${n}`).toSorted(),
    );

    // What was held was held for one of the three reasons, each of which came up, and went out when it was mended.
    expect(new Set([...outbox.held.values()].flatMap(({ fixes }) => [...fixes]))).toEqual(
      new Set(['allow_push', 'add_friend', 'grant_permission']),
    );
    for (const { at, until } of outbox.held.values()) expect(until - at).toBeLessThan(2 * DAY + HOUR);

    // Each command once, as the bus takes them.
    const taken = new Set(virtual.received.map(({ id }) => id));
    expect(commands.filter((id) => !taken.has(id))).toEqual([]);
    expect(commands.length).toBeGreaterThan(50);

    expect(
      virtual
        .log()
        .split('\n')
        .filter((line) => line.includes('"level":50')),
    ).toEqual([]);

    // One socket, one heartbeat, and no more calls than needed.
    expect(most).toBe(1);
    expect(platform.sockets(APP.appId)).toBe(1);
    const since = clock.now();
    await clock.advance(20 * MINUTE);
    expect(platform.heartbeatRate(APP.appId, since)).toBeGreaterThan(1);
    expect(platform.heartbeatRate(APP.appId, since)).toBeLessThan(1.4);
    expect(platform.requests(APP.appId).filter(({ status, path }) => status === 429 && path === '/gateway')).toEqual(
      [],
    );
    expect(channel.status()).toMatchObject({ link: 'connected', problem: null });
  },
);
