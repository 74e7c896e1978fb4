/** A log that is read and tells nothing: when somebody is told of it, and how often. */
import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { NO_REPORT } from '../../src/base/stage-report.ts';
import type { GatewayCondition, Verdict } from '../../src/diagnosis/verdict.ts';
import type { LogDoubt } from '../../src/gateways/gateway-kind.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { tellOfLogDoubts, type SeenLogs } from '../../src/notify/tellers/log-doubts.ts';
import { openDatabase } from '../../src/store/database.ts';

const OTHER_ZONE: LogDoubt = { path: '/h/logs/gateway.log', why: 'other_zone', text: '2026-11-24 13:00:00 INFO' };
const MISSING: LogDoubt = { path: '/h/bot.log', why: 'missing', text: '' };
const itself = (condition: GatewayCondition): Verdict => ({
  gateway: 'main',
  link: null,
  condition,
  cause: 'fine',
  remedy: 'none',
  since: 0,
  at: 0,
  evidence: [],
});

const setUp = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const world = { now: 1_000_000, seen: [] as readonly SeenLogs[], isSilent: false };
  let timer: (() => void) | null = null;
  return {
    world,
    start: () =>
      tellOfLogDoubts({
        db,
        seen: () => world.seen,
        outbox: createOutbox(db),
        to: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }],
        isSilent: () => world.isSilent,
        quiet: null,
        locale: 'en',
        clock: {
          ...scaledClock(0, 1),
          now: () => world.now,
          timer: (_ms, run) => {
            timer = run;
            return () => (timer = null);
          },
        },
        report: NO_REPORT,
        onQueued: () => undefined,
      }),
    pass: (minutes: number, seen: Omit<SeenLogs, 'name'>) => {
      world.seen = [{ name: 'main', ...seen }];
      for (let minute = 0; minute < minutes; minute += 1) {
        world.now += 60_000;
        timer?.();
      }
    },
    told: () =>
      db
        .prepare('SELECT message FROM outbox ORDER BY id')
        .all()
        .map(
          ({ message }) => JSON.parse(String(message)) as { readonly title: string; readonly lines: readonly string[] },
        ),
  };
};

const well = { verdicts: [itself('healthy')] };
const inDoubt = { ...well, logDoubts: [OTHER_ZONE] };
const none = { ...well, logDoubts: [] };

test('it is told when it has stood for ten minutes, with what to do, and once', () => {
  const story = setUp();
  story.start();
  story.pass(10, inDoubt);
  expect(story.told()).toEqual([]);
  story.pass(1, inDoubt);
  expect(story.told()).toEqual([
    expect.objectContaining({
      tone: 'warning',
      title: 'main: what its log says does not count',
      lines: [expect.stringContaining("hours off this machine's"), expect.stringContaining('set TZ')],
    }),
  ]);
  story.pass(600, inDoubt);
  expect(story.told()).toHaveLength(1);
});

test('another Lifeline does not tell it again, even before its first look', () => {
  const story = setUp();
  story.start();
  story.pass(11, inDoubt);
  story.start();
  story.pass(3, { verdicts: null });
  story.pass(60, inDoubt);
  expect(story.told()).toHaveLength(1);
});

test('one that had gone and comes back is told again', () => {
  const story = setUp();
  story.start();
  story.pass(11, inDoubt);
  story.pass(1, none);
  story.pass(10, inDoubt);
  expect(story.told()).toHaveLength(1);
  story.pass(1, inDoubt);
  expect(story.told()).toHaveLength(2);
});

test('one that comes and goes within minutes is not told', () => {
  const story = setUp();
  story.start();
  for (let round = 0; round < 10; round += 1) {
    story.pass(9, inDoubt);
    story.pass(1, none);
  }
  expect(story.told()).toEqual([]);
});

test('while the gateway is muted nothing is said; afterwards it is', () => {
  const story = setUp();
  story.start();
  story.world.isSilent = true;
  story.pass(60, inDoubt);
  expect(story.told()).toEqual([]);
  story.world.isSilent = false;
  story.pass(1, inDoubt);
  expect(story.told()).toHaveLength(1);
});

test('a log that is not there is told only of a service that runs', () => {
  const story = setUp();
  story.start();
  story.pass(60, { verdicts: [itself('stopped')], logDoubts: [MISSING] });
  expect(story.told()).toEqual([]);
  story.pass(11, { ...well, logDoubts: [MISSING] });
  expect(story.told()).toMatchObject([{ lines: [expect.stringContaining('/h/bot.log'), expect.any(String)] }]);
});
