/** Who does not say that they know is reminded; whoever does is not, and is told of the end all the same. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { fast } from './fast.ts';
import { inScene, type PhoneName, type Scene } from './scene.ts';
import { answered, buttonsOf } from './talk.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
const SPEED = 10;
/** Before the first reminder somebody must have said that they know, also on a slow machine. */
const REMIND_MS = 10_000;
const OPTIONS = fast(SPEED, { alerts: { remind_every: `${(REMIND_MS * SPEED) / 1_000}s` } });

const ALERT = /^🔴 main：QQ 连不上平台/;
const REMINDER =
  /^🔴 main：QQ 仍未恢复（已 [^）]+） #\d+\n连不上平台（[^）]+）\n[\s\S]*不想再被提醒，发 \/ack 1(?:\n|$)/;
const NOTED = /^已确认：#1 main[^\n]*\n+不再提醒；恢复了，或要你动手时，还会告诉你/;
const RECOVERED = /^🟢 main：QQ 已恢复 #\d+\n中断 /;

/** @returns the ids of the alerts on both phones */
const alerted = async (scene: Scene): Promise<Readonly<Record<PhoneName, string>>> => {
  const told = scene.want(BOTH, ALERT);
  await scene.sandbox.gateway.break('qq_server_error');
  const [onFeishu, onQq] = await told;
  return { feishu: String(onFeishu?.id), qq: String(onQq?.id) };
};

/** Nothing more comes, until it is over. */
const quietToItsEnd = async (scene: Scene): Promise<void> => {
  await scene.quiet(2 * REMIND_MS);
  const over = scene.want(BOTH, RECOVERED);
  await scene.sandbox.gateway.lift();
  await over;
  await scene.quiet(2_000);
};

describe.concurrent('an alert of what lasts', () => {
  test('comes again and again until somebody taps on Feishu that they know', LIMIT, () =>
    inScene(OPTIONS, async (scene) => {
      const { feishu } = await alerted(scene);
      await scene.want(BOTH, REMINDER);
      const [reminder] = await scene.want(BOTH, REMINDER);
      const newest = String(reminder?.id);
      expect(buttonsOf(scene, 'feishu', newest)).toEqual(['日志', '为什么', '静音 1 小时', '知道了']);
      await scene.until('the first card to say where it goes on', () =>
        /^main：QQ [^\n]+ #1\n后续见 [\d:]{8} 的新消息$/.test(scene.shown('feishu', feishu).text),
      );
      expect(buttonsOf(scene, 'feishu', feishu)).toEqual([]);
      const noted = scene.want(['feishu'], NOTED);
      await scene.tap('feishu', newest, '知道了');
      await noted;
      await scene.until('the card to say who knows', () =>
        /me 已确认（\d\d:\d\d:\d\d）/.test(scene.shown('feishu', newest).text),
      );
      expect(buttonsOf(scene, 'feishu', newest)).toEqual(['日志', '为什么', '静音 1 小时']);
      await quietToItsEnd(scene);
    }),
  );

  test.runIf(IN_DEPTH)(
    'does not come again once somebody tapped on QQ that they know, and to say that twice changes nothing',
    LIMIT,
    () =>
      inScene(OPTIONS, async (scene) => {
        const { qq } = await alerted(scene);
        const noted = scene.want(['qq'], NOTED);
        await scene.tap('qq', qq, '知道了');
        await noted;
        await answered(scene, 'feishu', '/ack 1', /^me 已经确认过了（(?:刚刚|\d+ 分钟前)），不会再提醒/);
        await quietToItsEnd(scene);
        await answered(scene, 'feishu', '/ack 1', /^🟢 #1 已经恢复，不用确认/);
      }),
  );

  test.runIf(IN_DEPTH)('does not come again once somebody on QQ answers by quoting it', LIMIT, () =>
    inScene(OPTIONS, async (scene) => {
      const { qq } = await alerted(scene);
      const noted = scene.want(['qq'], NOTED);
      const quoting = scene.say('qq', '收到，马上看', { quotes: qq });
      expect(quoting.quotes).toBe(qq);
      await noted;
      await quietToItsEnd(scene);
      expect(scene.audit()).toContainEqual(
        expect.objectContaining({ operator: 'me', command: expect.stringMatching(/^\/?ack/) as string }),
      );
    }),
  );

  test.runIf(IN_DEPTH)('does not come again once somebody on Feishu answers by quoting the reminder', LIMIT, () =>
    inScene(OPTIONS, async (scene) => {
      await alerted(scene);
      const [reminder] = await scene.want(BOTH, REMINDER);
      const noted = scene.want(['feishu'], NOTED);
      scene.say('feishu', 'OK', { quotes: String(reminder?.id) });
      await noted;
      await quietToItsEnd(scene);
    }),
  );

  test.runIf(IN_DEPTH)('does not come again after /ack, until it is over and has come back', LIMIT, () =>
    inScene(OPTIONS, async (scene) => {
      await alerted(scene);
      await answered(scene, 'feishu', '知道了', NOTED);
      await quietToItsEnd(scene);
      const again = scene.want(BOTH, /^🔴 main：QQ 连不上平台（第 2 次）/);
      await scene.sandbox.gateway.break('qq_server_error');
      await again;
      await scene.want(BOTH, REMINDER);
    }),
  );
});
