/** `/restart` while the gateway is at work: asked once more, gently first, and shown as it goes. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import type { PhoneMessage } from '../../sandbox/phone.ts';
import { asked, wordIn } from './confirming.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene, type PhoneName, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

const BUSY = /^🟠 重启 main？\nmain 有 2 个对话正在进行[\s\S]*回复 \w{4} 确认，60 秒内有效$/;
const DRAINING = 'Stopping gateway for restart';

const askedAtWork = async (scene: Scene, phone: PhoneName): Promise<PhoneMessage> => {
  await scene.sandbox.gateway.work(2);
  const question = await asked(scene, phone, '/restart', BUSY);
  await scene.quiet(3_000);
  expect(treatmentsOf(scene)).toEqual([]);
  return question;
};

/**
 * Goes on by `confirm`; the turns end only after the gateway was asked. @returns the id of the message that shows how
 * it goes
 */
const carriedOut = async (scene: Scene, phone: PhoneName, confirm: () => unknown): Promise<string> => {
  const { gateway } = scene.sandbox;
  const before = gateway.current();
  const began = scene.want([phone], /^正在重启 main（pid \d+）…/);
  await confirm();
  const [progress] = await began;
  await scene.until('the gateway to wait for its turns', () =>
    gateway.tail(20).some((line) => line.includes(DRAINING)),
  );
  await scene.quiet(3_000);
  expect(gateway.current()).toEqual(before);
  const ended = scene.want([phone], /^🟢 main 已重启[\s\S]*→/);
  await gateway.work(0);
  await ended;
  expect(gateway.current()?.pid).not.toBe(before?.pid);
  expect(gateway.tail(500).filter((line) => /Received SIG(?:TERM|INT)/.test(line))).toEqual([]);
  await scene.quiet(3_000);
  expect(await startsOf(scene)).toBe(2);
  expect(treatmentsOf(scene)).toEqual([{ requested_by: 'me', outcome: 'recovered' }]);
  return String(progress?.id);
};

describe.concurrent('/restart with turns in flight', () => {
  test(
    'is asked once more on Feishu, and once confirmed lets the turns end; one message shows how it goes',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { id, text } = await askedAtWork(scene, 'feishu');
        expect(buttonsOf(scene, 'feishu', id)).toEqual(['仍要重启']);
        const progress = await carriedOut(scene, 'feishu', () => scene.say('feishu', wordIn(text)));
        const steps = scene.versions(progress).map(({ text }) => text);
        expect(steps, steps.join('\n---\n')).toHaveLength(3);
        expect(steps[0]).toMatch(/…\n▸ 等它处理完手上的对话再重启$/);
        expect(steps[1]).toMatch(/…\n▸ 等它处理完手上的对话再重启\n等它就绪并登录$/);
        expect(steps[2]).toMatch(/^🟢 main 已重启\n✓ 等它处理完手上的对话再重启\n结果见下一条消息$/);
        expect(scene.shown('feishu', progress).card?.colour).toBe('green');
        expect(scene.shown('feishu', progress).buzzes).toBeUndefined();
      }),
  );

  test.runIf(IN_DEPTH)(
    'is asked once more on QQ, where a tap confirms, and has a beginning and a result only',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { id, text } = await askedAtWork(scene, 'qq');
        expect(buttonsOf(scene, 'qq', id)).toEqual(['仍要重启']);
        const progress = await carriedOut(scene, 'qq', () => scene.tap('qq', id));
        expect(scene.versions(progress)).toHaveLength(1);
        // Neither the button nor the word counts a second time.
        for (const again of [() => scene.tap('qq', id), () => scene.say('qq', wordIn(text))]) {
          const used = scene.want(['qq'], /^已经确认过了，没有再执行一次/);
          await again();
          await used;
        }
        await scene.quiet(2_000);
        expect(await startsOf(scene)).toBe(2);
      }),
  );
});

const buttonsOf = (scene: Scene, phone: PhoneName, id: string): readonly string[] =>
  scene
    .shown(phone, id)
    .card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons.map(({ label }) => label) : [])) ?? [];
