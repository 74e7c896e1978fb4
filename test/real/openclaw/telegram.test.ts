/** The real Telegram channel of OpenClaw against a Bot API on the loopback, with Lifeline beside it. */
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { openTelegram, type TelegramServer } from '../fixtures/telegram-server.ts';
import { BOTH } from '../phones.ts';
import { openOpenClawScene, type OpenClawScene } from './openclaw-scene.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';

const AFTERMATH_MS = 10_000;

describeOpenClaw((installed) => {
  describe('with Lifeline beside it, its Telegram', () => {
    let telegram: TelegramServer | null = null;
    let opened: OpenClawScene | null = null;
    const open = async (context: TestContext): Promise<OpenClawScene & { readonly telegram: TelegramServer }> => {
      const there = installed(context);
      telegram ??= await openTelegram();
      opened ??= await openOpenClawScene(there, { telegram });
      return { ...opened, telegram };
    };
    afterAll(async () => {
      await opened?.end();
      await telegram?.stop();
    }, 120_000);
    const status = async (scene: OpenClawScene): Promise<string> => {
      const answer = scene.want(['feishu'], /^\S+ main/);
      scene.say('feishu', '/status main');
      return (await answer)[0]?.text ?? '';
    };

    test('is up, and back by itself without a word after one dropped connection', LIMIT, async (context) => {
      const scene = await open(context);
      await scene.main();
      scene.telegram.become('cut');
      scene.telegram.become('well');
      await scene.until('Telegram to be polled again', () => scene.telegram.polls() > 0);
      await scene.quiet(AFTERMATH_MS);
      expect(await status(scene)).toMatch(/^🟢 main[\s\S]*^Telegram：已登录/m);
    });

    test(
      'is told of while it answers 502, the other links as they were, and when it is back',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const treated = scene.lifeline.treatments().length;
        const lost = scene.want(BOTH, /^🔴 main：Telegram /);
        scene.telegram.become('bad gateway');
        await lost;
        const seen = await status(scene);
        for (const link of ['飞书', 'QQ']) expect(seen).toMatch(new RegExp(`^${link}：已登录`, 'm'));
        const back = scene.want(BOTH, /^🟢 main：Telegram 已恢复/);
        scene.telegram.become('well');
        await back;
        expect(scene.lifeline.treatments()).toHaveLength(treated);
      },
    );

    test('is told of with what to do while somebody else uses its token', LIMIT, async (context) => {
      const scene = await open(context);
      const refused = scene.want(BOTH, /^🔴 main：Telegram 被平台拒绝[\s\S]*另一个程序在用同一个机器人/);
      scene.telegram.become('conflict');
      await refused;
      const back = scene.want(BOTH, /^🟢 main：Telegram 已恢复/);
      scene.telegram.become('well');
      await back;
    });

    test('is told of as refused, with what to do, when its token is revoked', LIMIT, async (context) => {
      const scene = await open(context);
      const refused = scene.want(
        BOTH,
        /^🔴 main：Telegram 被平台拒绝[\s\S]*平台不认这个机器人的令牌或密钥[\s\S]*换一个新令牌/,
      );
      scene.telegram.become('unauthorized');
      await refused;
      const back = scene.want(BOTH, /^🟢 main：Telegram 已恢复/);
      scene.telegram.become('well');
      await scene.call('channels.start', { channel: 'telegram' });
      await back;
    });
  });
});
