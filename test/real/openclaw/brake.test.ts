/** Three kills within five minutes: OpenClaw then starts with all its channels off, and shows green. */
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { BOTH } from '../phones.ts';
import { openOpenClawScene, type OpenClawScene } from './openclaw-scene.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';

const AFTERMATH_MS = 10_000;
/** One that is killed within seconds of being ready may ask for a migration at its next start, and end with 78. */
const SETTLED_MS = 30_000;
const MOST_KILLS = 8;

describeOpenClaw((installed) => {
  describe('killed three times within five minutes, with Lifeline beside it', () => {
    let scene: OpenClawScene | null = null;
    afterAll(() => scene?.end(), 120_000);

    test('is told of once, has every link brought up alone, and is not restarted', LIMIT, async (context) => {
      scene = await openOpenClawScene(installed(context));
      const { sandbox, show, logFile } = scene;
      await scene.main();
      await scene.quiet(SETTLED_MS);
      // A line has its text twice.
      const boots = async (): Promise<number> =>
        (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.includes('spawn broker ready')).length;
      const isBraked = async (): Promise<boolean> =>
        (await readFile(logFile, 'utf8')).includes('restart-loop breaker tripped');
      let told: Promise<unknown> = Promise.resolve();
      /**
       * As soon as it has noted that it began, until its brake holds: its five minutes count from the start of each,
       * and on a slow machine the first ones are over before the third begins.
       */
      for (let boot = 1; ; boot += 1) {
        await scene.until(`boot ${boot}`, async () => (await boots()) >= boot);
        if (await isBraked()) break;
        expect(boot).toBeLessThanOrEqual(MOST_KILLS);
        if (boot === 3) told = scene.want(BOTH, /^🔴 main 反复崩溃 #\d+\n短时间内反复启动\n/);
        const pid = Number(await show('MainPID'));
        expect(pid).toBeGreaterThan(0);
        process.kill(pid, 'SIGKILL');
      }
      await told;
      const braked = await scene.main();
      await scene.quiet(AFTERMATH_MS);
      expect(await scene.main()).toBe(braked);
      expect(sandbox.qq.connections(sandbox.cast.gateway.qq.appId)).toBe(1);
      const { lifeline } = scene;
      // The platforms know a link before the gateway tells that it is up.
      await scene.until('every treatment to end', () => lifeline.treatments().every(({ outcome }) => outcome !== null));
      const treatments = lifeline.treatments();
      expect(treatments).not.toEqual([]);
      expect(treatments).toMatchObject(
        treatments.map(() => ({ remedy: 'restart_link', rungs: ['link'], outcome: 'recovered' })),
      );
    });
  });
});
