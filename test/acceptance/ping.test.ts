/** Somebody outside hears after each round that Lifeline does its work, and that it cannot when no alert gets out. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSwitch } from '../monitor/ping-server.ts';
import { lifeline } from './command-line.ts';
import { fast } from './fast.ts';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
/** Ten minutes, after which an alert counts as stuck, are this many seconds. */
const SPEED = 60;
const STUCK = /^(?:Lifeline：)?有 1 条告警一直送不出去，最早的一条是 \d\d:\d\d:\d\d$/m;

describe("a dead man's switch", () => {
  test('hears of each round, hears of alerts that nobody takes, and so does whoever runs Lifeline', LIMIT, async () => {
    const { url, came, paths } = await startSwitch();
    await inScene(fast(SPEED, { alerts: { ping_url: url }, watch: { schedule: '*/2 * * * * *' } }), async (scene) => {
      const { sandbox } = scene;
      const { feishu, qq, cast, gateway } = sandbox;
      await scene.until('two rounds', () => paths().filter((path) => path === '/').length >= 2);
      expect(paths().slice(0, 4)).toEqual(['/start', '/', '/start', '/']);
      const [start, end, next] = came;
      expect(start?.rid).toMatch(/^[0-9a-f-]{36}$/);
      expect(end).toMatchObject({ method: 'POST', rid: start?.rid });
      expect(next?.rid).not.toBe(start?.rid);
      expect(end?.body).toMatch(/^Lifeline \d+\.\d+\.\d+，.+\nmain：运行正常/);

      feishu.faults(cast.lifeline.feishu.appId).unavailable.add(cast.operator.feishu);
      qq.switches.rejectPushes(cast.lifeline.qq.appId, cast.operator.qq);
      await gateway.break('qq_server_error');
      await scene.until('a round that failed', () => paths().includes('/fail'));
      const failed = came.find(({ path }) => path.endsWith('/fail'));
      expect(failed?.body).toMatch(STUCK);
      expect(failed?.body).toMatch(/\nmain：.*QQ/);
      await scene.quiet(1_000);

      const { code, err } = await scene.endBot('SIGTERM');
      expect(err).toMatch(STUCK);
      expect(code).toBe(1);
      const checked = await lifeline(['check', '--config', join(sandbox.dir, 'config.yaml')], {
        env: { ...sandbox.env },
      });
      expect(checked.out).toMatch(STUCK);
      expect(checked.code).toBe(1);

      // The alert is not lost: it comes as soon as somebody takes it.
      const before = came.length;
      const late = scene.want(['qq'], /^🔴 main：QQ 连不上平台/);
      await scene.startBot();
      qq.switches.allowPushes(cast.lifeline.qq.appId, cast.operator.qq);
      await late;
      await scene.until('a good round', () => came.slice(before).some(({ path }) => path === new URL(url).pathname));
      expect(came.slice(before).at(-1)?.body).not.toMatch(STUCK);
    });
  });
});
