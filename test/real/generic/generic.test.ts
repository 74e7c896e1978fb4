/** Lifeline heals redis and nginx as generic gateways, as units of a real `systemd --user` and as bare processes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOTH } from '../phones.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { inServiceScene, type ServiceScene, type ServiceSceneOptions } from './service-scene.ts';
import { whyNoServices } from './services.ts';

const LIMIT = { timeout: 240_000 };
const AFTERMATH_MS = 3_000;
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;

describe.skipIf(skipped('redis and nginx as generic gateways', whyNoServices() ?? whyNoUserSystemd()))('a generic gateway', () => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(() => systemd.stop());
  const inScene = (options: ServiceSceneOptions, play: (scene: ServiceScene) => Promise<void>): Promise<void> => inServiceScene(systemd, options, play);

  test('redis as a unit without Restart, killed: told and started', LIMIT, () =>
    inScene({ service: 'redis', unit: ['Restart=no'] }, async (scene) => {
      const first = await scene.main();
      const told = Promise.all([scene.want(BOTH, DOWN), scene.want(BOTH, STARTED)]);
      process.kill(first, 'SIGKILL');
      await told;
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toMatchObject([{ remedy: 'start', outcome: 'recovered', rungs: ['supervisor'] }]);
    }));
});
