/** The promises of delivery, under everything that platforms and crashes can do to it. */
import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Addressee } from '../../../src/notify/recipients/addressees.ts';
import type { Hold } from '../../../src/notify/hold.ts';
import { isEnding, type NotificationKind } from '../../../src/notify/outbox/notification.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { ownFolder } from '../../store/helpers.ts';
import { createPlatform, startLifeline, type Arrived, type Behaviour } from './lifelines.ts';
import { extent } from '../../deep.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const PEOPLE: readonly Addressee[] = [
  {
    person: 'me',
    ways: [
      { channel: 'feishu', user: 'ou_me' },
      { channel: 'qq', user: 'QQ_ME' },
    ],
  },
  { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] },
];

const BEHAVIOURS = [
  'ok',
  'ok',
  'ok',
  'slow',
  'retry',
  'retry',
  'refuse',
  'hang',
  'swallow',
  'crash',
  'throw',
] as const satisfies readonly Behaviour[];

/** What a notification waits for, as times from now. */
const holds = fc.constantFrom<readonly (readonly [number, Hold['why']])[]>(
  [],
  [],
  [[900_000, 'quiet']],
  [[7_200_000, 'quiet']],
  [[3_000, 'gathering']],
  [
    [3_000, 'gathering'],
    [7_200_000, 'quiet'],
  ],
  [[20_000, 'network']],
);

/** What happens to three incidents of two gateways, and how long until the next thing happens. */
const events = fc.array(
  fc.record({
    incident: fc.constantFrom(1, 2, 3),
    what: fc.constantFrom('alert', 'alert', 'alert', 'reminder', 'recovered', 'recovered', 'kill'),
    critical: fc.boolean(),
    waits: holds,
    thenMs: fc.constantFrom(0, 100, 2_000, 5_000, 40_000, 700_000),
  }),
  { minLength: 1, maxLength: 14 },
);

/** A notification by its title: `1.2.7 again` is the seventh one, of the second outage of the first incident. */
interface Told {
  readonly incident: number;
  readonly outage: number;
  readonly ending: boolean;
}
const read = (title: string): Told => {
  const [, incident, outage, kind] = /^(\d+)\.(\d+)\.\d+ (\w+)$/.exec(title) ?? [];
  return { incident: Number(incident), outage: Number(outage), ending: isEnding(kind as NotificationKind) };
};

test('every incident is told, its end wherever it is known and always after it; nothing is sent that waits, or that was replaced', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.array(fc.constantFrom(...BEHAVIOURS), { maxLength: 25 }),
      fc.integer({ min: 1, max: 2 }),
      async (happenings, luck, copies) => {
        const path = join(ownFolder(), 'lifeline.db');
        const witness = openDatabase(path);
        const arrived: Arrived[] = [];
        const wrong: string[] = [];
        let tries = 0;
        /** What waits untried of an incident when something later is told of it. */
        const replaced = new Set<string>();
        const waiting = witness.prepare(`
        SELECT message ->> 'title' AS title, user FROM outbox JOIN deliveries ON entry = id
        WHERE subject = ? AND outbox.state = 'open' AND not_before IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE d.entry = id AND d.state <> 'idle')`);
        const behaveOn =
          (channel: string) =>
          (titles: string, user: string): Behaviour => {
            // A digest has several.
            for (const title of titles.split('\n')) {
              const row = witness
                .prepare(
                  `SELECT outbox.state, not_before, deliveries.state AS delivery FROM outbox JOIN deliveries ON entry = id WHERE message ->> 'title' = ? AND channel = ? AND user = ?`,
                )
                .get(title, channel, user);
              if (replaced.has(`${title} ${user}`)) wrong.push(`${title} was to be replaced`);
              if (row?.['delivery'] !== 'sending' || row['state'] === 'done') wrong.push(`${title} was replaced`);
              if (Number(row?.['not_before'] ?? 0) > Date.now()) wrong.push(`${title} waits`);
            }
            return luck[(tries += 1) - 1] ?? 'ok';
          };
        const platforms = ['feishu', 'qq'].map((name) => createPlatform(name, behaveOn(name)));
        const start = () => startLifeline({ path, platforms, arrived, policy: { copies } });
        for (const [id, gateway] of [
          [1, 'a'],
          [2, 'b'],
          [3, 'b'],
        ] as const) {
          witness
            .prepare(
              `INSERT INTO incidents (id, gateway, link, opened_at, since, told, verdict, treatments) VALUES (?, ?, ?, 0, 0, 'opened', '{}', '[]')`,
            )
            .run(id, gateway, `link ${id}`);
        }
        let lifeline = start();
        const restartIfDead = (): void => {
          while (!lifeline.isAlive()) lifeline = start();
        };

        const outages = new Map<number, { outage: number; open: boolean; last: string }>();
        let told = 0;
        const tell = (
          incident: number,
          kind: NotificationKind,
          outage: number,
          critical: boolean,
          waits: readonly (readonly [number, Hold['why']])[],
        ): void => {
          const title = `${incident}.${outage}.${(told += 1)} ${kind}`;
          const badTone = critical ? 'critical' : 'warning';
          const now = Date.now();
          for (const row of waiting.all(incident)) replaced.add(`${String(row['title'])} ${String(row['user'])}`);
          lifeline.outbox.enqueue(
            {
              topic: 'incident',
              subject: incident,
              kind,
              message: { tone: isEnding(kind) ? 'good' : badTone, title },
              at: now,
              holds: waits.map(([ms, why]) => ({ until: now + ms, why })),
            },
            PEOPLE,
          );
          lifeline.worker.wake();
          outages.set(incident, { outage, open: !isEnding(kind), last: title });
        };
        for (const { incident, what, critical, waits, thenMs } of happenings) {
          restartIfDead();
          const known = outages.get(incident);
          if (what === 'kill') lifeline.kill();
          else if (!known) {
            if (what === 'alert') tell(incident, 'opened', 1, critical, waits);
          } else if (!known.open) {
            if (what === 'alert') tell(incident, 'again', known.outage + 1, critical, waits);
          } else {
            const further = critical ? 'out_of_budget' : 'treatment_failed';
            tell(incident, what === 'alert' ? further : what, known.outage, critical, waits);
          }
          await vi.advanceTimersByTimeAsync(thenMs);
        }
        // Whatever crashed comes up again, and the platforms come to their senses.
        for (let round = 0; round < 40; round += 1) {
          restartIfDead();
          await vi.advanceTimersByTimeAsync(700_000);
        }
        expect(lifeline.outbox.undelivered()).toBe(0);
        expect(lifeline.outbox.stuck(Date.now(), 0)).toEqual({ count: 0, oldestAt: null });
        expect(wrong).toEqual([]);

        for (const [incident, { last: latest }] of outages) {
          for (const { ways } of PEOPLE) {
            const users = ways.map(({ user }) => user);
            const mine = arrived.filter(({ user, title }) => users.includes(user) && read(title).incident === incident);
            // Each knows how it stands in the end, by the alert, what came after it, or the end that stands for all of
            // it.
            expect(mine.map(({ title }) => title)).toContain(latest);
            const known = knownAlerts(witness, incident, users);
            for (const user of users) {
              const seen = mine.filter((each) => each.user === user).map(({ title }) => read(title));
              for (const [index, { outage, ending }] of seen.entries()) {
                const before = seen.slice(0, index);
                // No alert after its end, and no end after the trouble has come back.
                if (!ending) expect(before.some((each) => each.ending && each.outage === outage)).toBe(false);
                else expect(before.some((each) => each.outage > outage)).toBe(false);
                // An end that no alert came before, on this channel since the last end, only where nobody got one.
                // Where the end between two outages was never told, they are one for the reader; and a crash may repeat
                // an end.
                const last = before.at(-1);
                if (ending)
                  expect((last !== undefined && (!last.ending || last.outage === outage)) || !known.has(outage)).toBe(
                    true,
                  );
              }
              // Whoever has the alert on a channel hears there that it is over, if it is.
              if (read(latest).ending && known.get(read(latest).outage)?.has(user))
                expect(seen.at(-1)?.ending).toBe(true);
            }
          }
        }
        await lifeline.worker.stop();
        lifeline.kill();
        witness.close();
      },
    ),
    { numRuns: extent(60, 15) },
  );
});

/** The outages of which an alert is known to have arrived, and where the end of them was not refused. */
const knownAlerts = (
  db: ReturnType<typeof openDatabase>,
  incident: number,
  users: readonly string[],
): ReadonlyMap<number, ReadonlySet<string>> => {
  const rows = db
    .prepare(
      `SELECT message ->> 'title' AS title, user, deliveries.state FROM deliveries JOIN outbox ON outbox.id = entry WHERE subject = ?`,
    )
    .all(incident);
  const all = rows
    .map(({ title, user, state }) => ({ ...read(String(title)), user: String(user), state: String(state) }))
    .filter(({ user }) => users.includes(user));
  const known = new Map<number, Set<string>>();
  for (const { outage, user } of all.filter(({ ending, state }) => !ending && state === 'delivered')) {
    const refused = all.some(
      (each) => each.ending && each.outage === outage && each.user === user && each.state === 'refused',
    );
    const where = known.get(outage) ?? new Set();
    known.set(outage, refused ? where : where.add(user));
  }
  return known;
};
