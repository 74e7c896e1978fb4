/** `lifeline restart` and the like: what a phone can ask for, asked at the machine, through the bot that runs. */
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { lifeline, type Ran } from './command-line.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { fast } from './fast.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 300_000 };

describe('the commands of the machine', () => {
  test('restart, mute and ack by the running bot, with an audit of who; without a bot they say so', LIMIT, () =>
    inScene(fast(10), async (scene: Scene) => {
      const at = (...args: readonly string[]): Promise<Ran> =>
        lifeline([...args, '--config', join(scene.sandbox.dir, 'config.yaml')]);

      // Nobody is at a terminal: it asks first, and nothing happens.
      const unasked = await at('restart', 'main');
      expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('--yes') as string });
      expect(await startsOf(scene)).toBe(1);

      const restarted = await at('restart', 'main', '--yes');
      expect(restarted).toMatchObject({ code: 0, err: '' });
      expect(restarted.out).toMatch(/🟢 main 已重启[\s\S]*进程 \d+ → \d+/);
      expect(await startsOf(scene)).toBe(2);

      const muted = await at('mute', 'main', '30m');
      expect(muted).toMatchObject({ code: 0, err: '' });
      expect(muted.out).toMatch(/^main 已静音，到 /);
      expect(await at('unmute', 'main')).toMatchObject({ code: 0, out: expect.stringMatching(/取消静音/) as string });
      for (const [words, says] of [
        [['main'], 'lifeline mute main 2h'],
        [['2'], '是 2m 还是 2h？'],
      ] as const)
        expect(await at('mute', ...words)).toMatchObject({ code: 2, err: expect.stringContaining(says) as string });
      expect(await at('ack', 'main')).toMatchObject({ code: 0, err: '' });
      for (const time of ['8d', '0s'])
        expect(await at('mute', 'main', time)).toMatchObject({
          code: 2,
          out: '',
          err: expect.stringMatching(/\S/) as string,
        });
      expect(await at('ack', '99')).toMatchObject({ code: 1, err: '' });

      // To watch is no command: it stands in no audit.
      expect(await at('top')).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/^🟢 main：运行正常\n🟢 QQ：已登录[^]*Lifeline 0[^]*飞书：已连接/) as string,
      });

      const mine = scene.audit().filter(({ channel }) => channel === 'local');
      expect(mine.map(({ command, outcome }) => [command, outcome])).toEqual([
        ['/restart main', 'asked'],
        ['/restart main', 'asked'],
        [expect.stringMatching(/^\/restart main/) as string, 'done'],
        ['/mute 30m main', 'done'],
        ['/unmute main', 'done'],
        ['/ack main', 'done'],
        ['/ack 99', 'failed'],
      ]);
      const who = new Set(mine.map(({ operator }) => operator));
      expect(who.size).toBe(1);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: [...who][0], outcome: 'recovered' }]);

      await scene.endBot('SIGTERM');
      expect(await at('stop', 'main', '--yes')).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(/^没有 Lifeline 在用这份配置运行/) as string,
      });
    }),
  );
});
