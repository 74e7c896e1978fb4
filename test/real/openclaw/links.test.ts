/** The real Feishu and QQ plugins of OpenClaw against the loopback platforms, with Lifeline beside them. */
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { BOTH } from '../phones.ts';
import { openOpenClawScene, type OpenClawScene } from './openclaw-scene.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';

const AFTERMATH_MS = 10_000;

describeOpenClaw((installed) => {
  describe('with Lifeline beside it, its links', () => {
    let opened: OpenClawScene | null = null;
    const open = async (context: TestContext): Promise<OpenClawScene> =>
      (opened ??= await openOpenClawScene(installed(context), {
        before: ({ feishu, cast }) => {
          feishu.faults(cast.gateway.feishu.appId).upgrade = 'hang';
        },
      }));
    afterAll(() => opened?.end(), 120_000);

    test(
      'of which Feishu never gets an answer to its handshake at the start is deaf, restarted alone, and up',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const { feishu, cast } = scene.sandbox;
        const alert = scene.want(BOTH, /^🔴 main：飞书收不到消息/);
        const recovery = scene.want(BOTH, /^🟢 main：飞书已恢复/);
        // Whatever connects from now on is answered; what hangs goes on hanging.
        feishu.faults(cast.gateway.feishu.appId).upgrade = null;
        const first = Number(await scene.show('MainPID'));
        await alert;
        await recovery;
        expect(await scene.main()).toBe(first);
        await scene.quiet(AFTERMATH_MS);
        expect(scene.lifeline.treatments()).toMatchObject([
          {
            by: 'auto',
            remedy: 'restart_link',
            outcome: 'recovered',
            rungs: ['link'],
            commands: ['channels.stop feishu', 'channels.start feishu'],
          },
        ]);
      },
    );

    test('of which QQ is dropped with 4009 come back by themselves without a word', LIMIT, async (context) => {
      const scene = await open(context);
      const { qq, cast } = scene.sandbox;
      await scene.main();
      qq.closeSockets(cast.gateway.qq.appId, 4009, 'Session timed out');
      await scene.until('QQ to be away', () => qq.connections(cast.gateway.qq.appId) === 0);
      await scene.main();
      await scene.quiet(AFTERMATH_MS);
    });

    test('of which Feishu drops and reconnects are well without a word', LIMIT, async (context) => {
      const scene = await open(context);
      const { feishu, cast } = scene.sandbox;
      await scene.main();
      feishu.drop(cast.gateway.feishu.appId, 'reset');
      await scene.until('Feishu to be away', () => feishu.connections(cast.gateway.feishu.appId) === 0);
      await scene.main();
      await scene.quiet(AFTERMATH_MS);
    });

    test('of which somebody else stops one leave it stopped', LIMIT, async (context) => {
      const scene = await open(context);
      const { feishu, cast } = scene.sandbox;
      await scene.main();
      const treated = scene.lifeline.treatments().length;
      await scene.call('channels.stop', { channel: 'feishu' });
      await scene.until('Feishu to be off', () => feishu.connections(cast.gateway.feishu.appId) === 0);
      await scene.quiet(45_000);
      expect(scene.lifeline.treatments()).toHaveLength(treated);
      await scene.call('channels.start', { channel: 'feishu' });
      await scene.main();
      await scene.quiet(AFTERMATH_MS);
    });

    test(
      'of which Feishu is refused by its platform as it starts has given up, is restarted alone, and up',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const { feishu, cast } = scene.sandbox;
        const { appId } = cast.gateway.feishu;
        const first = await scene.main();
        const told = Promise.all([
          scene.want(BOTH, /^🔴 main：飞书失联，网关已放弃重连/),
          scene.want(BOTH, /^🟢 main：飞书已恢复/),
        ]);
        const isRefused = (): boolean => feishu.records(appId).calls.some(({ code }) => code === 1);
        // Once: Lifeline is quick, and its restart would be the next to be refused.
        Object.defineProperty(feishu.faults(appId), 'endpoint', {
          configurable: true,
          get: () => (isRefused() ? null : { kind: 'code', code: 1, data: 'empty' }),
        });
        await scene.call('channels.stop', { channel: 'feishu' });
        await scene.call('channels.start', { channel: 'feishu' });
        await scene.until('Feishu to be refused', isRefused);
        await told;
        expect(await scene.main()).toBe(first);
        expect(scene.lifeline.treatments().at(-1)).toMatchObject({
          by: 'auto',
          remedy: 'restart_link',
          outcome: 'recovered',
          rungs: ['link'],
        });
      },
    );

    test(
      'of which Feishu does not take the secret is told of with what to mend, left alone, and up once it is mended',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const { feishu, cast } = scene.sandbox;
        const { appId } = cast.gateway.feishu;
        const first = await scene.main();
        const treated = scene.lifeline.treatments().length;
        const refused = scene.want(
          BOTH,
          /^🔴 main：飞书 ?被平台拒绝[\s\S]*平台不认这个机器人的令牌或密钥[\s\S]*code=514/,
        );
        Object.defineProperty(feishu.faults(appId), 'endpoint', {
          configurable: true,
          get: () => ({ kind: 'code', code: 514, data: 'empty' }),
        });
        await scene.call('channels.stop', { channel: 'feishu' });
        await scene.call('channels.start', { channel: 'feishu' });
        await refused;
        await scene.quiet(45_000);
        expect(scene.lifeline.treatments()).toHaveLength(treated);
        const recovered = scene.want(BOTH, /^🟢 main：飞书已恢复/);
        Object.defineProperty(feishu.faults(appId), 'endpoint', { configurable: true, get: () => null });
        await scene.call('channels.stop', { channel: 'feishu' });
        await scene.call('channels.start', { channel: 'feishu' });
        await recovered;
        expect(await scene.main()).toBe(first);
      },
    );

    test(
      'of which QQ is closed with 1000, which its plugin does not retry, come back: by the gateway itself, or restarted alone',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const { qq, cast } = scene.sandbox;
        const first = await scene.main();
        const treated = scene.lifeline.treatments().length;
        // Its health monitor comes by every five minutes: it may be sooner than Lifeline, which then has nothing to
        // say.
        const told = Promise.allSettled([scene.want(BOTH, /^🔴 main：QQ /), scene.want(BOTH, /^🟢 main：QQ 已恢复/)]);
        qq.closeSockets(cast.gateway.qq.appId, 1000, 'bye');
        await scene.until('QQ to be away', () => qq.connections(cast.gateway.qq.appId) === 0);
        expect(await scene.main()).toBe(first);
        const treatments = scene.lifeline.treatments().slice(treated);
        if (treatments.length > 0) expect((await told).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
        expect(treatments.every(({ remedy }) => remedy === 'restart_link')).toBe(true);
      },
    );
  });
});
