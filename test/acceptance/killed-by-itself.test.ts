import { afterAll, describe, expect, test } from 'vitest';
import { extent, sample } from '../deep.ts';
import { createLanes } from './fixtures/lanes.ts';
import { expectSilence, healByItself } from './fixtures/rounds.ts';
import { selected } from './fixtures/selected.ts';
import { nameOf, type Point } from './fixtures/steps.ts';

const LIMIT = { timeout: 600_000 };

const FEISHU_SEND = 'POST /open-apis/im/v1/messages';
const QQ_SEND = 'POST /v2/users/*/messages';
const DELIVERED = "UPDATE deliveries SET state = 'delivered'";

type Row = readonly ['at rest' | 'in flight', Point['when'], string, number?];

/** In about the order in which they come. The second send and the like are those of the recovery. */
const POINTS: readonly Row[] = [
  ['at rest', 'before', 'INSERT INTO incidents'],
  ['at rest', 'before', 'COMMIT of INSERT INTO incidents'],
  ['at rest', 'after', 'COMMIT of INSERT INTO incidents'],
  ['in flight', 'before', 'INSERT INTO restarts'],
  ['in flight', 'after', 'INSERT INTO restarts'],
  ['in flight', 'before', FEISHU_SEND],
  ['in flight', 'after', FEISHU_SEND],
  ['in flight', 'after', QQ_SEND],
  ['in flight', 'before', DELIVERED],
  ['in flight', 'after', DELIVERED],
  ['in flight', 'before', 'spawn hermes'],
  ['in flight', 'after', 'spawn hermes'],
  ['at rest', 'after', 'UPDATE restarts SET record', 2],
  ['at rest', 'before', 'COMMIT of UPDATE restarts SET outcome'],
  ['at rest', 'after', 'COMMIT of UPDATE restarts SET outcome'],
  ['in flight', 'before', FEISHU_SEND, 2],
  ['in flight', 'after', FEISHU_SEND, 2],
  ['in flight', 'after', QQ_SEND, 2],
  ['in flight', 'after', DELIVERED, 3],
  ['at rest', 'after', DELIVERED, 4],
];

/** Of a gateway that hears nothing but SIGKILL. */
const HARD: readonly Row[] = [
  ['in flight', 'before', 'kill SIGKILL'],
  ['in flight', 'after', 'kill SIGKILL'],
  ['in flight', 'before', 'spawn hermes'],
  ['in flight', 'after', 'spawn hermes'],
];

const pointOf = ([, when, step, nth = 1]: Row): Point => ({ when, step, nth });
const choose = (rows: readonly Row[], names: readonly string[]): readonly Row[] =>
  selected(rows, (row) => nameOf(pointOf(row)), names);

const STORIES = {
  killed: choose(POINTS, [
    'before COMMIT of INSERT INTO incidents #1',
    'after COMMIT of INSERT INTO incidents #1',
    'after INSERT INTO restarts #1',
    `after ${FEISHU_SEND} #1`,
    `after ${QQ_SEND} #1`,
    'before spawn hermes #1',
    'after spawn hermes #1',
    'after COMMIT of UPDATE restarts SET outcome #1',
    `after ${QQ_SEND} #2`,
  ]),
  loop_frozen: choose(HARD, ['after kill SIGKILL #1', 'after spawn hermes #1']),
};

describe.concurrent('Lifeline killed while it heals of its own accord', () => {
  const lanes = createLanes(extent(4, 1), async (scene) => {
    await healByItself(scene, 'killed', null);
  });
  afterAll(() => lanes.end(expectSilence), LIMIT.timeout);

  for (const fault of ['killed', 'loop_frozen'] as const) {
    for (const row of sample(STORIES[fault], 8, 1)) {
      const [messages, kill] = [row[0], pointOf(row)];
      test(`${fault}, ${nameOf(kill)}: one start, one alert and one word of recovery on each phone`, LIMIT, () =>
        lanes.use(async (scene) => {
          expect(await healByItself(scene, fault, kill, messages === 'in flight')).toBe(nameOf(kill));
        }),
      );
    }
  }
});
