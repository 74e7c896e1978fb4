/** What is muted is healed as ever and not told; what is still ill when the silence is over is told then. */
import { describe, expect, test } from 'vitest';
import { fast } from './fast.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene, type PhoneName, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
const SPEED = 10;
const MUTE = { words: '5m', ms: 300_000 / SPEED };

const ALERT = /^🔴 main：QQ 连不上平台/;
const RECOVERED = /^🟢 main：QQ 已恢复\n中断 /;

const answered = async (scene: Scene, phone: PhoneName, text: string, answer: RegExp): Promise<void> => {
  const told = scene.want([phone], answer);
  scene.say(phone, text);
  await told;
};

const known = (scene: Scene, link: string | null): boolean => scene.incidents().some((incident) => incident.link === link);

describe.concurrent('a gateway that is muted', () => {
  test('is healed without a word ever; what is ill when the silence ends is told then, and its end as well', LIMIT, () =>
    inScene(fast(SPEED), async (scene) => {
      const { gateway } = scene.sandbox;
      const begin = Date.now();
      await answered(scene, 'feishu', `/mute ${MUTE.words}`, /^main 已静音，到 \d\d:\d\d:\d\d\n照常自动恢复，但不发告警；到时还没好的会告诉你/);
      await gateway.break('killed');
      await scene.until('the gateway to be healed', () => treatmentsOf(scene).length === 1 && scene.incidents().every(({ open }) => !open));
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
      expect(await startsOf(scene)).toBe(2);

      await gateway.break('qq_server_error');
      await scene.until('Lifeline to know of the other trouble', () => known(scene, 'qqbot'));
      expect(Date.now(), 'this machine was too slow for the window').toBeLessThan(begin + MUTE.ms - 2_000);
      const told = scene.want(BOTH, ALERT);
      await scene.quiet(begin + MUTE.ms - 500 - Date.now());
      for (const { at } of await told) expect(at).toBeGreaterThanOrEqual(begin + MUTE.ms);
      const over = scene.want(BOTH, RECOVERED);
      await gateway.lift();
      await over;
      await scene.quiet(3_000);
      expect(scene.incidents().map(({ link, told }) => [link, told])).toEqual([[null, 'nothing'], ['qqbot', 'recovered']]);
    }));

  test('is told of at once when its operator wants to hear again', LIMIT, () =>
    inScene(fast(SPEED), async (scene) => {
      const { gateway } = scene.sandbox;
      await answered(scene, 'qq', '/mute 7d main', /^main 已静音，到 /);
      await gateway.break('qq_server_error');
      await scene.until('Lifeline to know of the trouble', () => known(scene, 'qqbot'));
      await scene.quiet(4_000);
      const told = scene.want(BOTH, ALERT);
      await answered(scene, 'qq', '/unmute', /^🟢 main 已取消静音\n还没恢复的故障会马上告诉你/);
      await told;
      const over = scene.want(BOTH, RECOVERED);
      await gateway.lift();
      await over;
      await scene.quiet(3_000);
    }));
});
