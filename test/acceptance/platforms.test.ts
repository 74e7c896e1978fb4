/** A gateway with every platform on, through the real program: silent while it is well, and each loss told alone. */
import { describe, expect, test } from 'vitest';
import { ADAPTER_SCRIPTS } from '../../sandbox/gateway/adapter-scripts.ts';
import { expectHealedIn, startsOf, treatmentsOf } from './expect-healed.ts';
import { fast } from './fast.ts';
import { openScene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 300_000 };
const BOTH = ['feishu', 'qq'] as const;
const QUIET_MS = 20_000;

describe('a gateway with every platform on', () => {
  test(
    'is let alone; what is lost or refused is told with what to do, and restarted for where it is over',
    LIMIT,
    async () => {
      const { timings, ...options } = fast(20);
      const scene = await openScene({
        ...options,
        timings: { ...timings, platforms: ADAPTER_SCRIPTS.map(({ name }) => name) },
      });
      try {
        const { gateway } = scene.sandbox;
        await scene.quiet(QUIET_MS);

        const conflict = scene.want(BOTH, /^🔴 main.Telegram 被平台拒绝[\s\S]*另一个程序[\s\S]*停掉它/);
        await gateway.link('telegram', 'refused');
        await conflict;

        const scan = scene.want(BOTH, /^🔴 main.微信被平台拒绝[\s\S]*再扫一次二维码/);
        await gateway.link('weixin', 'refused');
        await scan;

        const lost = scene.want(BOTH, /^🔴 main.Discord (?:失联|连不上平台)/);
        await gateway.link('discord', 'lost');
        await lost;
        const status = await answered(scene, 'feishu', '/status', /Webhook：监听中/);
        expect(status.text).toMatch(/Discord：(?:失联|连不上平台)/);
        expect(status.text).toMatch(/Slack：已登录/);
        expect(status.text).toMatch(/企业微信：已登录/);
        const back = scene.want(BOTH, /^🟢 main.Discord 已恢复/, { withinMs: 120_000 });
        await gateway.link('discord', 'back');
        await back;

        expect(treatmentsOf(scene)).toEqual([]);
        expect(await startsOf(scene)).toBe(1);

        // Its closed session is never made anew in this process. Its successor logs in on the refused platforms as well,
        // which on a slow machine is told apart.
        scene.mayCome(/^🟢 main：?(?:Telegram|微信|Slack) ?已恢复/);
        await expectHealedIn(scene, () => gateway.link('slack', 'lost'), {
          alert: /^🔴 main.Slack 失联/,
          recovery: /^🟢 main.*已恢复/,
        });
      } finally {
        await scene.end();
      }
    },
  );
});
