import { describe, expect, test, afterAll, beforeAll } from 'vitest';
import { sayAndConfirm } from './confirming.ts';
import { treatmentsOf } from './expect-healed.ts';
import { openScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

describe('commands from the phone', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  }, LIMIT.timeout);
  afterAll(() => scene.end(), LIMIT.timeout);

  test.each(['feishu', 'qq'] as const)('/status, /logs and /help are answered on %s', LIMIT, async (phone) => {
    const answers = Promise.all([
      scene.want([phone], /^🟢 main[\s\S]*QQ[\s\S]*飞书[\s\S]*Lifeline/),
      scene.want([phone], /^main 最近 5 行日志[\s\S]*\d\d:\d\d:\d\d/),
      scene.want([phone], /\/status[\s\S]*\/restart/),
    ]);
    scene.say(phone, '/status main');
    scene.say(phone, '/logs 5');
    scene.say(phone, '/help');
    await answers;
  });

  test('Chinese words and full-width letters are commands too', LIMIT, async () => {
    const answers = Promise.all([scene.want(['qq'], /^🟢 main/), scene.want(['feishu'], /^🟢 main/)]);
    scene.say('qq', '状态');
    scene.say('feishu', '／ｓｔａｔｕｓ　');
    await answers;
  });

  test('/restart asks, restarts and proves it, and the same word delivered again does not', LIMIT, async () => {
    const before = scene.sandbox.gateway.current()?.pid;
    const answers = Promise.all([
      scene.want(['feishu'], /^正在重启 main/),
      scene.want(['feishu'], /^🟢 main 已重启[\s\S]*→/),
    ]);
    const { id, text } = await sayAndConfirm(scene, 'feishu', '/restart');
    await answers;
    const after = scene.sandbox.gateway.current()?.pid;
    expect(after).not.toBe(before);
    scene.say('feishu', text, { id });
    await scene.quiet(2_000);
    await scene.restartBot('SIGKILL');
    scene.say('feishu', text, { id });
    await scene.quiet(3_000);
    expect(scene.sandbox.gateway.current()?.pid).toBe(after);
    expect(treatmentsOf(scene)).toEqual([{ requested_by: 'me', outcome: 'recovered' }]);
  });

  test('a command from long ago is refused', LIMIT, async () => {
    const answer = scene.want(['qq'], /^🟠/);
    scene.say('qq', '/restart', { at: Date.now() - 7 * 60_000 });
    await answer;
    expect(treatmentsOf(scene)).toHaveLength(1);
  });

  test("a stranger's /restart does nothing, is logged, and gets one short refusal an hour", LIMIT, async () => {
    const refusal = scene.want(['qq'], /名单/, { user: 'stranger' });
    const before = scene.sandbox.gateway.current()?.pid;
    for (let n = 0; n < 5; n += 1) scene.say('qq', '/restart', { as: 'stranger' });
    await refusal;
    const answer = scene.want(['qq'], /^🟢 main/);
    scene.say('qq', '/status');
    await answer;
    await scene.quiet(2_000);
    expect(scene.sandbox.gateway.current()?.pid).toBe(before);
    expect(treatmentsOf(scene)).toHaveLength(1);
    expect(scene.audit()).toContainEqual(
      expect.objectContaining({
        sender: scene.sandbox.cast.stranger.qq,
        operator: null,
        command: '/restart',
        outcome: 'refused',
      }),
    );
  });
});
