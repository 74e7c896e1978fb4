/** An OpenClaw whose configuration is not what it runs with, or not one that it starts with. */
import { expect, test } from 'vitest';
import { asked } from './confirming.ts';
import { treatmentsOf } from './expect-healed.ts';
import { withOpenClaw } from './openclaw-scene.ts';

const BOTH = ['feishu', 'qq'] as const;

test(
  'what is wrong with the configuration of OpenClaw is told with its key, and nothing is restarted for it',
  { timeout: 240_000 },
  () =>
    withOpenClaw({ speed: 120, supervisor: 'auto' }, async (scene, fake) => {
      await scene.until('the gateway to be up', () => fake.count('login feishu') === 1);
      const notTaken = scene.want(
        BOTH,
        /^🔴 main 配置有误 #\d+\n网关不接受改过的配置，还在用原来的；现在重启就起不来了\n[\s\S]*Unrecognized key: "bogus"[\s\S]*改好之前不要重启它/,
      );
      fake.writeConfig({ gateway: { bogus: true } });
      await notTaken;
      await asked(scene, 'feishu', '/restart', /^🟠 重启 main？\nmain 不接受改过的配置，现在重启就起不来了\n/);

      // Somebody restarts it all the same.
      const refused = scene.want(BOTH, /^🔴 main [^\n]*\n[\s\S]*Unrecognized key: "bogus"[\s\S]*改好配置再启动/);
      fake.signal('SIGTERM');
      await scene.until('the gateway to have stopped', () => fake.count('exit 0') === 1);
      await fake.start();
      await refused;
      await scene.quiet(1_500);
      expect(fake.journal().at(-1)?.what).toBe('exit 78');
      const good = scene.want(BOTH, /^🟢 main 已恢复/);
      fake.writeConfig();
      await fake.start();
      await good;

      // A file written by hand: at the next start it goes back to what it had, and works.
      const reverted = scene.want(
        BOTH,
        /^🔴 main 配置有误[^\n]*\n网关没有用你写的配置，而是换回了旧的\n[\s\S]*clobbered/,
      );
      fake.writeConfig({ withoutMeta: true });
      fake.signal('SIGTERM');
      await scene.until('the gateway to have stopped', () => fake.count('exit 0') === 2);
      await fake.start();
      await reverted;
      const lost = scene.want(BOTH, /^🔴 main：QQ 失联 #\d+\n[\s\S]*正在单独重启/);
      const back = scene.want(BOTH, /^🟢 main：QQ 已恢复 #\d+\n/);
      fake.act({ kind: 'drop', channel: 'qqbot' });
      await Promise.all([lost, back]);
      await scene.quiet(1_500);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
    }),
);
