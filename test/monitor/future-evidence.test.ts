/**
 * Evidence from the future is not evidence: a real watcher over a real home whose files and clock say what cannot be.
 */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createWatchMemory } from '../../src/monitor/gateway/saved-state.ts';
import type { Look } from '../../src/monitor/gateway/look.ts';
import { createWatcher, type Watcher } from '../../src/monitor/gateway/watcher.ts';
import { at, line } from '../diagnosis/story.ts';
import { manualClock, type ManualClock } from '../healing/manual-clock.ts';

const MINUTE_S = 60;

let home: string;
let clock: ManualClock;
let process: ProcessSeen | null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-future-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'logs'));
  mkdirSync(join(home, 'state'));
  clock = manualClock(at(0));
  process = { pid: 100, startTime: 1, startedAt: at(-7 * 86_400) };
});

const watch = (memory = createWatchMemory(database())): Watcher => {
  const watcher = createWatcher({
    subject: { gateway: 'main', kind: hermes, home, links: null, policy: () => DEFAULT_POLICY },
    finder: { findProcess: async () => ({ gateway: process, beside: [], problem: null }) },
    shared: { memory },
    clock,
    logger: silentLogger(),
  });
  onTestFinished(() => watcher.stop());
  return watcher;
};
const database = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  return db;
};

const log = (): string => join(home, 'logs/gateway.log');
const lines = (...told: readonly (readonly [number, string])[]): string =>
  told.map(([second, text]) => `${line(second, text)}\n`).join('');
const STARTING = 'INFO Starting Hermes Gateway...';
const READY = 'INFO Gateway running with 2 platform(s)';
const LOGIN = 'INFO [QQBot:1001] Ready, session_id=a';

const own = ({ verdicts }: Look): string => `${verdicts[0]?.condition} ${verdicts[0]?.cause}`;
const of = ({ verdicts }: Look, link: string): string =>
  verdicts.find((verdict) => verdict.link === link)?.condition ?? 'nothing';

/** Four crashes an hour ago, and well since then. */
const bad = [-80, -79, -78, -77].map((minute) => [minute * MINUTE_S, STARTING] as const);
const good = [
  [-76 * MINUTE_S, STARTING],
  [-76 * MINUTE_S + 5, READY],
  [-76 * MINUTE_S + 6, LOGIN],
  [-1, 'INFO [QQBot:1001] Session resumed'],
] as const;

describe('a log that is replaced by an older copy of itself', () => {
  test.each<[string, (copy: string) => void]>([
    ['in place', (copy) => writeFileSync(log(), copy)],
    [
      'by another file',
      (copy) => {
        writeFileSync(`${log()}.new`, copy);
        renameSync(`${log()}.new`, log());
      },
    ],
  ])('%s: says nothing new, and all that is written to it afterwards counts', async (_, replace) => {
    writeFileSync(log(), lines(...bad, ...good));
    const watcher = watch();
    const before = await watcher.look();
    expect([own(before), of(before, 'qqbot')]).toEqual(['healthy fine', 'up']);
    await clock.advance(5_000);
    replace(lines(...bad));
    const replaced = await watcher.look();
    expect([own(replaced), of(replaced, 'qqbot')]).toEqual(['healthy fine', 'up']);
    for (const verdict of replaced.verdicts) expect(verdict.since).toBeLessThanOrEqual(clock.now());
    await clock.advance(5_000);
    appendFileSync(log(), lines([8, 'ERROR [QQBot:1001] Max reconnect attempts reached']));
    expect(of(await watcher.look(), 'qqbot')).toBe('gave_up');
  });

  test('while Lifeline was away', async () => {
    const memory = createWatchMemory(database());
    writeFileSync(log(), lines(...bad, ...good));
    const first = watch(memory);
    await first.look();
    await first.stop();
    await clock.advance(60_000);
    writeFileSync(`${log()}.new`, lines(...bad));
    renameSync(`${log()}.new`, log());
    const look = await watch(memory).look();
    expect(own(look)).toBe('healthy fine');
  });
});

test('lines that are dated in the future are no evidence, and that is said', async () => {
  writeFileSync(log(), lines([-10, STARTING], [-5, READY], [-4, LOGIN]));
  const watcher = watch();
  await watcher.look();
  await clock.advance(5_000);
  appendFileSync(
    log(),
    lines(...[40, 41, 42, 43].map((minute) => [minute * MINUTE_S, STARTING] as const), [
      44 * MINUTE_S,
      'ERROR [QQBot:1001] Max reconnect attempts reached',
    ]),
  );
  const look = await watcher.look();
  expect([own(look), of(look, 'qqbot')]).toEqual(['healthy fine', 'up']);
  expect(look.logDoubts).toEqual([{ path: 'gateway.log', why: 'ahead', text: '44' }]);
  await clock.advance(5_000);
  appendFileSync(log(), lines([9, 'INFO [QQBot:1001] Session resumed']));
  expect((await watcher.look()).logDoubts).toEqual([]);
});

test('a clock that is set back puts no alarm off', async () => {
  writeFileSync(log(), lines([-10, STARTING], [-5, READY], [-4, LOGIN]));
  const watcher = watch();
  clock.jump(40 * MINUTE_S * 1_000);
  await watcher.look();
  process = null;
  expect(own(await watcher.look())).toBe('stopping stop_in_progress');
  clock.jump(-40 * MINUTE_S * 1_000);
  await watcher.look();
  await clock.advance(DEFAULT_POLICY.goneGraceMs + 1_000);
  expect(own(await watcher.look())).toBe('stopped process_gone');
});

test('what an earlier Lifeline remembered by a clock that was ahead puts none off either', async () => {
  const memory = createWatchMemory(database());
  writeFileSync(log(), lines([-10, STARTING], [-5, READY], [-4, LOGIN]));
  clock.jump(40 * MINUTE_S * 1_000);
  const first = watch(memory);
  await first.look();
  process = null;
  await first.look();
  await first.stop();
  clock.jump(-40 * MINUTE_S * 1_000);
  const second = watch(memory);
  await second.look();
  await clock.advance(DEFAULT_POLICY.goneGraceMs + 1_000);
  expect(own(await second.look())).toBe('stopped process_gone');
});

describe('a file whose time is in the future', () => {
  const touch = (path: string, text: string): void => {
    writeFileSync(join(home, path), text);
    const future = at(40 * MINUTE_S) / 1_000;
    utimesSync(join(home, path), future, future);
  };

  test('is no heartbeat: the loop is asked, and where it cannot be asked nothing is concluded', async () => {
    writeFileSync(log(), lines([-10, STARTING], [-5, READY]));
    touch('state/gateway.heartbeat', JSON.stringify({ pid: 100, updated_at: at(40 * MINUTE_S) / 1_000 }));
    const watcher = watch();
    expect(own(await watcher.look())).toBe('healthy fine');
  });

  test('is no marker of a stop that is under way', async () => {
    writeFileSync(log(), lines([-10, STARTING], [-5, READY]));
    const watcher = watch();
    await watcher.look();
    touch('.gateway-planned-stop.json', '{}');
    process = null;
    await watcher.look();
    await clock.advance(DEFAULT_POLICY.goneGraceMs + 1_000);
    expect(own(await watcher.look())).toBe('stopped process_gone');
  });

  test('of an update holds everything back, but not for longer than an update may take', async () => {
    writeFileSync(log(), lines([-10, STARTING], [-5, READY]));
    const watcher = watch();
    touch('.update_pending.json', '{}');
    expect(own(await watcher.look())).toBe('updating update_in_progress');
    await clock.advance(DEFAULT_POLICY.updateGraceMs + 1_000);
    expect(own(await watcher.look())).toBe('healthy fine');
  });
});
