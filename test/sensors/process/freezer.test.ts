/** Whether somebody holds a process still, as the kernel says it: by version 1 and by version 2 of control groups. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ProcessIdentity } from '../../../src/diagnosis/evidence.ts';
import { freezerFiles, isHeldStill, parseFreezer } from '../../../src/sensors/process/freezer.ts';
import { createPausedSensor } from '../../../src/sensors/process/paused.ts';
import { instant } from '../../instant.ts';

describe('where the kernel shows it', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'version 2',
      '0::/system.slice/docker-abc.scope\n',
      ['system.slice/docker-abc.scope/cgroup.events', 'unified/system.slice/docker-abc.scope/cgroup.events'],
    ],
    ['version 1', '9:freezer:/docker/abc\n3:cpu,cpuacct:/docker/abc\n', ['freezer/docker/abc/freezer.state']],
    ['the root group of version 2, which cannot be frozen', '0::/\n', []],
    ['a group outside of what can be seen', '0::/../other\n', []],
    ['nothing that is understood', 'x', []],
  ])('%s', (_what, text, files) => expect(freezerFiles(text)).toEqual(files));

  it.each<[string, boolean | null]>([
    ['THAWED\n', false],
    ['FREEZING\n', true],
    ['FROZEN\n', true],
    ['populated 1\nfrozen 1\n', true],
    ['populated 1\nfrozen 0\n', false],
    ['populated 1\n', null],
    ['', null],
  ])('%j is %s', (text, expected) => expect(parseFreezer(text)).toBe(expected));
});

it('a process is held still where its group is, and where the kernel says nothing nobody knows', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-freezer-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const look = (pid: number): Promise<boolean | null> =>
    isHeldStill(pid, { proc: join(dir, 'proc'), groups: join(dir, 'groups') });
  await put('proc/7/cgroup', '0::/box\n');
  await put('groups/box/cgroup.events', 'populated 1\nfrozen 1\n');
  await put('proc/8/cgroup', '0::/elsewhere\n');
  expect(await look(7)).toBe(true);
  await put('groups/box/cgroup.events', 'populated 1\nfrozen 0\n');
  expect(await look(7)).toBe(false);
  expect(await look(8)).toBeNull();
  expect(await look(9)).toBeNull();
});

describe('a pause', () => {
  const create = (byKernel: boolean | null, byKeeper: boolean | null) => {
    const world = { byKernel, byKeeper, process: { pid: 7, startTime: 1 } as ProcessIdentity | null };
    const sensor = createPausedSensor({
      process: () => world.process,
      byKeeper: () => world.byKeeper,
      heldStill: async () => world.byKernel,
    });
    return { world, sensor, facts: async () => (await sensor.look(instant(1))).map(({ fact }) => fact) };
  };

  it('is told at each look while it lasts, and its end once', async () => {
    const { world, sensor, facts } = create(true, null);
    expect(await facts()).toEqual([{ kind: 'paused', paused: true }]);
    expect(await facts()).toEqual([{ kind: 'paused', paused: true }]);
    expect(sensor.isPaused()).toBe(true);
    world.byKernel = false;
    expect(await facts()).toEqual([{ kind: 'paused', paused: false }]);
    expect(await facts()).toEqual([]);
  });

  it('of which a Lifeline before knew is over at the first look that finds none', async () =>
    expect(await create(false, null).facts()).toEqual([{ kind: 'paused', paused: false }]));

  it('is the kernel’s to say before its keeper’s, whose word is older', async () => {
    expect(await create(false, true).facts()).toEqual([{ kind: 'paused', paused: false }]);
    expect(await create(null, true).facts()).toEqual([{ kind: 'paused', paused: true }]);
  });

  it('is none of a gateway that is gone', async () => {
    const { world, sensor, facts } = create(true, true);
    world.process = null;
    await facts();
    expect(sensor.isPaused()).toBe(false);
  });
});
