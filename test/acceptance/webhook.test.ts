/** Both bots are refused: the custom bot of a Feishu group, which needs no app and no link, gets the alert. */
import { describe, expect, test } from 'vitest';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const HOOK = { token: 'last-resort', secret: 'its-secret' };

describe('a webhook as the last resort', () => {
  test('gets the alert and the recovery, signed, when Feishu and QQ both refuse; otherwise nothing', LIMIT, () =>
    inScene(
      {
        config: ({ feishu }) => ({
          channels: { webhook: { url: feishu.addHook(HOOK), secret: HOOK.secret } },
          alerts: { order: ['feishu', 'qq', 'webhook'], copies: 1 },
        }),
      },
      async (scene) => {
        const { feishu, qq, cast, gateway } = scene.sandbox;
        const inGroup = (): readonly string[] => feishu.hooked(HOOK.token).map(({ text }) => text);

        const usual = Promise.all([
          scene.want(['feishu'], /^🔴 main 没有在运行/),
          scene.want(['feishu'], /^🟢 main 已恢复/),
        ]);
        await gateway.break('killed');
        await usual;
        await scene.quiet(3_000);
        expect(inGroup()).toEqual([]);

        feishu.faults(cast.lifeline.feishu.appId).unavailable.add(cast.operator.feishu);
        qq.switches.rejectPushes(cast.lifeline.qq.appId, cast.operator.qq);
        await gateway.break('qq_gives_up');
        await scene.until('alert and recovery in the group', () => inGroup().length >= 2);
        await scene.quiet(5_000);
        expect(inGroup()).toHaveLength(2);
        expect(inGroup()[0]).toMatch(/^🔴 main：QQ 失联[\s\S]*可用范围[\s\S]*打开「允许主动发送」/);
        expect(inGroup()[1]).toMatch(/^🟢 main：QQ 已恢复[\s\S]*重启 1 次/);
        expect(feishu.hooked(HOOK.token)[0]?.card?.blocks.some(({ kind }) => kind === 'buttons')).toBe(false);
      },
    ),
  );
});
