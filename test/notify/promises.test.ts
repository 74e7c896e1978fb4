/** The promises of delivery, under everything that platforms and crashes can do to it. */
import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Addressee } from '../../src/notify/entry.ts';
import { ownFolder } from '../store/helpers.ts';
import { createPlatform, startLifeline, type Arrived, type Behaviour } from './post-office.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const PEOPLE: readonly Addressee[] = [
  { person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }, { channel: 'qq', user: 'QQ_ME' }] },
  { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] },
];

const BEHAVIOURS = ['ok', 'ok', 'ok', 'slow', 'retry', 'retry', 'refuse', 'hang', 'swallow', 'crash', 'throw'] as const satisfies readonly Behaviour[];

/** What happens to two incidents, and how long until the next thing happens. */
const events = fc.array(
  fc.record({
    thread: fc.constantFrom(1, 2),
    what: fc.constantFrom('alert', 'alert', 'recovered', 'kill'),
    thenMs: fc.constantFrom(0, 100, 5_000, 40_000, 700_000),
  }),
  { minLength: 1, maxLength: 12 },
);

test('every alert arrives, and a recovery arrives wherever an alert is known to have, always after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.array(fc.constantFrom(...BEHAVIOURS), { maxLength: 25 }),
      fc.integer({ min: 1, max: 2 }),
      async (happenings, luck, copies) => {
        const arrived: Arrived[] = [];
        let n = 0;
        const behave = (): Behaviour => luck[(n += 1) - 1] ?? 'ok';
        const platforms = [createPlatform('feishu', behave), createPlatform('qq', behave)];
        const path = join(ownFolder(), 'lifeline.db');
        const start = () => startLifeline({ path, platforms, arrived, policy: { copies } });
        let lifeline = start();
        const restartIfDead = (): void => {
          while (!lifeline.isAlive()) lifeline = start();
        };

        const told = new Set<number>();
        const over = new Set<number>();
        for (const { thread, what, thenMs } of happenings) {
          restartIfDead();
          const kind = what !== 'alert' ? 'recovered' : told.has(thread) ? 'treatment_failed' : 'opened';
          if (what === 'kill') lifeline.kill();
          else if (!over.has(thread) && (kind !== 'recovered' || told.has(thread))) {
            lifeline.outbox.enqueue({ thread, kind, message: { tone: 'info', title: `${thread} ${kind}` }, at: Date.now() }, PEOPLE);
            lifeline.worker.wake();
            (kind === 'recovered' ? over : told).add(thread);
          }
          await vi.advanceTimersByTimeAsync(thenMs);
        }
        // Whatever crashed comes up again, and the platforms come to their senses.
        for (let round = 0; round < 40; round += 1) {
          restartIfDead();
          await vi.advanceTimersByTimeAsync(700_000);
        }
        expect(lifeline.outbox.undelivered()).toBe(0);

        for (const thread of told) {
          for (const { ways } of PEOPLE) {
            const users = ways.map(({ user }) => user);
            const mine = arrived.filter(({ user, title }) => users.includes(user) && title.startsWith(`${thread} `));
            expect(mine.some(({ title }) => !title.endsWith('recovered'))).toBe(true);
            if (!over.has(thread)) continue;
            expect(mine.some(({ title }) => title.endsWith('recovered'))).toBe(true);
            const known = lifeline.db
              .prepare(
                `SELECT user FROM deliveries JOIN outbox ON outbox.id = entry WHERE thread = ?1 AND kind <> 'recovered' AND deliveries.state = 'delivered'
                 EXCEPT SELECT user FROM deliveries JOIN outbox ON outbox.id = entry WHERE thread = ?1 AND kind = 'recovered' AND deliveries.state = 'refused'`,
              )
              .all(thread)
              .map(({ user }) => user);
            for (const user of users) {
              const kinds = mine.filter((each) => each.user === user).map(({ title }) => title.endsWith('recovered'));
              if (known.includes(user)) expect(kinds.at(-1)).toBe(true);
              // Alerts first, recoveries (a crash may repeat one) last.
              expect(kinds).toEqual(kinds.toSorted((a, b) => Number(a) - Number(b)));
              expect(kinds[0]).not.toBe(true);
            }
          }
        }
        await lifeline.worker.stop();
        lifeline.kill();
      },
    ),
    { numRuns: 100 },
  );
});
