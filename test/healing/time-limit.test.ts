import { expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { withLimit } from '../../src/healing/time-limit.ts';
import { manualClock } from './manual-clock.ts';

const never = new AbortController().signal;
const hangs = (): Promise<never> => new Promise(() => undefined);

it('hands through what the work gives and throws', async () => {
  const limit = { clock: manualClock(), limitMs: 1_000, signal: never, message: 'too slow' };
  await expect(withLimit(limit, async () => 'result')).resolves.toBe('result');
  await expect(withLimit(limit, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('gives up work that hangs when the limit is over, and not before', async () => {
  const clock = manualClock();
  let state = 'waiting';
  const waiting = withLimit({ clock, limitMs: 1_000, signal: never, message: 'too slow' }, hangs).catch(
    (error: unknown) => {
      state = (error as Error).message;
    },
  );
  await clock.advance(999);
  expect(state).toBe('waiting');
  await clock.advance(1);
  await waiting;
  expect(state).toBe('too slow');
});

it('gives up work that hangs when the outer signal fires, even one that had fired before', async () => {
  const stop = new AbortController();
  const waiting = withLimit({ clock: manualClock(), limitMs: 1_000, signal: stop.signal, message: 'too slow' }, hangs);
  stop.abort(new Error('stopping'));
  await expect(waiting).rejects.toThrow('stopping');
  await expect(
    withLimit({ clock: manualClock(), limitMs: 1_000, signal: stop.signal, message: 'too slow' }, hangs),
  ).rejects.toThrow('stopping');
});

it('lets work that heeds the signal wind up', async () => {
  const clock = manualClock();
  const working = withLimit(
    { clock, limitMs: 1_000, windUpMs: 60_000, signal: never, message: 'too slow' },
    async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await scaledClock(0, 1).sleep(20);
      return 'wound up';
    },
  );
  await clock.advance(1_000);
  await expect(working).resolves.toBe('wound up');
});

it('leaves work to itself that does not wind up in time', async () => {
  const clock = manualClock();
  const working = withLimit({ clock, limitMs: 1_000, windUpMs: 20, signal: never, message: 'too slow' }, hangs);
  const gaveUp = expect(working).rejects.toThrow('too slow');
  await clock.advance(1_000);
  await gaveUp;
});
