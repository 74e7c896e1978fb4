/** A real watcher over a real home and database, ended and made anew: what it knows is the same as if it had stayed. */
import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { NO_RESOURCES } from '../../src/diagnosis/state.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import type { Running } from '../../src/sensors/process/process.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createWatchMemory } from '../../src/monitor/gateway/saved-state.ts';
import type { Look } from '../../src/monitor/gateway/look.ts';
import { parseState, stateText } from '../../src/monitor/gateway/state-text.ts';
import { createWatcher, type Watcher } from '../../src/monitor/gateway/watcher.ts';
import { at, line } from '../diagnosis/story.ts';
import { manualClock, type ManualClock } from '../healing/manual-clock.ts';
import { ownFolder } from '../store/helpers.ts';

let home: string;
let db: DatabaseSync;
let clock: ManualClock;
let process: ProcessSeen | null;
beforeEach(async () => {
  home = ownFolder();
  await mkdir(join(home, 'logs'));
  db = openDatabase(join(home, 'lifeline.db'));
  onTestFinished(() => db.close());
  clock = manualClock(at(0));
  process = { pid: 100, startTime: 1, startedAt: at(-2) };
});

const lookForProcess = async (): Promise<Running> => ({ gateway: process, beside: [], problem: null });

const createdWatcher = (): Watcher =>
  createWatcher({
    subject: { gateway: 'main', kind: hermes, home, links: null, policy: () => DEFAULT_POLICY },
    finder: { findProcess: lookForProcess },
    shared: { memory: createWatchMemory(db) },
    clock,
    logger: silentLogger(),
  });

/** One life of Lifeline that looks once. */
const lookOnce = async (): Promise<Look> => {
  const watcher = createdWatcher();
  const look = await watcher.look();
  await watcher.stop();
  return look;
};

const write = (...lines: readonly (readonly [number, string])[]): Promise<void> =>
  appendFile(join(home, 'logs/gateway.log'), lines.map(([second, text]) => `${line(second, text)}\n`).join(''));

const said = (look: Look, link: string | null): string => {
  const verdict = look.verdicts.find((candidate) => candidate.link === link);
  return verdict?.condition ?? 'nothing';
};

/** How many losses of the QQ link are remembered on the disk. */
const losses = (): number =>
  createWatchMemory(db)
    .load('main', clock.now())
    ?.state.links.get('qqbot')
    ?.losses.reduce((sum, { count }) => sum + count, 0) ?? -1;

const rotate = async (): Promise<void> => {
  const log = join(home, 'logs/gateway.log');
  await rm(`${log}.3`, { force: true });
  for (const n of [2, 1]) await rename(`${log}.${n}`, `${log}.${n + 1}`).catch(() => undefined);
  await rename(log, `${log}.1`);
};

const start: readonly (readonly [number, string])[] = [
  [0, 'INFO Starting Hermes Gateway...'],
  [1, 'INFO Gateway running with 1 platform(s)'],
  [2, 'INFO [QQBot:1001] Ready, session_id=a'],
];
const LOST = 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=';
const RESUMED = 'INFO [QQBot:1001] Session resumed';
/** More than the tail that a first start reads, of nothing that any rule knows. */
const chatter = (second: number): readonly (readonly [number, string])[] =>
  Array.from({ length: 8_000 }, (_, n) => [second, `INFO response ready: ${n} ${'.'.repeat(150)}`] as const);

describe('a watcher that is made anew', () => {
  test('does not count a loss twice', async () => {
    await write(...start, [10, LOST], [20, RESUMED], [30, LOST]);
    await lookOnce();
    expect(losses()).toBe(2);
    await lookOnce();
    await write([40, RESUMED]);
    await lookOnce();
    expect(losses()).toBe(2);
    await write([50, LOST]);
    await lookOnce();
    expect(losses()).toBe(3);
  });

  test('still knows of a give-up whose line is far above what it reads', async () => {
    await write(...start, [10, LOST], [100, 'ERROR [QQBot:1001] Max reconnect attempts reached']);
    await clock.advance(200_000);
    expect(said(await lookOnce(), 'qqbot')).toBe('gave_up');
    await write(...chatter(201));
    await clock.advance(10_000);
    expect(said(await lookOnce(), 'qqbot')).toBe('gave_up');
    db.exec('DELETE FROM watch_memory');
    expect(said(await lookOnce(), 'qqbot')).toBe('nothing');
  });

  test('reads all that was written while Lifeline was away, over rotations', async () => {
    await write(...start);
    await lookOnce();
    await write([10, LOST]);
    await rotate();
    await write([20, RESUMED], ...chatter(21));
    await rotate();
    await write([30, LOST], ...chatter(31));
    await clock.advance(40_000);
    expect(said(await lookOnce(), 'qqbot')).toBe('reconnecting');
    expect(losses()).toBe(2);
  });

  test('forgets what it knew when the logs no longer hold all since then', async () => {
    await write(...start, [10, LOST], [11, 'ERROR [QQBot:1001] Max reconnect attempts reached']);
    await lookOnce();
    for (const second of [20, 30, 40, 50]) {
      await rotate();
      await write([second, 'INFO [QQBot:1001] Access token refreshed']);
    }
    await clock.advance(400_000);
    const look = await lookOnce();
    expect(said(look, 'qqbot')).toBe('nothing');
    expect(said(look, null)).toMatch(/^(?:healthy|unknown)$/);
  });

  test('forgets what it knew in another home', async () => {
    await write(...start, [11, 'ERROR [QQBot:1001] Max reconnect attempts reached']);
    await lookOnce();
    home = join(home, 'other');
    await mkdir(join(home, 'logs'), { recursive: true });
    expect((await lookOnce()).verdicts.map(({ link }) => link)).toEqual([null]);
  });

  test('takes a gateway that was restarted meanwhile for a new life', async () => {
    await write(...start, [11, 'ERROR [QQBot:1001] Max reconnect attempts reached']);
    await lookOnce();
    await write(...start.map(([second, text]) => [second + 100, text] as const));
    process = { pid: 200, startTime: 2, startedAt: at(98) };
    await clock.advance(110_000);
    expect(said(await lookOnce(), 'qqbot')).toBe('up');
  });

  test('judges anew when its memory is damaged or cannot be read or written', async () => {
    await write(...start);
    await lookOnce();
    db.exec(`UPDATE watch_memory SET state = 'not JSON'`);
    expect(said(await lookOnce(), 'qqbot')).toBe('up');
    const memory = createWatchMemory(db);
    db.exec('DROP TABLE watch_memory');
    const broken = createWatcher({
      subject: { gateway: 'main', kind: hermes, home, links: null, policy: () => DEFAULT_POLICY },
      finder: { findProcess: lookForProcess },
      shared: { memory },
      clock,
      logger: silentLogger(),
    });
    expect(said(await broken.look(), 'qqbot')).toBe('up');
    await broken.stop();
  });

  test('knows after every restart what it would know without one', async () => {
    const story = [
      ...start,
      [10, LOST],
      [20, RESUMED],
      [30, LOST],
      [31, 'ERROR Error sending message'],
      [40, RESUMED],
      [50, 'ERROR [QQBot:1001] Max reconnect attempts reached'],
    ] as const;
    // What this machine has free changes meanwhile.
    const text = (): string => {
      const state = parseState(String(db.prepare('SELECT state FROM watch_memory').get()?.['state']));
      if (state === null) throw new Error('no state');
      return stateText({ ...state, resources: NO_RESOURCES });
    };
    for (const chapter of story) {
      await write(chapter);
      await clock.advance(at(chapter[0]) + 1_000 - clock.now());
      await lookOnce();
    }
    const restarted = text();
    db.exec('DELETE FROM watch_memory');
    await lookOnce();
    expect(text()).toBe(restarted);
  });
});
