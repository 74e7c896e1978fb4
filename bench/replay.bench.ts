/** How fast recorded logs are read: a year of them should not keep an operator waiting. `npm run bench` */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWN_FILES } from '../src/base/open-foreign.ts';
import { hermes } from '../src/gateways/hermes/hermes.ts';
import { createLogFollower } from '../src/sensors/logs/log-follower.ts';
import { createLogSensor } from '../src/sensors/logs/logs.ts';
import { NOTHING_THERE } from '../src/sensors/logs/log-cursor.ts';
import { replay } from '../src/monitor/replay-logs.ts';
import { kindAt } from '../src/gateways/index.ts';
import { writeBusyHome, writeBusyOpenClawHome } from './home.ts';
import { instant } from '../test/instant.ts';

const MEGABYTE = 1_000_000;
const BYTES = 100 * MEGABYTE;
const ONCE = { time: 0, iterations: 2, warmupIterations: 1, warmupTime: 0 };

let home: string;
let bytes: number;
const OPENCLAW_LOG = 'openclaw-2026-11-01.log';
let openClawHome: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-bench-'));
  bytes = writeBusyHome(home, BYTES);
  openClawHome = mkdtempSync(join(tmpdir(), 'lifeline-bench-'));
  writeBusyOpenClawHome(openClawHome, OPENCLAW_LOG, BYTES);
});
afterAll(() => {
  for (const place of [home, openClawHome]) rmSync(place, { recursive: true, force: true });
});

/** By CPU time, with that of the collector's threads: what else runs on the machine does not count. */
const report = (what: string, cpuSeconds: readonly number[]): void => {
  // The first one warms up.
  const seconds = Math.min(...cpuSeconds.slice(1));
  process.stdout.write(
    `${what}: ${(bytes / MEGABYTE / seconds).toFixed(0)} MB a second of CPU, ${seconds.toFixed(2)} s for ${(bytes / MEGABYTE).toFixed(0)} MB\n`,
  );
};

const cpuOf = async (into: number[], work: () => Promise<void>): Promise<void> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  into.push((user + system) / 1e6);
};

test('the follower reads all logs', async ({ bench }) => {
  const cpu: number[] = [];
  await bench('follower', () =>
    cpuOf(cpu, async () => {
      let lines = 0;
      for (const log of hermes.logs) {
        const follower = createLogFollower(join(home, log), { trust: OWN_FILES, cursor: NOTHING_THERE });
        await follower.each(() => (lines += 1));
        await follower.close();
      }
      expect(lines).toBeGreaterThan(1_000);
    }),
  ).run(ONCE);
  report('follower', cpu);
});

test('the log sensor catches up', async ({ bench }) => {
  const cpu: number[] = [];
  await bench('sensor', () =>
    cpuOf(cpu, async () => {
      const sensor = createLogSensor(
        hermes,
        home,
        Object.fromEntries(hermes.logs.map((log) => [join(home, log), NOTHING_THERE])),
      );
      expect((await sensor.look(instant(0))).length).toBeGreaterThan(100);
      await sensor.close?.();
    }),
  ).run(ONCE);
  report('sensor', cpu);
});

test('a replay of the home', async ({ bench }) => {
  const cpu: number[] = [];
  await bench('replay', () =>
    cpuOf(cpu, async () => {
      let verdicts = 0;
      for await (const _verdict of replay({ kind: hermes, home, gateway: 'main', until: null })) verdicts += 1;
      expect(verdicts).toBeGreaterThan(100);
    }),
  ).run(ONCE);
  report('replay', cpu);
});

test('a replay of OpenClaw’s JSON', async ({ bench }) => {
  const cpu: number[] = [];
  const kind = { ...kindAt('openclaw', openClawHome), logs: [OPENCLAW_LOG], mainLogs: [OPENCLAW_LOG] };
  await bench('replay, OpenClaw', () =>
    cpuOf(cpu, async () => {
      let verdicts = 0;
      for await (const _verdict of replay({ kind, home: openClawHome, gateway: 'main', until: null })) verdicts += 1;
      expect(verdicts).toBeGreaterThan(100);
    }),
  ).run(ONCE);
  report('replay of OpenClaw’s JSON', cpu);
});
