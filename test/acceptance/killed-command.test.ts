import { afterAll, describe, expect, test } from 'vitest';
import { IN_DEPTH, extent, sample } from '../deep.ts';
import { createLanes } from './fixtures/lanes.ts';
import { answeredLater, expectSilence, restartByCommand, type Fate } from './fixtures/rounds.ts';
import { selected } from './fixtures/selected.ts';
import { nameOf, type Point } from './fixtures/steps.ts';

const LIMIT = { timeout: 600_000 };

const REPLY = 'POST /open-apis/im/v1/messages/*/reply';
const CHANGE = 'PATCH /open-apis/im/v1/messages/*';
const QQ_SEND = 'POST /v2/users/*/messages';
const DELIVERED = "UPDATE deliveries SET state = 'delivered'";

const at = (when: Point['when'], step: string, nth = 1): Point => ({ when, step, nth });

type Row = readonly [Fate, Point['when'], string, number?];

/** In the order in which they come. */
const FEISHU: readonly Row[] = [
  ['taken anew', 'before', 'INSERT INTO seen'],
  ['taken anew', 'before', 'COMMIT of INSERT INTO seen'],
  ['dropped', 'after', 'COMMIT of INSERT INTO seen'],
  ['dropped', 'before', 'UPDATE confirmations SET used_at'],
  ['dropped', 'after', 'UPDATE confirmations SET used_at'],
  ['dropped', 'after', 'INSERT INTO audit'],
  ['dropped', 'before', 'INSERT INTO restarts'],
  ['carried on', 'after', 'INSERT INTO restarts'],
  ['carried on', 'before', 'UPDATE restarts SET record'],
  ['carried on', 'after', 'UPDATE restarts SET record'],
  ['carried on', 'before', REPLY],
  ['carried on', 'after', REPLY],
  ['carried on', 'before', 'UPDATE restarts SET progress'],
  ['carried on', 'after', 'UPDATE restarts SET progress'],
  ['carried on', 'before', CHANGE],
  ['carried on', 'after', CHANGE],
  ['carried on', 'before', 'kill SIGUSR1'],
  ['carried on', 'after', 'kill SIGUSR1'],
  ['carried on', 'before', 'spawn hermes'],
  ['carried on', 'after', 'spawn hermes'],
  ['carried on', 'before', 'UPDATE restarts SET record', 2],
  ['carried on', 'after', 'UPDATE restarts SET record', 2],
  ['carried on', 'before', 'UPDATE restarts SET outcome'],
  ['carried on', 'after', 'UPDATE restarts SET outcome'],
  ['carried on', 'after', 'INSERT INTO deliveries'],
  ['carried on', 'before', 'COMMIT of UPDATE restarts SET outcome'],
  ['carried on', 'after', 'COMMIT of UPDATE restarts SET outcome'],
  ['carried on', 'before', "UPDATE deliveries SET state = 'sending'"],
  ['carried on', 'after', "UPDATE deliveries SET state = 'sending'"],
  ['carried on', 'before', REPLY, 2],
  ['carried on', 'after', REPLY, 2],
  ['carried on', 'before', DELIVERED],
  ['carried on', 'after', DELIVERED],
  ['carried on', 'before', "COMMIT of UPDATE deliveries SET state = 'dropped'"],
  ['carried on', 'after', "COMMIT of UPDATE deliveries SET state = 'dropped'"],
];

const QQ: readonly Row[] = [
  ['carried on', 'before', QQ_SEND],
  ['carried on', 'after', QQ_SEND],
  ['carried on', 'after', 'kill SIGUSR1'],
  ['carried on', 'after', 'COMMIT of UPDATE restarts SET outcome'],
  ['carried on', 'before', QQ_SEND, 2],
  ['carried on', 'after', QQ_SEND, 2],
  ['carried on', 'before', DELIVERED],
];

/** Where the fate turns, and one of each kind of step. */
const TURNS = {
  feishu: [
    'before COMMIT of INSERT INTO seen #1',
    'after COMMIT of INSERT INTO seen #1',
    'before INSERT INTO restarts #1',
    'after INSERT INTO restarts #1',
    `after ${REPLY} #1`,
    'after UPDATE restarts SET progress #1',
    'before kill SIGUSR1 #1',
    'after kill SIGUSR1 #1',
    'after spawn hermes #1',
    'before COMMIT of UPDATE restarts SET outcome #1',
    'after COMMIT of UPDATE restarts SET outcome #1',
    `after ${REPLY} #2`,
    `before ${DELIVERED} #1`,
  ],
  qq: [`after ${QQ_SEND} #1`, 'after COMMIT of UPDATE restarts SET outcome #1', `after ${QQ_SEND} #2`],
};

const pointOf = ([, when, step, nth]: Row): Point => at(when, step, nth);

/** A Lifeline that takes the treatment up is killed as well. */
const AGAIN: readonly (readonly [Point, Point, ...Point[]])[] = [
  [at('before', REPLY), at('after', REPLY)],
  [at('before', 'UPDATE restarts SET record'), at('after', 'kill SIGUSR1')],
  [at('after', 'kill SIGUSR1'), at('before', 'spawn hermes')],
  [at('after', 'kill SIGUSR1'), at('after', 'spawn hermes'), at('before', 'COMMIT of UPDATE restarts SET outcome')],
  [at('after', 'spawn hermes'), at('after', 'UPDATE restarts SET record')],
  [at('after', 'COMMIT of UPDATE restarts SET outcome'), at('after', REPLY), at('before', DELIVERED)],
];

/** It is on the disk that it was asked once more; the question has gone out, or has not. */
const QUESTIONS: readonly (readonly ['feishu' | 'qq', Point, 'word' | 'tap'])[] = [
  ['feishu', at('after', 'COMMIT of DELETE FROM confirmations'), 'word'],
  ['feishu', at('before', REPLY), 'tap'],
  ['feishu', at('after', REPLY), 'word'],
  ['feishu', at('after', REPLY), 'tap'],
  ['qq', at('before', QQ_SEND), 'tap'],
  ['qq', at('after', QQ_SEND), 'word'],
  ['qq', at('after', QQ_SEND), 'tap'],
];

describe.concurrent('Lifeline killed within a /restart', () => {
  const lanes = createLanes(extent(4, 2), async (scene) => {
    await restartByCommand(scene, 'feishu', []);
  });
  afterAll(() => lanes.end(expectSilence), LIMIT.timeout);

  for (const [phone, table] of [
    ['feishu', FEISHU],
    ['qq', QQ],
  ] as const) {
    const rows = selected(table, (each) => nameOf(pointOf(each)), TURNS[phone]);
    for (const row of sample(rows, phone === 'feishu' ? 7 : 3, 4)) {
      const [fate, kill] = [row[0], pointOf(row)];
      test(`${nameOf(kill)}, asked for on ${phone}: it is ${fate}, and never twice`, LIMIT, () =>
        lanes.use(async (scene) => {
          expect(await restartByCommand(scene, phone, [kill], fate)).toEqual([nameOf(kill)]);
        }),
      );
    }
  }

  test('a result is not on its way before the end of its treatment is on the disk', LIMIT, () =>
    lanes.use(async (scene) => {
      await restartByCommand(scene, 'feishu', []);
      const steps = scene.steps();
      const stored = steps.indexOf(nameOf(at('after', 'COMMIT of UPDATE restarts SET outcome')));
      expect(stored).toBeGreaterThan(0);
      expect(steps.indexOf(nameOf(at('before', "UPDATE deliveries SET state = 'sending'")))).toBeGreaterThan(stored);
    }),
  );

  const story = (kills: readonly Point[]): string => kills.map(nameOf).join(', then ');
  const longest = AGAIN.filter((kills) => kills.length > 2).map(story);
  for (const kills of selected(AGAIN, story, longest)) {
    test.runIf(IN_DEPTH)(`${story(kills)}: it is carried on, and never twice`, LIMIT, () =>
      lanes.use(async (scene) => {
        expect(await restartByCommand(scene, 'feishu', kills)).toEqual(kills.map(nameOf));
      }),
    );
  }

  for (const [phone, kill, by] of sample(QUESTIONS, 7, 4)) {
    test(
      `within its question, ${nameOf(kill)}, answered by a ${by} on ${phone} afterwards: it is asked once, denied never, and done once`,
      LIMIT,
      () =>
        lanes.use(async (scene) => {
          expect(await answeredLater(scene, phone, kill, by)).toBe(nameOf(kill));
        }),
    );
  }
});

describe.runIf(IN_DEPTH).concurrent('Lifeline killed within a /restart that cuts turns off', () => {
  const lanes = createLanes(1, async () => undefined, { config: { healing: { graceful: '0s' } } });
  afterAll(() => lanes.end(expectSilence), LIMIT.timeout);

  const kills = [
    at('before', 'kill SIGTERM'),
    at('after', 'kill SIGTERM'),
    at('before', 'spawn hermes'),
    at('after', 'spawn hermes'),
  ];
  for (const kill of selected(kills, nameOf, ['after kill SIGTERM #1', 'after spawn hermes #1'])) {
    test(`${nameOf(kill)}: it is carried on, and never twice`, LIMIT, () =>
      lanes.use(async (scene) => {
        expect(await restartByCommand(scene, 'feishu', [kill])).toEqual([nameOf(kill)]);
      }),
    );
  }
});
