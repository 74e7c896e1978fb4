/**
 * What else happens to a gateway in a container of a real engine: it is paused, removed, frozen, and its engine hangs.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { BOTH } from '../phones.ts';
import { inContainerScene, type ContainerScene, type ContainerSceneOptions } from './container-scene.ts';
import { openEngine, type Engine } from './engine.ts';

const LIMIT = { timeout: 300_000 };
const OVER = /^🟢 main 已恢复/;
const LEFT_ALONE_MS = 5_000;

const engines: { readonly tool: Engine['name']; readonly engine: Engine | string }[] = [];
for (const tool of ['podman', 'docker'] as const) {
  const engine = await openEngine(tool);
  if (typeof engine === 'string') console.warn(`SKIPPED stories of containers of ${tool}: ${engine}`);
  engines.push({ tool, engine });
}
afterAll(async () => {
  for (const { engine } of engines) if (typeof engine !== 'string') await engine.end();
});

describe.concurrent.each(engines)('a gateway in a container of $tool', ({ engine }) => {
  const ready = typeof engine === 'string' ? null : engine;
  const inScene = (
    options: Omit<ContainerSceneOptions, 'engine'>,
    play: (scene: ContainerScene) => Promise<void>,
  ): Promise<void> => {
    if (!ready) throw new Error('no engine');
    return inContainerScene(
      { engine: ready, ...options, config: { watch: { settle: '1s', again: '0s' }, ...options.config } },
      play,
    );
  };

  test.skipIf(!ready)('that somebody pauses is told, left so, and well when it goes on', LIMIT, () =>
    inScene({}, async (scene) => {
      const pid = await scene.main();
      const told = scene.want(BOTH, /main 被暂停了/);
      await scene.tool('pause', scene.name);
      await told;
      await scene.quiet(LEFT_ALONE_MS);
      const over = scene.want(BOTH, OVER);
      await scene.tool('unpause', scene.name);
      await over;
      expect(await scene.pid()).toBe(pid);
      expect(scene.treatments()).toEqual([]);
    }),
  );

  test.skipIf(!ready)('that somebody removes is told, and never started bare; made anew it is well', LIMIT, () =>
    inScene({ gateway: { supervisor: 'auto', unit: undefined } }, async (scene) => {
      const pid = await scene.main();
      // What nobody has seen in a container nobody can miss there.
      await scene.expectOne(pid);
      const told = scene.want(BOTH, /^🔴 main 没有在运行\n它所在的容器已经不在了/);
      await scene.tool('rm', '--force', scene.name);
      await told;
      await scene.quiet(LEFT_ALONE_MS);
      expect(scene.processes()).toEqual([]);
      const over = scene.want(BOTH, OVER);
      scene.make();
      await over;
      expect(scene.treatments()).toEqual([]);
    }),
  );

  test.skipIf(!ready)('whose home has another path inside, frozen, is seen by its own pid and restarted', LIMIT, () =>
    inScene(
      { inside: '/data/hermes', config: { watch: { settle: '1s', again: '0s', grace: { frozen: '10s' } } } },
      async (scene) => {
        const pid = await scene.main();
        const told = Promise.all([scene.want(BOTH, /^🔴 main 卡死了[\s\S]*正在重启/), scene.want(BOTH, OVER)]);
        process.kill(pid, 'SIGSTOP');
        await told;
        expect(scene.treatments()).toHaveLength(1);
      },
    ),
  );

  test.skipIf(!ready)('that dies while its engine hangs is told dead all the same', LIMIT, () =>
    inScene(
      { gateway: { heal: 'off' }, config: { watch: { settle: '1s', again: '0s', grace: { gone: '3s' } } } },
      async (scene) => {
        const pid = await scene.main();
        const told = scene.want(BOTH, /^🔴 main 没有在运行/);
        scene.hang(true);
        process.kill(pid, 'SIGKILL');
        await told;
      },
    ),
  );
});
