/** An OpenClaw whose event loop is stuck, and the brake that turns all its channels off when it is killed too often. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import type { FakeOpenClaw } from '../gateways/openclaw/fake/fake.ts';
import { treatmentsOf } from './expect-healed.ts';
import { withOpenClaw } from './openclaw-scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
/** What takes half a minute of waiting is left out of the usual run. */
const ALL = process.env['LIFELINE_TEST_ALL'] === '1';
const BOTH = ['feishu', 'qq'] as const;

const killed = async (fake: FakeOpenClaw): Promise<void> => {
  await fake.start();
  fake.signal('SIGKILL');
  while (fake.current() !== null) await pause(20);
};

describe.concurrent('beside OpenClaw', () => {
  test('a blocked loop is seen without the WebSocket, killed once, and comes back', LIMIT, () =>
    withOpenClaw({ speed: 20, world: { handshake: 'refused' } }, async (scene, fake) => {
      await scene.until('the gateway to be up', () => fake.count('login feishu') === 1);
      const told = scene.want(BOTH, /^🔴 main 卡死了 #\d+\n进程还在，但已经没有反应\n正在重启/);
      const over = scene.want(BOTH, /^🟢 main 已恢复 #\d+\n[\s\S]*重启 1 次/);
      fake.act({ kind: 'block' });
      await Promise.all([told, over]);
      await scene.quiet(2_000);
      // It heard no SIGTERM.
      expect(
        fake
          .journal()
          .map(({ what }) => what)
          .filter((what) => !what.startsWith('login')),
      ).toEqual(['boot', 'ready', 'block', 'boot', 'ready']);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
    }),
  );

  test.runIf(ALL)(
    'a loop that is blocked after two kills is left alone until a third one trips no brake, and that is told',
    LIMIT,
    () =>
      withOpenClaw(
        { speed: 3, before: async (fake) => (await killed(fake), await killed(fake), await fake.start()) },
        async (scene, fake) => {
          const told = scene.want(
            BOTH,
            /^🔴 main 卡死了 #\d+\n进程还在，但已经没有反应\n[^\n]*短时间内已异常退出多次，再强制结束会让它关掉所有连接，先缓一缓/,
            { withinMs: 120_000 },
          );
          // Of one that never answered nobody knows whether it still starts.
          await answered(scene, 'qq', '/status', /飞书.已登录/);
          fake.act({ kind: 'block' });
          await told;
          await scene.quiet(2_000);
          expect(fake.count('boot')).toBe(3);
          expect(treatmentsOf(scene)).toEqual([]);
        },
      ),
  );

  test.runIf(IN_DEPTH)('links that the brake keeps off are started one by one, and the gateway goes on', LIMIT, () =>
    withOpenClaw(
      {
        speed: 6,
        before: async (fake) => (await killed(fake), await killed(fake), await killed(fake), await fake.start()),
      },
      async (scene, fake) => {
        const before = fake.current();
        const logins = fake.count('login feishu');
        const told = scene.want(BOTH, /^🔴 main 反复崩溃 #\d+\n/);
        await Promise.all([
          told,
          scene.until(
            'both links to be logged in',
            () => fake.count('login feishu') > logins && fake.count('login qqbot') > 0,
          ),
        ]);
        await scene.quiet(2_000);
        expect(fake.current()).toEqual(before);
        expect(fake.count('ready, suppressed')).toBe(1);
        expect(
          fake
            .journal()
            .filter(({ what }) => what.startsWith('channels.'))
            .map(({ what }) => what),
        ).toEqual([
          'channels.stop feishu',
          'channels.start feishu handed-off',
          'channels.stop qqbot',
          'channels.start qqbot handed-off',
        ]);
      },
    ),
  );
});
