import { afterAll, describe, expect, test } from 'vitest';
import { createLanes } from './fixtures/lanes.ts';
import { expectSilence, healByItself } from './fixtures/rounds.ts';
import { nameOf, type Point } from './fixtures/steps.ts';

const LIMIT = { timeout: 600_000 };

const FEISHU_SEND = 'POST /open-apis/im/v1/messages';
const QQ_SEND = 'POST /v2/users/*/messages';
const DELIVERED = "UPDATE deliveries SET state = 'delivered'";

/** In about the order in which they come. The second send and the like are those of the recovery. */
const POINTS: readonly (readonly ['at rest' | 'in flight', Point['when'], string, number?])[] = [
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
const HARD: typeof POINTS = [
  ['in flight', 'before', 'kill SIGKILL'],
  ['in flight', 'after', 'kill SIGKILL'],
  ['in flight', 'before', 'spawn hermes'],
  ['in flight', 'after', 'spawn hermes'],
];

describe.concurrent('Lifeline killed while it heals of its own accord', () => {
  const lanes = createLanes(4, async (scene) => {
    await healByItself(scene, 'killed', null);
  });
  afterAll(() => lanes.end(expectSilence), LIMIT.timeout);

  for (const [fault, points] of [['killed', POINTS], ['loop_frozen', HARD]] as const) {
    for (const [messages, when, step, nth = 1] of points) {
      const kill: Point = { when, step, nth };
      test(`${fault}, ${nameOf(kill)}: one start, one alert and one word of recovery on each phone`, LIMIT, () =>
        lanes.use(async (scene) => {
          expect(await healByItself(scene, fault, kill, messages === 'in flight')).toBe(nameOf(kill));
        }));
    }
  }
});
