import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ownFolder } from '../store/helpers.ts';

const WAIT = { timeout: 20_000 };

interface Said {
  readonly last?: { readonly how: string };
  readonly gapMs?: number;
  readonly away?: { readonly why: string; readonly from: number; readonly to: number };
}

const live = async (path: string) => {
  const child = spawn(process.execPath, [new URL('fixtures/living.ts', import.meta.url).pathname, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: Said[] = [];
  createInterface(child.stdout).on('line', (line) => said.push(JSON.parse(line) as Said));
  const lastRun = (): Said['last'] => said.find(({ last }) => last)?.last;
  await vi.waitFor(() => expect(lastRun()).toBeDefined(), WAIT);
  const ends = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return { child, said, how: lastRun()?.how, ends };
};

test('the next process knows whether the last one was killed or stopped', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const first = await live(path);
  expect(first.how).toBe('first');
  await first.ends('SIGKILL');
  const second = await live(path);
  expect(second.how).toBe('unclean');
  await second.ends('SIGTERM');
  expect((await live(path)).how).toBe('clean');
});

test('a process that is stopped by a signal and goes on notices that it was away, and says so', async () => {
  const { child, said } = await live(join(ownFolder(), 'lifeline.db'));
  child.kill('SIGSTOP');
  const stoppedAt = Date.now();
  await wait(1_500);
  const goesOnAt = Date.now();
  child.kill('SIGCONT');
  // A busy machine may hold it up at other times too: this absence must be among those that are told.
  await vi.waitFor(
    () =>
      expect(
        said.flatMap(({ away }) => (away && away.from <= stoppedAt + 20 && away.to >= goesOnAt ? [away.why] : [])),
      ).toEqual(['paused']),
    WAIT,
  );
  expect(said.some(({ gapMs = 0 }) => gapMs >= goesOnAt - stoppedAt)).toBe(true);
});
