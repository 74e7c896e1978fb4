/**
 * Every fault script of the platform against the channel with its real times, on a virtual clock. `LIFELINE_TABLE=1`
 * prints the table of docs/qq.md.
 */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { QQ_SCRIPTS } from '../../../sandbox/qq/scripts/player.ts';
import { APP, USER } from '../../sandbox/qq/client.ts';
import { createVirtual, type Virtual } from './virtual.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What lasts goes on for five minutes; then the time counts. */
const LASTING: readonly string[] = [
  'resume_refused_4902',
  'resume_op9',
  'no_upgrade',
  'no_hello',
  'no_ready',
  'op7_answered_4009',
  'acks_withheld',
  'events_duplicated',
  'events_swapped',
  'replay_everything',
  'token_throttled',
  'unreachable',
  'routine_4009',
];

interface Bound {
  /** At most, milliseconds. */
  readonly back: number;
  /** The fault itself ends nothing: the time counts from its begin. */
  readonly fromBegin?: boolean;
}

/** Within how long a message must come through again. */
const BOUNDS: Readonly<Record<string, Bound>> = {
  close_4008: { back: 61 * SECOND },
  close_4013: { back: 15.2 * MINUTE },
  close_4914: { back: 15.2 * MINUTE },
  close_4915: { back: 15.2 * MINUTE },
  close_4014: { back: 10 * SECOND },
  resume_refused_4902: { back: 10 * SECOND, fromBegin: true },
  resume_op9: { back: 10 * SECOND, fromBegin: true },
  op7_answered_4009: { back: 5 * SECOND, fromBegin: true },
  replay_everything: { back: 5 * SECOND, fromBegin: true },
  no_upgrade: { back: 90 * SECOND },
  no_hello: { back: 90 * SECOND },
  no_ready: { back: 90 * SECOND },
  token_throttled: { back: 90 * SECOND },
  unreachable: { back: 90 * SECOND },
  routine_4009: { back: 61 * SECOND },
  half_dead: { back: 5.1 * HOUR },
};
const USUAL: Bound = { back: 10 * SECOND };

const table: [string, string, string][] = [];
const inWords = (ms: number): string => {
  if (ms < 100) return '0 s';
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  return ms < HOUR ? `${(ms / MINUTE).toFixed(1)} min` : `${(ms / HOUR).toFixed(1)} h`;
};

let virtual: Virtual;
afterEach(async () => {
  const stopped = virtual.channel.stop();
  await virtual.clock.advance(SECOND);
  await stopped;
  expect(virtual.platform.sockets(APP.appId)).toBe(0);
});
afterAll(() => {
  if (process.env['LIFELINE_TABLE']) console.log(table.map((row) => `| ${row.join(' | ')} |`).join('\n'));
});

/** Once for each id, as the command bus takes them. */
const taken = (): string[] => [...new Map(virtual.received.map((inbound) => [inbound.id, inbound.text])).values()];

const isHealthy = async (): Promise<void> => {
  const { clock, platform, channel } = virtual;
  await clock.advance(2 * MINUTE);
  const since = clock.now();
  await clock.advance(8 * MINUTE);
  expect(channel.status()).toMatchObject({ link: 'connected', problem: null });
  expect(platform.sockets(APP.appId)).toBe(1);
  expect(platform.heartbeatRate(APP.appId, since)).toBeGreaterThan(0.9);
  expect(platform.heartbeatRate(APP.appId, since)).toBeLessThan(1.4);
};

describe('the bot comes back from', () => {
  it.each(QQ_SCRIPTS.filter(({ id }) => !id.startsWith('send_') && id !== 'pushes_switched_off'))(
    '$id: $about',
    async ({ id }) => {
      virtual = await createVirtual({ platform: { heartbeatIntervalMs: 41_250 } });
      const { clock, platform } = virtual;
      expect(await virtual.timeToBack(MINUTE)).toBe(0);
      await clock.advance(10 * MINUTE);
      const before = virtual.platform.say(APP.appId, USER, '/before').text;
      const bound = BOUNDS[id] ?? USUAL;

      const end = await platform.scripts.play(APP.appId, id, { user: USER, everyMs: 20 * SECOND });
      platform.say(APP.appId, USER, '/during');
      let ms: number | null = null;
      if (bound.fromBegin) ms = await virtual.timeToBack(HOUR);
      if (LASTING.includes(id)) await clock.advance(5 * MINUTE);
      await end();
      if (!bound.fromBegin) ms = await virtual.timeToBack(24 * HOUR);
      table.push([
        id,
        ms === null ? 'never' : inWords(ms),
        LASTING.includes(id) && !bound.fromBegin ? 'from its end, after 5 min' : 'from its begin',
      ]);
      expect(ms).not.toBeNull();
      expect(ms).toBeLessThanOrEqual(bound.back);

      await isHealthy();
      // What a deaf session swallowed, nobody can bring back.
      const lost = id === 'half_dead' ? ['/during'] : [];
      const commands = taken().filter((text) => text.startsWith('/'));
      expect(commands.toSorted()).toEqual([before, '/during'].filter((text) => !lost.includes(text)).toSorted());
    },
  );

  it.each([4001, 4002, 4003, 4010, 4011, 4012, 4900, 4913, 4999])('close code %i', async (code) => {
    virtual = await createVirtual();
    virtual.platform.closeSockets(APP.appId, code);
    const ms = await virtual.timeToBack(HOUR);
    table.push([`close_${code}`, ms === null ? 'never' : inWords(ms), 'from its begin']);
    expect(ms).not.toBeNull();
    await isHealthy();
  });

  it('a bad token that is called an invalid session', async () => {
    virtual = await createVirtual({ platform: { rules: { badToken: 'op9' } } });
    virtual.platform.revokeTokens(APP.appId);
    virtual.platform.closeSockets(APP.appId, 4009);
    expect(await virtual.timeToBack(HOUR)).toBeLessThan(20 * SECOND);
    await isHealthy();
  });

  it('a token that ended during an outage, without losing what was said meanwhile', async () => {
    virtual = await createVirtual();
    const { clock, platform } = virtual;
    platform.revokeTokens(APP.appId);
    platform.closeSockets(APP.appId, 4009);
    platform.say(APP.appId, USER, '/restart');
    expect(await virtual.timeToBack(HOUR)).toBeLessThan(10 * SECOND);
    expect(taken()).toContain('/restart');
    await clock.advance(0);
    expect(platform.frames(APP.appId).filter(({ op }) => op === 2)).toHaveLength(1);
  });

  it('an intent that was not granted for a day: taps are heard again once it is', async () => {
    virtual = await createVirtual();
    const { clock, platform } = virtual;
    const asked = () =>
      platform
        .frames(APP.appId)
        .filter(({ op }) => op === 2)
        .map(({ d }) => (d as { intents: number }).intents);
    platform.grantIntents(APP.appId, 1 << 25);
    platform.closeSockets(APP.appId, 4006);
    await clock.advance(MINUTE);
    expect(asked().slice(-2)).toEqual([100_663_296, 1 << 25]);
    platform.grantIntents(APP.appId, 100_663_296);
    await clock.advance(26 * HOUR);
    expect(asked().at(-1)).toBe(100_663_296);
  });
});

describe('while it is away', () => {
  it('the address of the gateway is asked for at most twice a minute', async () => {
    virtual = await createVirtual();
    const { clock, platform } = virtual;
    platform.setFaults(APP.appId, { connect: 'refuse' });
    platform.terminateSockets(APP.appId);
    await clock.advance(10 * MINUTE);
    const asked = platform.requests(APP.appId).filter(({ path }) => path === '/gateway').length;
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThanOrEqual(20);
  });

  it('an alert goes out all the same, whatever the socket does', async () => {
    virtual = await createVirtual();
    const { clock, platform, channel } = virtual;
    platform.setFaults(APP.appId, { connect: 'hang' });
    platform.terminateSockets(APP.appId);
    await clock.advance(MINUTE);
    expect(channel.status().link).not.toBe('connected');
    expect(
      await channel.send({ user: USER }, { tone: 'critical', title: 'down' }, { key: 'a', alert: true }),
    ).toMatchObject({ outcome: 'ok' });
  });
});

describe('a connection that never ends of itself', () => {
  it('is replaced by a Resume after two hours and by an Identify once its session is old', async () => {
    virtual = await createVirtual({ platform: { heartbeatIntervalMs: 10 * MINUTE } });
    const { clock, platform } = virtual;
    await clock.advance(26 * HOUR);
    const logins = platform
      .frames(APP.appId)
      .map(({ op }) => op)
      .filter((op) => op !== 1);
    expect(logins.filter((op) => op === 6).length).toBeGreaterThan(4);
    // A session that brings nothing is replaced at the first end of a connection after three hours.
    expect(logins.filter((op) => op === 2).length).toBeGreaterThanOrEqual(5);
    expect(logins.filter((op) => op === 2).length).toBeLessThanOrEqual(9);
  });
});
