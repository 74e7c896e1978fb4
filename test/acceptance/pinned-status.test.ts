/** The status card that stays true: changed in place, also by the Lifeline after this one. QQ says that it cannot. */
import { expect, test } from 'vitest';
import { fast } from './fast.ts';
import { inScene } from './scene.ts';
import { answered, buttonsOf } from './talk.ts';

const BOTH = ['feishu', 'qq'] as const;
/** A minute takes six seconds. */
const SPEED = 10;

test('a pinned status follows the gateway, over a kill of Lifeline', { timeout: 240_000 }, () =>
  inScene(fast(SPEED), async (scene) => {
    await answered(scene, 'qq', '/status pin', /^(?:🟠 )?这里发出的消息改不了\n+飞书可以：在飞书上发 \/status pin/);
    const carded = scene.want(
      ['feishu'],
      /^🟢 main：运行正常\n(?:[^]*\n)?🟢 QQ：已登录[^]*[\d:]{8} 的状态。有变化才更新/,
    );
    await answered(scene, 'feishu', '/status pin', /^下面这张卡片会一直更新/);
    const id = String((await carded)[0]?.id);
    expect(buttonsOf(scene, 'feishu', id)).toEqual(['详细', '不再更新']);

    const told = scene.want(BOTH, /^🔴 main：QQ 连不上平台/);
    await scene.sandbox.gateway.break('qq_server_error');
    await told;
    await scene.until('the card to be red', () => scene.shown('feishu', id).text.startsWith('🔴 main：QQ 连不上平台'));

    await scene.restartBot('SIGKILL');
    const over = scene.want(BOTH, /^🟢 main：QQ 已恢复/, { withinMs: 90_000 });
    await scene.sandbox.gateway.lift();
    await over;
    await scene.until('the card to be green', () => scene.shown('feishu', id).text.startsWith('🟢 main：运行正常'));
    // Nobody's phone rings for a change. How often it is changed: `test/app/pinned-status.test.ts`, for a Lifeline that is
    // started anew has another clock here.
    expect(scene.shown('feishu', id).buzzes).toBeUndefined();

    const ended = scene.want(['feishu'], /^状态卡不再更新/);
    await scene.tap('feishu', id, '不再更新');
    await ended;
  }),
);
