/** `lifeline status` beside a bot that runs: the same as the phone is told, and the bot notices nothing. */
import { expect, test } from 'vitest';
import { lifeline } from '../../acceptance/command-line.ts';
import { openScene } from '../../acceptance/scene.ts';
import { join } from 'node:path';

const LIMIT = { timeout: 240_000 };

test(
  'says that the gateway is well and since when Lifeline runs, while it goes on; nothing is restored meanwhile',
  LIMIT,
  async () => {
    const scene = await openScene({ locale: 'en' });
    try {
      const config = join(scene.sandbox.dir, 'config.yaml');
      const pid = scene.sandbox.gateway.current();
      const words = await lifeline(['status', '--config', config]);
      expect(words).toMatchObject({ code: 0, err: '' });
      expect(words.out).toMatch(/^🟢 main: /);
      expect(words.out).toMatch(/^QQ: .*\nFeishu: |^Feishu: .*\nQQ: /m);
      expect(words.out).toMatch(/^Lifeline runs: for /m);
      const json = await lifeline(['status', '--config', config, '--json']);
      expect(json.code).toBe(0);
      const [gateway, own] = json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(gateway).toMatchObject({
        name: 'main',
        ok: true,
        condition: 'healthy',
        links: [{ condition: 'up' }, { condition: 'up' }],
        supervisor: { name: 'process' },
        decision: { act: 'nothing' },
      });
      expect(own).toMatchObject({
        running: true,
        undelivered: 0,
        channels: [
          { name: 'feishu', downSince: null },
          { name: 'qq', downSince: null },
        ],
      });

      const copy = join(scene.sandbox.dir, 'copy.db');
      expect(await lifeline(['backup', copy, '--config', config])).toMatchObject({ code: 0 });
      expect(await lifeline(['backup', '--restore', copy, '--config', config])).toMatchObject({
        code: 1,
        err: expect.stringContaining('Another Lifeline is running') as string,
      });
      // The bot is there and answers.
      const answer = scene.want(['qq'], /main/);
      scene.say('qq', '/status');
      await answer;
      expect(scene.sandbox.gateway.current()).toEqual(pid);
    } finally {
      await scene.end();
    }
  },
);
