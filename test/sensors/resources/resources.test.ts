/** Memory, files and disk of real processes. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { nowOf } from '../../../src/base/instant.ts';
import { scaledClock } from '../../../src/base/clock.ts';
import type { Evidence, ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { MOST_SAMPLES, SAMPLE_EVERY_MS, type MemorySample } from '../../../src/diagnosis/memory-growth.ts';
import { DEFAULT_MEMORY_RULES, type MemoryRules } from '../../../src/diagnosis/memory-rules.ts';
import { listProcesses, seeProcess } from '../../../src/sensors/process/proc.ts';
import { survey } from '../../../src/sensors/process/survey.ts';
import {
  createResourcesSensor,
  EVERY_MS,
  FILES_EVERY_MS,
  HIGH_EVERY_MS,
  isDiskLow,
  openFilesOf,
  OVER_EVERY_MS,
  type SamplesOf,
} from '../../../src/sensors/resources/resources.ts';
import { instant } from '../../instant.ts';

const HUNGRY = new URL('fixtures/hungry.ts', import.meta.url).pathname;
const MIB = 1_048_576;
const NOW = nowOf(scaledClock(0, 1));
const isLinux = process.platform === 'linux';

/** A process that holds so many megabytes, with so many files open and a child with so many megabytes. */
const hungry = async (
  { megabytes, files = 0, child }: { megabytes: number; files?: number; child?: number },
  mostFiles?: number,
): Promise<ProcessSeen> => {
  const words = [process.execPath, HUNGRY, megabytes, files, ...(child === undefined ? [] : [child])].map(String);
  const limited = mostFiles === undefined ? words : ['prlimit', `--nofile=${mostFiles}:${mostFiles}`, ...words];
  const [program = '', ...rest] = limited;
  const started = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    started.stdin.end();
    if (started.exitCode === null && started.signalCode === null) await once(started, 'exit');
  });
  await once(started.stdout, 'data');
  const seen = await seeProcess(started.pid ?? 0);
  if (seen === null) throw new Error('it has ended');
  // The list of processes that the test before has made may be young enough to be taken, and has no child of this one.
  await survey(0);
  return seen;
};

const sensorOf = (
  current: () => ProcessSeen | null,
  rules: MemoryRules = DEFAULT_MEMORY_RULES,
  samples: SamplesOf | null = null,
) => createResourcesSensor({ home: tmpdir(), process: current, rules, samples });

const needsIn = (evidence: readonly Evidence[]) =>
  evidence.flatMap(({ fact }) => (fact.kind === 'resources' ? [fact] : []))[0];

const isDead = (pid: number): boolean => / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').slice(0, 200));

const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1_024;

const hasPrlimit = (): boolean => {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.runIf(isLinux)('of a real process', () => {
  test('the memory of all its processes together, with what each shares counted once', async () => {
    const gateway = await hungry({ megabytes: 80, child: 60 });
    const found = needsIn(await sensorOf(() => gateway).look(NOW));
    expect(found?.memory).toMatchObject({
      by: existsSync('/proc/self/smaps_rollup') ? 'pss' : 'rss',
      processes: 2,
      level: 'fine',
    });
    expect(found?.memory?.bytes).toBeGreaterThan(140 * MIB);
    expect(found?.memory?.bytes).toBeLessThan(400 * MIB);
    // Both run the same Node, whose file each of them has in its RSS.
    const child = (await listProcesses()).find(({ ppid }) => ppid === gateway.pid)?.pid ?? 0;
    if (found?.memory?.by === 'pss') expect(found.memory.bytes).toBeLessThan(rssOf(gateway.pid) + rssOf(child));
    expect(found?.memory?.ceiling).toBeGreaterThan(found?.memory?.bytes ?? Infinity);
  });

  test('its limits in bytes', async () => {
    const gateway = await hungry({ megabytes: 80 });
    const rules: MemoryRules = { warn: { bytes: 20 * MIB }, restart: { bytes: 60 * MIB } };
    const found = needsIn(await sensorOf(() => gateway, rules).look(NOW));
    expect(found?.memory?.level).toBe('over');
    const high = needsIn(await sensorOf(() => gateway, { ...rules, restart: null }).look(NOW));
    expect(high?.memory?.level).toBe('high');
  });

  test.runIf(hasPrlimit())('open files near their limit', async () => {
    const gateway = await hungry({ megabytes: 1, files: 200 }, 256);
    const found = needsIn(await sensorOf(() => gateway).look(NOW));
    expect(found?.files).toMatchObject({ pid: gateway.pid, most: 256, high: true });
    expect(found?.files?.open).toBeGreaterThanOrEqual(200);
    // Whoever asks hears of it at this moment, whenever the sensor looks next.
    expect(await openFilesOf(gateway)).toMatchObject({ pid: gateway.pid, most: 256, high: true });
  });

  test('is looked at seldom, and oftener while it is high', async () => {
    const gateway: ProcessSeen = { ...(await hungry({ megabytes: 30 })), startedAt: NOW - EVERY_MS };
    const looksWithin = async (rules: MemoryRules, ms: number): Promise<number> => {
      const sensor = sensorOf(() => gateway, rules);
      let looks = 0;
      for (let passed = 0; passed < ms; passed += 5_000)
        if (needsIn(await sensor.look(instant(NOW + passed)))) looks += 1;
      return looks;
    };
    expect(await looksWithin(DEFAULT_MEMORY_RULES, EVERY_MS)).toBe(1);
    expect(await looksWithin({ warn: { bytes: MIB }, restart: null }, EVERY_MS)).toBe(EVERY_MS / HIGH_EVERY_MS);
    const over = { warn: null, restart: { bytes: MIB } };
    expect(await looksWithin(over, EVERY_MS)).toBe(EVERY_MS / OVER_EVERY_MS);
  });

  test.runIf(existsSync(`/proc/self/task/${process.pid}/children`))(
    'over the limit, a moment below it is seen',
    async () => {
      const gateway = await hungry({ megabytes: 1, child: 200 });
      const sensor = sensorOf(() => gateway, { warn: null, restart: { bytes: 180 * MIB } });
      expect(needsIn(await sensor.look(NOW))?.memory?.level).toBe('over');
      const [child = 0] = readFileSync(`/proc/${gateway.pid}/task/${gateway.pid}/children`, 'latin1')
        .split(' ')
        .map(Number);
      process.kill(child, 'SIGKILL');
      await vi.waitFor(() => expect(existsSync(`/proc/${child}/statm`) && !isDead(child)).toBe(false), 20_000);
      expect(needsIn(await sensor.look(instant(NOW + OVER_EVERY_MS)))?.memory?.level).toBe('fine');
    },
  );

  test('what has just started is measured again soon where it may be restarted for its memory', async () => {
    const gateway: ProcessSeen = { ...(await hungry({ megabytes: 1 })), startedAt: NOW };
    const looksAt = async (rules: MemoryRules): Promise<readonly number[]> => {
      const sensor = sensorOf(() => gateway, rules);
      const looks: number[] = [];
      for (let passed = 0; passed <= 20_000; passed += 5_000)
        if (needsIn(await sensor.look(instant(NOW + passed)))) looks.push(passed);
      return looks;
    };
    expect(await looksAt({ warn: null, restart: { bytes: 2_000 * MIB } })).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
    expect(await looksAt({ warn: null, restart: null })).toEqual([0]);
  });

  test.runIf(hasPrlimit())('files that became many since are told within half a minute', async () => {
    const gateway: ProcessSeen = { ...(await hungry({ megabytes: 1, files: 10 }, 256)), startedAt: NOW - EVERY_MS };
    const sensor = sensorOf(() => gateway);
    expect(needsIn(await sensor.look(NOW))?.files?.high).toBe(false);
    expect(needsIn(await sensor.look(instant(NOW + FILES_EVERY_MS)))).toBeUndefined();
    execFileSync('prlimit', ['--pid', String(gateway.pid), '--nofile=30:256']);
    expect(needsIn(await sensor.look(instant(NOW + FILES_EVERY_MS + 5_000)))).toBeUndefined();
    expect(needsIn(await sensor.look(instant(NOW + 2 * FILES_EVERY_MS)))?.files).toMatchObject({
      most: 30,
      high: true,
    });
  });
});

test('a process that is not there any more', async () => {
  const gone: ProcessSeen = { pid: 2 ** 22 - 1, startTime: 1, startedAt: NOW };
  expect(needsIn(await sensorOf(() => gone).look(NOW))).toMatchObject({ memory: null, files: null });
});

test('the disk is looked at once an hour, also without a process', async () => {
  const sensor = sensorOf(() => null);
  const kinds = async (at: number): Promise<readonly string[]> =>
    (await sensor.look(instant(at))).map(({ fact }) => fact.kind);
  expect(await kinds(NOW)).toEqual(['disk']);
  expect(await kinds(NOW + 3_599_000)).toEqual([]);
  expect(await kinds(NOW + 3_600_000)).toEqual(['disk']);
});

test('the disk is that of its home', async () => {
  const nowhere = { home: '/nowhere', process: () => null, rules: DEFAULT_MEMORY_RULES, samples: null };
  expect(await createResourcesSensor(nowhere).look(NOW)).toEqual([]);
});

const GB = 1_024 * MIB;
test.each([
  [0.9, 100, false, true],
  [1.1, 100, false, false],
  [1.05, 100, true, true],
  [1.2, 100, true, false],
  [0.9, 10, false, false],
  [0.4, 10, false, true],
])('%f of %f GB free, low before: %s, is low: %s', (free, all, before, expected) =>
  expect(isDiskLow(free * GB, all * GB, before)).toBe(expected),
);

test.runIf(isLinux)('growth over days is told once, and so is its end', async () => {
  const gateway = await hungry({ megabytes: 1 });
  /** What the store would hold: the growth of the days before. */
  let past: readonly MemorySample[] = [];
  const added: MemorySample[] = [];
  const sensor = sensorOf(() => gateway, DEFAULT_MEMORY_RULES, {
    add: (_process, sample) => void added.push(sample),
    of: () => past,
  });
  const look = async (hour: number): Promise<readonly unknown[]> => {
    const found = await sensor.look(instant(NOW + hour * SAMPLE_EVERY_MS));
    return found.flatMap(({ fact }) => (fact.kind === 'memory-grows' ? [fact.fullInMs !== null] : []));
  };
  const ceiling = needsIn(await sensor.look(NOW))?.memory?.ceiling ?? 0;
  const days = (bytesAt: (hour: number) => number, until: number): readonly MemorySample[] =>
    Array.from({ length: MOST_SAMPLES }, (_, index) => {
      const hour = until - MOST_SAMPLES + index + 1;
      return { at: NOW + hour * SAMPLE_EVERY_MS, bytes: bytesAt(hour) };
    });
  past = days(() => ceiling * 0.6, 1);
  await look(1);
  past = days((hour) => ceiling * (0.9 + hour * 0.008), 2);
  expect(await look(2)).toEqual([true]);
  past = days(() => ceiling * 0.6, 3);
  expect(await look(3)).toEqual([false]);
  past = days(() => ceiling * 0.6, 4);
  expect(await look(4)).toEqual([]);
  expect(added).toHaveLength(4);
  expect(added[0]?.bytes).toBeGreaterThan(MIB);
});
