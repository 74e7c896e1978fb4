/** Two hubs, one lease, clocks that jump and stand still: at most one of them may begin to send. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { elapsedMs, isLastWordDue, leftMs, LEASE, mayBegin } from '../../src/fleet/lease.ts';
import { takeLease, type LeaseBucket } from '../../src/fleet/lease.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test('whichever clock ran further counts', () => {
  const since = { wallMs: 1_000, monotonicMs: 1_000 };
  // Suspended: only the wall clock went on. Set back: only the other did.
  expect(elapsedMs(since, { wallMs: 9_000, monotonicMs: 1_500 })).toBe(8_000);
  expect(elapsedMs(since, { wallMs: -500_000, monotonicMs: 3_000 })).toBe(2_000);
  expect(leftMs(since, { wallMs: 9_000, monotonicMs: 1_500 }, LEASE)).toBe(0);
  expect(mayBegin(null, since, LEASE)).toBe(false);
});

test('nothing may begin from the deadline on, and the last word comes before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -20_000, max: 20_000 }), (monotonic, jump) => {
      const now = { wallMs: monotonic + jump, monotonicMs: monotonic };
      const since = { wallMs: 0, monotonicMs: 0 };
      const may = mayBegin(since, now, LEASE);
      expect(may).toBe(Math.max(monotonic, monotonic + jump) < LEASE.ttlMs - LEASE.marginMs);
      if (isLastWordDue(since, now, LEASE)) expect(may).toBe(true);
    }),
  );
});

/** A bucket as NATS has it: compare and set, and a time to live by the server's clock. */
const createServer = (now: () => number) => {
  let revision = 0;
  let held: { readonly by: string; readonly revision: number; readonly at: number } | null = null;
  const current = () => (held !== null && now() - held.at < LEASE.ttlMs ? held : null);
  return {
    holder: () => current()?.by ?? null,
    bucket: (by: string, reach: () => 'ok' | 'down' | 'lost'): LeaseBucket => {
      let own = 0;
      const ask = async <T>(work: () => T): Promise<T> => {
        if (reach() === 'down') throw new Error('down');
        const result = work();
        // It was done, and the answer is lost.
        if (reach() === 'lost') throw new Error('timeout');
        return result;
      };
      return {
        create: () =>
          ask(() => {
            if (current() !== null) return null;
            own = ++revision;
            held = { by, revision: own, at: now() };
            return { bucketMs: 1, revision: own };
          }),
        renew: () =>
          ask(() => {
            if (current()?.by !== by) return false;
            own = ++revision;
            held = { by, revision: own, at: now() };
            return true;
          }),
        release: async () => {
          if (current()?.by === by) held = null;
        },
      };
    },
  };
};

test('of several hubs at most one may begin to send at any moment, whatever reaches the server', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          ms: fc.integer({ min: 100, max: 6_000 }),
          reach: fc.array(fc.constantFrom('ok', 'ok', 'down', 'lost'), { minLength: 3, maxLength: 3 }),
        }),
        { minLength: 3, maxLength: 14 },
      ),
      async (steps) => {
        const server = createServer(() => Date.now());
        const reach: ('ok' | 'down' | 'lost')[] = ['ok', 'ok', 'ok'];
        const leases = new Map<number, Awaited<ReturnType<typeof takeLease>>>();
        const words: number[] = [];
        const fences: number[] = [];
        const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
        const tryAll = async (): Promise<void> => {
          for (const index of [0, 1, 2]) {
            const mine = leases.get(index);
            if (mine && mine.leftMs() > 0) continue;
            try {
              const lease = await takeLease({
                bucket: server.bucket(`hub-${index}`, () => reach[index] ?? 'ok'),
                times: LEASE,
                now,
                onLastWord: () => words.push(index),
                logger: silentLogger(),
              });
              if (lease === null) continue;
              leases.set(index, lease);
              fences.push(lease.fence.revision);
            } catch {
              // It looks again later.
            }
          }
        };
        const speaking = (): number => [...leases.values()].filter((lease) => lease?.mayBegin()).length;
        for (const step of steps) {
          step.reach.forEach((each, index) => (reach[index] = each as 'ok'));
          for (let passed = 0; passed < step.ms; passed += 250) {
            await tryAll();
            expect(speaking()).toBeLessThanOrEqual(1);
            await vi.advanceTimersByTimeAsync(250);
            expect(speaking()).toBeLessThanOrEqual(1);
          }
        }
        // Each lease has a higher fence than those before.
        expect(fences).toEqual(fences.toSorted((a, b) => a - b));
        for (const lease of leases.values()) lease?.lose('taken');
      },
    ),
    { numRuns: 40 },
  );
});

test('a holder that cannot renew says one last word before its deadline, and then nothing', async () => {
  const server = createServer(() => Date.now());
  let reach: 'ok' | 'down' = 'ok';
  const said: number[] = [];
  const lease = await takeLease({
    bucket: server.bucket('a', () => reach),
    times: LEASE,
    now: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
    onLastWord: () => said.push(lease?.leftMs() ?? -1),
    logger: silentLogger(),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lease?.mayBegin()).toBe(true);
  reach = 'down';
  await vi.advanceTimersByTimeAsync(20_000);
  expect(said).toHaveLength(1);
  expect(said[0]).toBeGreaterThan(0);
  expect(lease?.mayBegin()).toBe(false);
  expect(await lease?.ended).toBe('deadline');
});
