/** What control groups say of memory, in both versions, and what of the kernel's words is an end for want of memory. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { groupBytes, groupKills, groupLimit, memoryGroupOf } from '../../../src/sensors/resources/group-memory.ts';
import {
  isKillOf,
  isOfGatewayAlone,
  kernelKilled,
  killCounts,
  killedSince,
} from '../../../src/sensors/resources/oom-kill.ts';
import { openFiles, parseAvailable, parseFileLimit, parsePss } from '../../../src/sensors/resources/process-needs.ts';

/** Files of a machine: `proc/…` and `groups/…`. */
const machine = (files: Readonly<Record<string, string>>) => {
  const root = mkdtempSync(join(tmpdir(), 'group-memory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { write, places: { proc: join(root, 'proc'), groups: join(root, 'groups') } };
};

const SERVICE = 'groups/user.slice/app.slice/hermes-gateway.service';
const V2 = {
  'proc/7/cgroup': '0::/user.slice/app.slice/hermes-gateway.service\n',
  [`${SERVICE}/memory.current`]: '900000\n',
  [`${SERVICE}/memory.stat`]: 'anon 500000\ninactive_file 300000\nactive_file 1\n',
  [`${SERVICE}/memory.max`]: 'max\n',
  [`${SERVICE}/memory.events`]: 'low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\noom_group_kill 0\n',
  'groups/user.slice/app.slice/memory.max': '2000000\n',
  'groups/user.slice/app.slice/memory.events': 'oom_kill 5\n',
  'groups/user.slice/memory.max': '3000000\n',
};
const CONTAINER = 'a'.repeat(64);
const V1 = {
  'proc/7/cgroup': `9:name=systemd:/docker/${CONTAINER}\n4:cpu,memory:/docker/${CONTAINER}\n0::/\n`,
  [`groups/memory/docker/${CONTAINER}/memory.usage_in_bytes`]: '800000\n',
  [`groups/memory/docker/${CONTAINER}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 200000\n',
  [`groups/memory/docker/${CONTAINER}/memory.limit_in_bytes`]: '1000000\n',
  [`groups/memory/docker/${CONTAINER}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 4\n',
  'groups/memory/docker/memory.limit_in_bytes': '9223372036854771712\n',
};
const INSIDE = { 'proc/7/cgroup': '0::/\n', 'groups/memory.current': '5000\n', 'groups/memory.max': '9000\n' };
const UNLIMITED = { ...INSIDE, 'groups/memory.max': 'max\n' };

test.each<[string, Readonly<Record<string, string>>, number | null, number | null, number | null]>([
  ['version 2: the least limit of those above it', V2, 2_000_000, 600_000, 2],
  ['version 1', V1, 1_000_000, 600_000, 4],
  ['in a container, whose group is the root', INSIDE, 9_000, 5_000, null],
  ['without a limit', UNLIMITED, null, 5_000, null],
])('%s', async (_, files, limit, bytes, kills) => {
  const group = await memoryGroupOf(7, machine(files).places);
  expect(group && [await groupLimit(group), await groupBytes(group), await groupKills(group)]).toEqual([
    limit,
    bytes,
    kills,
  ]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['no process', {}],
  ['a group that is not to be seen from here', { 'proc/7/cgroup': '0::/../../other\n' }],
  ['no group at all', { 'proc/7/cgroup': 'nothing\n' }],
])('null: %s', async (_, files) => expect(await memoryGroupOf(7, machine(files).places)).toBeNull());

describe('more were ended for want of memory', () => {
  const counted = async (change: (write: (path: string, text: string) => void) => void) => {
    const { write, places } = machine(V2);
    const group = await memoryGroupOf(7, places);
    if (group === null) throw new Error('no group');
    const before = await killCounts(group);
    change(write);
    return killedSince(before, await killCounts(group));
  };
  test.each<[string, Readonly<Record<string, string>>, 'own' | 'above' | null]>([
    ['nothing new', {}, null],
    ['in its group', { [`${SERVICE}/memory.events`]: 'oom_kill 3\n' }, 'own'],
    ['in another group beside it', { 'groups/user.slice/app.slice/memory.events': 'oom_kill 6\n' }, null],
    [
      'in its group, which was made anew since',
      { [`${SERVICE}/memory.events`]: 'oom_kill 0\n', 'groups/user.slice/app.slice/memory.events': 'oom_kill 6\n' },
      'above',
    ],
    ['nothing, and its group was made anew', { [`${SERVICE}/memory.events`]: 'oom_kill 0\n' }, null],
  ])('%s', async (_, changes, expected) =>
    expect(await counted((write) => Object.entries(changes).forEach(([path, text]) => write(path, text)))).toBe(
      expected,
    ),
  );
});

test.each([
  ['/sys/fs/cgroup/app.slice/hermes-gateway.service', true],
  [`/sys/fs/cgroup/docker/${CONTAINER}`, true],
  [`/sys/fs/cgroup/system.slice/docker-${CONTAINER}.scope`, true],
  ['/sys/fs/cgroup/user.slice/session-3.scope', false],
  ['/sys/fs/cgroup/user.slice/user@1000.service', false],
  ['/sys/fs/cgroup/app.slice', false],
  ['/sys/fs/cgroup', false],
])('%s holds the gateway alone: %s', (folder, expected) =>
  expect(isOfGatewayAlone({ folder, above: [], version: 2 })).toBe(expected),
);

/** 100 s after the boot. */
const PROCESS = { pid: 4_711, startTime: 10_000 };
test.each([
  ['3,901,200000000,-;Out of memory: Killed process 4711 (hermes) total-vm:1kB', true],
  ['3,901,200000000,-;Memory cgroup out of memory: Killed process 4711 (node) total-vm:1kB; anon-rss:1kB', true],
  ['3,901,200000000,-;Out of memory: Killed process 471 (hermes) total-vm:1kB', false],
  ['3,901,200000000,-;Out of memory: Killed process 47110 (hermes) total-vm:1kB', false],
  ['3,901,90000000,-;Out of memory: Killed process 4711 (another before it)', false],
  ['6,902,200000000,-;oom_reaper: reaped process 4711 (hermes), now anon-rss:0kB', false],
  ['', false],
])('%s: %s', (record, expected) => expect(isKillOf(record, PROCESS)).toBe(expected));

test("the kernel's log may not be readable", () => {
  expect(kernelKilled(PROCESS, '/nowhere/kmsg')).toBe(false);
  expect(kernelKilled(PROCESS, '/dev/null')).toBe(false);
});

test('what /proc says', () => {
  expect(parsePss('00400000-7fff r--p\nRss:  9 kB\nPss:                 123 kB\nPss_Dirty:  1 kB\n')).toBe(123 * 1_024);
  expect(parsePss('Rss: 9 kB\n')).toBeNull();
  expect(parsePss(null)).toBeNull();
  const limits = 'Limit                     Soft Limit           Hard Limit           Units     \n';
  expect(
    parseFileLimit(`${limits}Max open files            1024                 4096                 files     \n`),
  ).toBe(1_024);
  expect(
    parseFileLimit(`${limits}Max open files            unlimited            unlimited            files     \n`),
  ).toBeNull();
  expect(parseAvailable('MemTotal:  9 kB\nMemAvailable:    5 kB\n')).toBe(5 * 1_024);
});

test('of several processes the one that is nearest to its limit of files', async () => {
  const limit = (most: number): string =>
    `Max open files            ${most}                 ${most}                 files     \n`;
  const files = (pid: number, open: number): Readonly<Record<string, string>> =>
    Object.fromEntries(Array.from({ length: open }, (_, fd) => [`proc/${pid}/fd/${fd}`, '']));
  const { places } = machine({
    ...files(7, 6),
    'proc/7/limits': limit(100),
    ...files(8, 4),
    'proc/8/limits': limit(5),
  });
  expect(await openFiles([7, 8, 9], places.proc)).toEqual({ pid: 8, open: 4, most: 5 });
  expect(await openFiles([9], places.proc)).toBeNull();
});
