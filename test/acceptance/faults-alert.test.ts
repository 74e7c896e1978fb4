import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { sayAndConfirm } from './confirming.ts';
import { expectAlert, expectRecovery } from './expect-alert.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { openScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BY_ITSELF = /^🟢 main 已恢复[\s\S]*自行恢复，我没有重启它/;

describe('a gateway whose platforms fail it', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  }, LIMIT.timeout);
  afterAll(() => scene.end(), LIMIT.timeout);

  test.runIf(IN_DEPTH)('is not restarted when QQ answers 500, and comes back by itself', LIMIT, async () => {
    const { gateway } = scene.sandbox;
    const before = gateway.current();
    await expectAlert(scene, 'qq_server_error', {
      alert: /^🔴 main.QQ 连不上平台[\s\S]*平台返回错误[\s\S]*等它自己过去，不用处理[\s\S]*等它恢复即可/,
    });
    await expectRecovery(scene, () => gateway.lift(), /^🟢 main.QQ 已恢复[\s\S]*自行恢复，我没有重启它/);
    expect(gateway.current()).toEqual(before);
  });

  test('is not restarted when QQ bans its bot, and a restart by hand fails honestly', LIMIT, async () => {
    const { gateway } = scene.sandbox;
    await expectAlert(scene, 'qq_banned', {
      alert: /^🔴 main.QQ 被平台拒绝[\s\S]*需要你处理[\s\S]*(?:Bot is banned|code=4915)/,
    });
    const before = gateway.current();
    const answers = Promise.all([
      scene.want(['feishu'], /^正在重启 main/),
      scene.want(['feishu'], /^🔴 main 重启没有成功[\s\S]*QQ 没有登录/),
    ]);
    await sayAndConfirm(scene, 'feishu', '/restart');
    await answers;
    await scene.quiet(5_000);
    expect(gateway.current()?.pid).not.toBe(before?.pid);
    expect(await startsOf(scene)).toBe(2);
    expect(treatmentsOf(scene)).toEqual([{ requested_by: 'me', outcome: 'failed' }]);
  });
});

describe('a gateway without a network', () => {
  test('is not restarted, is told of once, and comes back by itself', LIMIT, async () => {
    // The graces of life in a twentieth of their time: the network is blamed after 120 s, before any of its links.
    const scene = await openScene({
      speed: 20,
      timings: {
        timings: {
          qqBackoffMs: [20_000],
          feishuNonceMs: 20_000,
          feishuIntervalMs: 20_000,
          heartbeatIntervalMs: 20_000,
        },
      },
      config: {
        watch: {
          grace: {
            qqbot: '240s',
            feishu: '300s',
            default: '300s',
            start: '180s',
            frozen: '90s',
            gone: '60s',
            stop: '180s',
          },
          settle: '60s',
        },
      },
    });
    try {
      const { gateway, cast, feishu, qq } = scene.sandbox;
      const before = gateway.current();
      await expectAlert(scene, 'network_down', {
        alert: /^🔴 main 所在机器断网[\s\S]*从这台机器连不上平台[\s\S]*需要你处理/,
      });
      expect([feishu.connections(cast.lifeline.feishu.appId), qq.connections(cast.lifeline.qq.appId)]).toEqual([1, 1]);
      await expectRecovery(scene, () => gateway.lift(), BY_ITSELF);
      expect(gateway.current()).toEqual(before);
    } finally {
      await scene.end();
    }
  });
});
