/** Lifeline ends and comes back: the session, and with it every command, survives. */
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import { createQqChannel } from '../../../src/channels/qq/channel.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import type { ManualClock } from '../../healing/manual-clock.ts';
import { APP, USER } from '../../sandbox/qq/client.ts';
import { VirtualPlatform, wholeClock } from './virtual.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let clock: ManualClock;
let platform: VirtualPlatform;
let db: DatabaseSync;
let running: Channel[];
/** What the command bus would run: once for each id, over restarts as well. */
let run: string[];
beforeEach(() => {
  clock = wholeClock();
  platform = new VirtualPlatform({ clock });
  platform.addBot(APP);
  db = openDatabase(':memory:');
  running = [];
  run = [];
});
afterEach(async () => {
  for (const channel of running) await channel.stop();
  db.close();
});

/** A clock that stops for a process that is dead. */
const mortal = (clock: Clock, isAlive: () => boolean): Clock => {
  const timer: Clock['timer'] = (ms, run) => clock.timer(ms, () => isAlive() && run());
  return { now: () => clock.now(), timer, sleep: (ms) => new Promise((resolve) => void timer(ms, resolve)) };
};

/** Kills the Lifeline that was begun last. */
let crash: () => void = () => undefined;
/** A Lifeline; one that `crashes` takes its events and dies before they are run. */
const begin = async ({ crashes = false } = {}): Promise<Channel> => {
  let alive = true;
  crash = () => {
    alive = false;
    running.pop();
    platform.terminateSockets(APP.appId);
  };
  const own = crashes ? mortal(clock, () => alive) : clock;
  const channel = createQqChannel({
    appId: APP.appId,
    clientSecret: APP.secret,
    apiBase: 'https://virtual',
    tokenUrl: 'https://virtual/app/getAppAccessToken',
    logger: silentLogger(),
    clock: own,
    db,
    wire: { http: platform.http, dial: platform.dial, clock: own },
  });
  running.push(channel);
  const seen = createProcessedMessages(db);
  await channel.start(({ id, text }) => {
    if (!crashes && seen.first('qq', id, clock.now())) run.push(text);
  });
  await clock.advance(SECOND);
  return channel;
};
const logins = (): number[] =>
  platform
    .frames(APP.appId)
    .map(({ op }) => op)
    .filter((op) => op !== 1);
const say = (text: string): void => void platform.say(APP.appId, USER, text);

describe('a restart of Lifeline', () => {
  it('resumes the session and brings what was said meanwhile, once', async () => {
    const first = await begin();
    say('/one');
    await clock.advance(MINUTE);
    await first.stop();
    say('/two');
    await clock.advance(5 * MINUTE);
    await begin();
    expect(logins()).toEqual([2, 6]);
    expect(run).toEqual(['/one', '/two']);
  });

  it('runs nothing twice when it comes right after a command', async () => {
    const first = await begin();
    say('/one');
    await clock.advance(10);
    await first.stop();
    await begin();
    expect(logins()).toEqual([2, 6]);
    expect(run).toEqual(['/one']);
  });

  it('loses no command that was taken and not run', async () => {
    await begin({ crashes: true });
    say('/one');
    await clock.advance(500);
    crash();
    await begin();
    expect(logins()).toEqual([2, 6]);
    expect(run).toEqual(['/one']);
  });

  it('begins a new session after a longer time', async () => {
    const first = await begin();
    await first.stop();
    await clock.advance(11 * MINUTE);
    await begin();
    expect(logins()).toEqual([2, 2]);
  });

  it('begins a new session when the old one is refused', async () => {
    const first = await begin();
    await first.stop();
    platform.forgetSessions(APP.appId);
    await begin();
    await clock.advance(10 * SECOND);
    expect(logins()).toEqual([2, 6, 2]);
    expect(running.at(-1)?.status().link).toBe('connected');
  });

  it('of a bot does not take the session of another', async () => {
    const first = await begin();
    await first.stop();
    db.exec("UPDATE qq_sessions SET app = 'other'");
    await begin();
    expect(logins()).toEqual([2, 2]);
  });
});
