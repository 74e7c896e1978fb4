/**
 * Who brings a dead gateway back is asked and not guessed: each row of what a real engine says of a container that has
 * ended (docs/supervisors.md), so many deaths each. LIFELINE_TEST_DEATHS=20 for all of them; 2 unless told.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { EngineTool } from '../../../src/supervisors/docker-refusals.ts';
import { BOTH } from '../phones.ts';
import { AFTERMATH_MS, inContainerScene, type ContainerScene, type ContainerSceneOptions } from './container-scene.ts';
import { openEngine, type Engine } from './engine.ts';

const DEATHS = Number(process.env['LIFELINE_TEST_DEATHS'] ?? 2);
const LIMIT = { timeout: 240_000 + DEATHS * 60_000 };
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;
/** Of one gateway: a fourth start within ten minutes is told as such, and its first one counts, too. */
const MOST_DEATHS = 2;
/** As in life: who is asked need not be waited for, and a machine that stands still is no death. */
const PATIENT = {
  watch: {
    grace: { gone: '60s', start: '2m', stop: '3m', frozen: '90s', qqbot: '3m', feishu: '5m' },
    settle: '1s',
    again: '0s',
  },
  healing: { per_hour: 60, per_day: 100, pauses: ['0s'] },
};
/** Past all that a known keeper has; the 60 s of an unknown one are not over. */
const LEFT_ALONE_MS = 6_000;

const engines: { readonly tool: EngineTool; readonly engine: Engine | string }[] = [];
for (const tool of ['podman', 'docker'] as const) {
  const engine = await openEngine(tool);
  if (typeof engine === 'string') console.warn(`SKIPPED deaths in containers of ${tool}: ${engine}`);
  engines.push({ tool, engine });
}
afterAll(async () => {
  for (const { engine } of engines) if (typeof engine !== 'string') await engine.end();
});

describe.concurrent.each(engines)('a gateway that dies in a container of $tool', ({ tool, engine }) => {
  const ready = typeof engine === 'string' ? null : engine;
  const inScene = (
    options: Omit<ContainerSceneOptions, 'engine'>,
    play: (scene: ContainerScene) => Promise<void>,
  ): Promise<void> => {
    if (!ready) throw new Error('no engine');
    return inContainerScene({ engine: ready, ...options, config: { ...PATIENT, ...options.config } }, play);
  };
  const inScenes = async (
    options: Omit<ContainerSceneOptions, 'engine'>,
    play: (scene: ContainerScene, deaths: number) => Promise<void>,
  ): Promise<void> => {
    for (let done = 0; done < DEATHS; done += MOST_DEATHS)
      await inScene(options, (scene) => play(scene, Math.min(MOST_DEATHS, DEATHS - done)));
  };
  const nothingDone = (scene: ContainerScene): void => expect(scene.treatments()).toEqual([]);
  const leftAsItIs = async (scene: ContainerScene, pid: number, starts: number): Promise<void> => {
    await scene.quiet(AFTERMATH_MS);
    expect(await scene.starts()).toBe(starts);
    expect(scene.processes()).toEqual([pid]);
    await scene.expectOne(pid);
  };

  test.skipIf(!ready).each(['always', 'unless-stopped', 'on-failure'])(
    'and is brought back by --restart=%s is left to it, without a word',
    LIMIT,
    (policy) =>
      inScenes({ flags: ['--restart', policy] }, async (scene, deaths) => {
        let pid = await scene.main();
        for (let death = 0; death < deaths; death += 1) {
          process.kill(pid, 'SIGKILL');
          pid = await scene.main(pid);
        }
        await leftAsItIs(scene, pid, 1 + deaths);
        nothingDone(scene);
      }),
  );

  test.skipIf(!ready).each([
    ['no', 'SIGKILL', async (_scene: ContainerScene, pid: number): Promise<void> => void process.kill(pid, 'SIGKILL')],
    ['no', 'SIGTERM', async (_scene: ContainerScene, pid: number): Promise<void> => void process.kill(pid, 'SIGTERM')],
    [
      tool === 'docker' ? 'always' : 'no',
      `${tool} kill`,
      async (scene: ContainerScene): Promise<void> => void (await scene.tool('kill', scene.name)),
    ],
  ] as const)(
    'and with --restart=%s stays down after %s is started by Lifeline, once, though 60 s are not over',
    LIMIT,
    (policy, _how, die) =>
      inScenes({ flags: ['--restart', policy] }, async (scene, deaths) => {
        let pid = await scene.main();
        for (let death = 0; death < deaths; death += 1) {
          const told = Promise.all([scene.want(BOTH, DOWN), scene.want(BOTH, STARTED)]);
          await die(scene, pid);
          await told;
          pid = await scene.main(pid);
        }
        await leftAsItIs(scene, pid, 1 + deaths);
        expect(scene.treatments()).toHaveLength(deaths);
      }),
  );

  test.skipIf(!ready).each(['no', 'on-failure', 'unless-stopped', 'always'])(
    'and that is stopped by hand, with --restart=%s, is left alone; and so are restarts by hand',
    LIMIT,
    (policy) =>
      inScenes({ flags: ['--restart', policy] }, async (scene, stops) => {
        let pid = await scene.main();
        for (let stop = 0; stop < stops; stop += 1) {
          await scene.tool('stop', ...(stop % 2 === 1 ? ['-t', '1'] : []), scene.name);
          await scene.quiet(LEFT_ALONE_MS);
          await scene.tool('start', scene.name);
          pid = await scene.main(pid);
        }
        for (let round = 0; round < 4; round += 1) {
          await scene.tool('restart', scene.name);
          pid = await scene.main(pid);
        }
        await leftAsItIs(scene, pid, 5 + stops);
        nothingDone(scene);
      }),
  );

  test.skipIf(!ready)('and that somebody has stopped stays so when Lifeline is started anew', LIMIT, () =>
    inScene({ flags: ['--restart', 'no'] }, async (scene) => {
      const pid = await scene.main();
      await scene.tool('stop', scene.name);
      await scene.quiet(LEFT_ALONE_MS);
      await scene.endLifeline('SIGKILL');
      await scene.startLifeline();
      await scene.quiet(LEFT_ALONE_MS);
      await scene.tool('start', scene.name);
      await leftAsItIs(scene, await scene.main(pid), 2);
      nothingDone(scene);
    }),
  );
});
