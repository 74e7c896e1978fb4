/** One of Lifeline's own channels is dead for long: the other one says so, once, and takes the alerts meanwhile. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
/** Several times the watch's limit. */
const LONG_MS = 10_000;
/** The gateway is not to suffer from what is done to the platform. */
const PATIENT = { watch: { grace: { qqbot: '8s', feishu: '300s', default: '300s', network: '300s' } } };

/** Lifeline's own link alone: its sockets are cut, and the endpoint refuses. */
const killFeishu = ({ sandbox }: Scene): void => {
  const { appId } = sandbox.cast.lifeline.feishu;
  sandbox.feishu.faults(appId).endpoint = { kind: 'status', status: 503 };
  sandbox.feishu.drop(appId, 'broken');
};

const DOWN = /^🟠 Lifeline 自己的飞书通道断了\n\d\d:\d\d:\d\d 起，已 \d+ 秒[\s\S]*告警改走其他通道，我会一直重连/;
const BACK = /^🟢 Lifeline 自己的飞书通道已恢复\n中断 \d+ 秒（\d\d:\d\d:\d\d – \d\d:\d\d:\d\d）/;

describe.concurrent("a channel of Lifeline's own that is dead", () => {
  test('is told of on the other one, once, and once when it is back, however often that happens', LIMIT, () =>
    inScene({ config: { ...PATIENT, alerts: { channel_down: '3s' } } }, async (scene) => {
      const { feishu, cast } = scene.sandbox;
      const down = scene.want(['qq'], DOWN);
      killFeishu(scene);
      await down;
      await scene.quiet(LONG_MS);
      const status = scene.want(['qq'], /通道 飞书：等待重连（\d\d:\d\d:\d\d 起）/);
      scene.say('qq', '/status');
      await status;
      const back = scene.want(['qq'], BACK);
      feishu.faults(cast.lifeline.feishu.appId).endpoint = null;
      await back;
      await scene.quiet(LONG_MS);
      // Another outage is news again.
      const again = scene.want(['qq'], DOWN);
      killFeishu(scene);
      await again;
      const backAgain = scene.want(['qq'], BACK);
      feishu.faults(cast.lifeline.feishu.appId).endpoint = null;
      await backAgain;
    }),
  );

  test.runIf(IN_DEPTH)(
    'lets the alerts take the other one, though the whole platform is away; nothing comes twice when it is back',
    LIMIT,
    () =>
      inScene(
        { config: { ...PATIENT, alerts: { channel_down: '3s', channel_timeout: '5s', copies: 1 } } },
        async (scene) => {
          const { feishu, gateway } = scene.sandbox;
          const down = scene.want(['qq'], DOWN);
          feishu.setDown(true);
          await down;
          const alert = scene.want(['qq'], /^🔴 main 没有在运行/);
          const recovery = scene.want(['qq'], /^🟢 main 已恢复/, { withinMs: 120_000 });
          await gateway.break('killed');
          await alert;
          const back = scene.want(['qq'], BACK, { withinMs: 120_000 });
          feishu.setDown(false);
          await Promise.all([recovery, back]);
          await scene.quiet(LONG_MS);
          expect(gateway.pids()).toHaveLength(1);
        },
      ),
  );
});
