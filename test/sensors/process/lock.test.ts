import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { deviceName, parseLocks, readLock } from '../../../src/sensors/process/lock.ts';

/** Printed by Linux 6.18; one process waits for the lock of another. */
const RECORDED = `1: FLOCK  ADVISORY  READ 14075 fe:00:10150259 0 EOF
2: FLOCK  ADVISORY  WRITE 14071 fe:00:10150323 0 EOF
2: -> FLOCK  ADVISORY  WRITE 14074 fe:00:10150323 0 EOF
3: POSIX  ADVISORY  READ 28300 fe:00:10085158 124 124
4: POSIX  ADVISORY  READ 28300 fe:00:10085151 1073741826 1073742335
5: OFDLCK ADVISORY  WRITE -1 08:01:77 0 EOF
6: LEASE  ACTIVE    READ 900 08:01:78 0 EOF
`;

describe('parseLocks', () => {
  it('reads flock locks, not those that are waited for and not those of other kinds', () => {
    expect(parseLocks(RECORDED)).toEqual([
      { device: 'fe:00', inode: '10150259', pid: 14_075 },
      { device: 'fe:00', inode: '10150323', pid: 14_071 },
    ]);
  });

  it('never throws', () => {
    const damaged = fc
      .tuple(fc.nat(500), fc.nat(40), fc.string({ unit: 'binary' }))
      .map(([at, cut, put]) => RECORDED.slice(0, at) + put + RECORDED.slice(at + cut));
    fc.assert(fc.property(damaged, (text) => parseLocks(text).every(({ pid }) => Number.isInteger(pid))));
  });
});

test.each([
  [65_024n, 'fe:00'],
  [2_049n, '08:01'],
  [0x1234567n, '345:1267'],
  [49n, '00:31'],
])('the device %s of stat(2) is %s in /proc/locks', (device, name) => expect(deviceName(device)).toBe(name));

const hasFlock = process.platform === 'linux' && spawnSync('flock', ['--version'], { stdio: 'ignore' }).status === 0;

describe.runIf(hasFlock)('a real lock', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-lock-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await gone;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('is held by the process that took it, and by nobody after that process died, however it died', async () => {
    const path = join(folder, 'gateway.lock');
    await writeFile(path, '{}');
    expect(await readLock(path)).toEqual({ held: false, pid: null });
    const holder = spawn('flock', ['--no-fork', path, 'sh', '-c', 'echo up; exec sleep 300'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(holder);
    await once(holder.stdout, 'data');
    expect(await readLock(path)).toEqual({ held: true, pid: holder.pid });
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    expect(await readLock(path)).toEqual({ held: false, pid: null });
    expect((await stat(path)).isFile()).toBe(true);
  });

  it('is unknown when there is no such file', async () => {
    expect(await readLock(join(folder, 'gateway.lock'))).toBeNull();
  });
});
