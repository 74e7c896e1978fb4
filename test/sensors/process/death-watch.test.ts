import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProcessIdentity } from '../../../src/diagnosis/evidence.ts';
import { createDeathWatch } from '../../../src/sensors/process/death-watch.ts';
import { lifeOf } from '../../../src/sensors/process/life.ts';
import { listProcesses, readProcess, stillLives } from '../../../src/sensors/process/proc.ts';

const ONE: ProcessIdentity = { pid: 5_000_001, startTime: 1 };
const TWO: ProcessIdentity = { pid: 5_000_002, startTime: 2 };

describe('a death', () => {
  afterEach(() => void vi.useRealTimers());

  const createWorld = () => {
    vi.useFakeTimers();
    const alive = new Set([ONE.pid, TWO.pid]);
    const deaths: string[] = [];
    const watch = createDeathWatch({
      open: ({ pid }) => ({ lives: () => alive.has(pid), close: () => undefined }),
    });
    return { watch, alive, deaths, told: (name: string) => () => void deaths.push(name) };
  };

  it('is told once, within a quarter of a second, and only of the process that has died', () => {
    const { watch, alive, deaths, told } = createWorld();
    watch.follow('one', ONE, told('one'));
    watch.follow('two', TWO, told('two'));
    vi.advanceTimersByTime(1_000);
    expect(deaths).toEqual([]);
    alive.delete(ONE.pid);
    vi.advanceTimersByTime(250);
    expect(deaths).toEqual(['one']);
    vi.advanceTimersByTime(10_000);
    expect(deaths).toEqual(['one']);
    watch.stop();
  });

  it('is waited for only while somebody is followed: whoever has ended must not be kept alive by that', () => {
    const { watch, alive, told } = createWorld();
    watch.follow('one', null, told('one'));
    expect(vi.getTimerCount()).toBe(0);
    watch.follow('one', ONE, told('one'));
    expect(vi.getTimerCount()).toBe(1);
    watch.stop();
    // A watcher comes to rest after it.
    watch.follow('one', null, told('one'));
    expect(vi.getTimerCount()).toBe(0);
    watch.follow('two', TWO, told('two'));
    alive.delete(TWO.pid);
    vi.advanceTimersByTime(250);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of a process that is not followed any more is not told', () => {
    const { watch, alive, deaths, told } = createWorld();
    watch.follow('one', ONE, told('one'));
    watch.follow('one', TWO, told('new one'));
    alive.delete(ONE.pid);
    vi.advanceTimersByTime(1_000);
    watch.follow('one', null, told('nobody'));
    alive.delete(TWO.pid);
    vi.advanceTimersByTime(1_000);
    expect(deaths).toEqual([]);
    watch.stop();
  });

  it('that cannot be looked for is none: the looks say why', () => {
    vi.useFakeTimers();
    const onDeath = vi.fn();
    const watch = createDeathWatch({
      open: () => ({
        lives: () => {
          throw new Error('EMFILE');
        },
        close: () => undefined,
      }),
    });
    watch.follow('one', ONE, onDeath);
    vi.advanceTimersByTime(1_000);
    expect(onDeath).not.toHaveBeenCalled();
    watch.stop();
  });
});

describe('a process', () => {
  const begin = async (program: string, ...words: readonly string[]) => {
    const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const seen = await readProcess(child.pid ?? 0);
    if (!seen) throw new Error('there is no process');
    return { child, seen };
  };

  it('still lives until it is killed, and one with its pid and another start time never did', async () => {
    const { child, seen } = await begin('sleep', '1000');
    const life = lifeOf(seen);
    const another = lifeOf({ ...seen, startTime: seen.startTime + 1 });
    expect([stillLives(seen), life.lives()]).toEqual([true, true]);
    if (process.platform === 'linux') {
      expect(stillLives({ ...seen, startTime: seen.startTime + 1 })).toBe(false);
      expect(another.lives()).toBe(false);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([stillLives(seen), life.lives(), life.lives()]).toEqual([false, false, false]);
    life.close();
    another.close();
  });

  it.runIf(process.platform === 'linux')('that waits for its parent to ask for its exit code has ended', async () => {
    // The shell becomes a program that asks for nothing.
    const { child } = await begin('/bin/sh', '-c', 'sleep 1000 & exec sleep 1000');
    const childOf = async (): Promise<number> =>
      Number((await listProcesses()).find(({ ppid, argv }) => ppid === child.pid && argv[0] === 'sleep')?.pid);
    const pid = await vi.waitUntil(async () => (await childOf()) || null, { timeout: 30_000 });
    const seen = await readProcess(pid);
    if (!seen) throw new Error('there is no process');
    const life = lifeOf(seen);
    expect(life.lives()).toBe(true);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(life.lives()).toBe(false), { timeout: 30_000 });
    expect((await readProcess(pid))?.state).toBe('Z');
    child.kill('SIGKILL');
  });
});
