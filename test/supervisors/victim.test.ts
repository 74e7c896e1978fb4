/** Real processes: whether what a keeper holds is still the one that is to be ended. */
import { expect, it } from 'vitest';
import { checkVictim, notTheVictim } from '../../src/supervisors/victim.ts';
import { ended, living } from './living.ts';

it('it is, as its main process', async () => {
  const victim = await living();
  expect(await checkVictim(victim.pid, victim)).toBe('victim');
});

it('it is, as a child of its main process: a wrapper stands before it', async () => {
  // Its parent is the process that runs this test.
  const victim = await living();
  expect(await checkVictim(process.pid, victim)).toBe('victim');
});

it('somebody was quicker, where the victim has ended: whatever it holds now is another one', async () => {
  const [victim, newer] = [await ended(), await living()];
  expect(await checkVictim(newer.pid, victim)).toBe('moved_on');
  expect(await checkVictim(null, victim)).toBe('moved_on');
});

it('somebody was quicker, where the pid was used again', async () => {
  const seen = await living();
  expect(await checkVictim(seen.pid, { pid: seen.pid, startTime: seen.startTime - 1 })).toBe('moved_on');
});

it('it is not, where the victim lives elsewhere', async () => {
  const [victim, held] = [await living(), await living()];
  expect(await checkVictim(held.pid, victim)).toBe('another');
  expect(await checkVictim(null, victim)).toBe('another');
});

it('only the victim may be ended; that somebody was quicker is success, and another one is left alone', () => {
  const victim = { pid: 7, startTime: 8 };
  const steps = [{ at: 1, action: 'command', pid: null }] as const;
  expect(notTheVictim('victim', victim, 'x.service', steps)).toBeNull();
  expect(notTheVictim('moved_on', victim, 'x.service', steps)).toEqual({ outcome: 'done', steps });
  expect(notTheVictim('another', victim, 'x.service', steps)).toEqual({
    outcome: 'failed',
    steps,
    reason: 'pid 7 is not what x.service holds, so x.service is left alone',
  });
});
