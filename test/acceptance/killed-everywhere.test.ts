import { expect, test } from 'vitest';
import { createLanes } from './fixtures/lanes.ts';
import { expectSilence, restartByCommand } from './fixtures/rounds.ts';
import { pointOf } from './fixtures/steps.ts';

const ALL = process.env['LIFELINE_TEST_ALL'] === '1';
/** Steps come in another order at times, or one of the last does not come before the test has ended. */
const MOST = 0.8;

test.runIf(ALL)(
  'Lifeline killed at every step that a /restart has: always at most one restart, and one result for it',
  { timeout: 1_800_000 },
  async () => {
    let points: readonly string[] = [];
    const lanes = createLanes(4, async (scene) => {
      await restartByCommand(scene, 'feishu', []);
      // The second one is as all that follow are.
      await restartByCommand(scene, 'feishu', []);
      points = scene.steps();
    });
    await lanes.use(async () => undefined);
    expect(points.length).toBeGreaterThan(40);

    const failures: string[] = [];
    let reached = 0;
    await Promise.all(
      points.map((name) =>
        lanes
          .use(async (scene) => {
            const [end] = await restartByCommand(scene, 'feishu', [pointOf(name)], 'whatever is on the disk');
            if (end === name) reached += 1;
          })
          .catch((error: unknown) => failures.push(`${name}: ${String(error)}`)),
      ),
    );
    await lanes.end(expectSilence);
    expect(failures).toEqual([]);
    console.log(`killed at ${reached} of ${points.length} steps`);
    expect(reached).toBeGreaterThan(points.length * MOST);
  },
);
