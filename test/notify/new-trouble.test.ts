/** What is folded is repetition, never news: down to the notifications, which wait and replace each other. */
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { Decision } from '../../src/healing/decision.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { createIncidentTeller } from '../../src/notify/tellers/incident-teller.ts';
import { GATHER_NETWORK_MS } from '../../src/notify/hold.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { quietUntil } from '../../src/notify/hold.ts';
import { openDatabase } from '../../src/store/database.ts';
import { causeText } from '../../src/text/common/conditions.ts';
import { gateway, MINUTE, SECOND, T0, tell, TREAT, WELL, type VerdictAt } from '../incidents/helpers.ts';
import { extent } from '../deep.ts';

const QUIET = { from: 23 * 60, to: 7 * 60 };

interface World {
  readonly quiet: typeof QUIET | null;
  readonly gateways: number;
}

/** A Lifeline whose one channel takes each notification as soon as it may go. */
const lifeline = ({ quiet, gateways }: World) => {
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  const incidentTeller = createIncidentTeller({
    db,
    book,
    outbox: createOutbox(db),
    incidentPolicy: DEFAULT_INCIDENT_POLICY,
    locale: 'en',
    to: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }],
    logger: silentLogger(),
    quiet,
    gateways,
    onQueued: () => undefined,
  });
  const free = db.prepare(
    `SELECT id, kind, message FROM outbox WHERE state = 'open' AND ifnull(not_before, 0) <= ? ORDER BY id`,
  );
  const rang: { readonly at: number; readonly kind: string; readonly text: string }[] = [];
  return {
    rang,
    book,
    judged: (at: number, decision: Decision, verdict: VerdictAt) =>
      incidentTeller.step({ kind: 'judged', gateway: 'main', verdicts: [verdict(at)], decision, silent: false }, at),
    deliver: (at: number) => {
      for (const { id, kind, message } of free.all(at)) {
        rang.push({ at, kind: String(kind), text: String(message) });
        db.prepare(`UPDATE outbox SET state = 'done' WHERE id = ?`).run(Number(id));
        db.prepare(`UPDATE deliveries SET state = 'delivered', detail = 'om_1' WHERE entry = ?`).run(Number(id));
      }
    },
    close: () => db.close(),
  };
};

const down = gateway('network_down', { cause: 'network_unreachable', remedy: 'alert' });
const refused = gateway('misconfigured', { cause: 'config_rejected', remedy: 'alert' });
const gone = gateway('stopped', { cause: 'process_gone' });
const slow = gateway('starting', { cause: 'start_too_slow', remedy: 'alert' });
const well = gateway('healthy');

describe('on the phone', () => {
  const play = (...steps: readonly (readonly [number, VerdictAt, Decision])[]) => {
    const { judged, deliver, rang, close } = lifeline({ quiet: null, gateways: 1 });
    onTestFinished(close);
    for (const [seconds, verdict, decision] of steps) {
      judged(T0 + seconds * SECOND, decision, verdict);
      deliver(T0 + seconds * SECOND);
    }
    return rang.map(({ at, text }) => `${(at - T0) / SECOND} ${(JSON.parse(text) as { title: string }).title}`);
  };

  test('network down, back for a moment, configuration refused: both ring', () => {
    const said = play(
      [0, down, tell('not_curable')],
      [60, well, WELL],
      [90, refused, tell('not_curable')],
      [100, refused, tell('not_curable')],
    );
    expect(said).toEqual(['0 main: without network #1', '90 main: misconfigured, needs you #1']);
  });

  test('exit 78, started by hand, killed, and nobody may heal it: both ring', () => {
    const said = play(
      [0, refused, tell('not_curable')],
      [30, well, WELL],
      [50, gone, tell('heal_off')],
      [60, gone, tell('heal_off')],
    );
    expect(said).toEqual(['0 main: misconfigured #1', '50 main: not running, needs you #1']);
  });

  test('a trouble that comes back within the same incident rings as a reminder would, and no sooner', () => {
    const said = play(
      [0, down, tell('not_curable')],
      [60, well, WELL],
      [90, refused, tell('not_curable')],
      [120, down, tell('not_curable')],
      [150, refused, tell('not_curable')],
      [90 + 7_200, down, tell('not_curable')],
    );
    expect(said).toEqual([
      '0 main: without network #1',
      '90 main: misconfigured, needs you #1',
      '7290 main still not well (2 h) #1',
    ]);
  });

  test('the other one says since when it is so, not since when anything was wrong', () => {
    const { judged, deliver, rang, close } = lifeline({ quiet: null, gateways: 1 });
    onTestFinished(close);
    judged(
      T0,
      tell('not_curable'),
      gateway('network_down', { cause: 'network_unreachable', remedy: 'alert', since: T0 }),
    );
    judged(
      T0 + 10 * MINUTE,
      tell('not_curable'),
      gateway('misconfigured', { cause: 'config_rejected', remedy: 'alert', since: T0 + 10 * MINUTE - 5 * SECOND }),
    );
    deliver(T0 + 10 * MINUTE);
    expect(rang.at(-1)?.text).toContain('for 5 s');
  });
});

const step = fc.record({
  ill: fc.constantFrom(down, refused, gone, slow, well, well),
  theirs: fc.boolean(),
  thenMs: fc.constantFrom(SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 20 * MINUTE, 5 * 60 * MINUTE),
});

const decisionOn = (verdict: Verdict, theirs: boolean): Decision => {
  if (verdict.remedy === 'alert') return tell('not_curable');
  return theirs ? tell('heal_off') : { ...TREAT, remedy: 'start' };
};

test('whatever comes after what, by day and by night: a trouble that needs somebody and lasts longer than its message may wait has rung', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 2, maxLength: 25, size: 'max' }),
      fc.constantFrom(1, 2),
      fc.constantFrom(QUIET, null),
      (steps, gateways, quiet) => {
        const { judged, deliver, rang, book, close } = lifeline({ quiet, gateways });
        try {
          let at = T0;
          /** Since when the present trouble has needed somebody. */
          let stretch = null as { readonly from: number; readonly cause: string } | null;
          let begun = 0;
          for (const { ill, theirs, thenMs } of steps) {
            const verdict = ill(at);
            const bad = ill !== well;
            const decision = bad ? decisionOn(verdict, theirs) : WELL;
            // An incident that was over rings for what it had told before as well.
            if (book.open().length === 0) begun = rang.length;
            judged(at, decision, ill);
            if (!bad || decision.act !== 'tell') stretch = null;
            else if (stretch?.cause !== verdict.cause) stretch = { from: at, cause: verdict.cause };
            at += thenMs;
            deliver(at);
            if (
              stretch === null ||
              at < Math.max(quietUntil(quiet, stretch.from) ?? 0, stretch.from + GATHER_NETWORK_MS)
            )
              continue;
            const words = JSON.stringify(causeText(stretch.cause as typeof verdict.cause, 'en')).slice(2, -1);
            expect(
              rang
                .slice(begun)
                .map(({ text }) => text)
                .join('\n'),
            ).toContain(words);
          }
        } finally {
          close();
        }
      },
    ),
    { numRuns: extent(400, 60) },
  );
});
