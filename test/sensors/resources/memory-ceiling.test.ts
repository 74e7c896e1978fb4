import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { memoryLevel } from '../../../src/diagnosis/memory-rules.ts';
import { groupLimit, memoryGroupOf } from '../../../src/sensors/resources/group-memory.ts';
import { memoryCeiling } from '../../../src/sensors/resources/memory-ceiling.ts';
import { machineAvailable } from '../../../src/sensors/resources/process-needs.ts';

const GIB = 2 ** 30;

test.each([
  ['a small group on a large machine', 1, 2, 30, 2, 'group'],
  ['a large group on a machine that has little left', 1, 16, 2, 3, 'machine'],
  ['no limit', 1, null, 4, 5, 'machine'],
  ['a machine that does not tell', 1, 2, null, 2, 'group'],
  ['neither', 1, null, null, null, null],
  // What it holds is not available any more, and yet it is its own.
  ['a group just below what the machine could give', 3, 4.999, 2, 4.999, 'group'],
  ['a group that may hold as much as the machine could give', 3, 5, 2, 5, 'machine'],
  ['a group just above it', 3, 5.001, 2, 5, 'machine'],
  ['a machine that has nothing left', 3, 8, 0, 3, 'machine'],
  ['a group that holds more than it may', 3, 2, 10, 2, 'group'],
] as const)('%s: %s held, %s allowed, %s available: %s, of the %s', (_, held, limit, available, ceiling, of) => {
  const bytes = (gib: number | null): number | null => (gib === null ? null : gib * GIB);
  expect(memoryCeiling({ held: held * GIB, limit: bytes(limit), available: bytes(available) })).toEqual({
    ceiling: bytes(ceiling),
    of,
  });
});

describe('as the kernel words it', () => {
  const kernel = async (files: Readonly<Record<string, string>>): Promise<{ proc: string; groups: string }> => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-ceiling-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return { proc: join(folder, 'proc'), groups: join(folder, 'groups') };
  };
  /** 4 GB are available, and the gateway holds one. */
  const ceilingOf = async (files: Readonly<Record<string, string>>) => {
    const places = await kernel({ 'proc/meminfo': `MemAvailable:    ${4 * 1_048_576} kB\n`, ...files });
    const group = await memoryGroupOf(7, places);
    const limit = group && (await groupLimit(group));
    return memoryCeiling({ held: GIB, limit, available: await machineAvailable(places.proc) });
  };
  const unit = { 'proc/7/cgroup': '0::/a/b\n', 'groups/a/b/memory.current': '1' };

  test.each([
    ['its own group', { 'groups/a/b/memory.max': `${2 * GIB}\n`, 'groups/a/memory.max': 'max\n' }, 2, 'group'],
    ['the group above it', { 'groups/a/b/memory.max': 'max\n', 'groups/a/memory.max': `${3 * GIB}\n` }, 3, 'group'],
    ['the smaller of both', { 'groups/a/b/memory.max': `${4 * GIB}`, 'groups/a/memory.max': `${2 * GIB}` }, 2, 'group'],
    ['none of them', { 'groups/a/b/memory.max': 'max\n', 'groups/a/memory.max': 'max\n' }, 5, 'machine'],
    ['one that allows more than there is', { 'groups/a/b/memory.max': `${64 * GIB}\n` }, 5, 'machine'],
  ])('version 2, limited by %s', async (_, files, gib, of) => {
    expect(await ceilingOf({ ...unit, ...files })).toEqual({ ceiling: gib * GIB, of });
  });

  test.each([
    ['limited', `${2 * GIB}\n`, 2, 'group'],
    // What version 1 says for "none".
    ['not limited', '9223372036854771712\n', 5, 'machine'],
  ])('version 1, %s', async (_, limit, gib, of) => {
    const files = {
      'proc/7/cgroup': '4:cpu:/\n3:memory:/a\n',
      'groups/memory/a/memory.usage_in_bytes': '1',
      'groups/memory/a/memory.limit_in_bytes': limit,
    };
    expect(await ceilingOf(files)).toEqual({ ceiling: gib * GIB, of });
  });

  test('no control group at all', async () => {
    expect(await ceilingOf({ 'proc/7/cgroup': '' })).toEqual({ ceiling: 5 * GIB, of: 'machine' });
  });
});

test('a share is one of the smaller ceiling', () => {
  const level = (limit: number | null) =>
    memoryLevel(
      1.7 * GIB,
      memoryCeiling({ held: 1.7 * GIB, limit, available: 20 * GIB }).ceiling,
      { warn: { share: 0.8 }, restart: null },
      'fine',
    );
  expect([level(2 * GIB), level(null)]).toEqual(['high', 'fine']);
});
