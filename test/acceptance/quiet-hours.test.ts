/** In the quiet hours nobody is woken for what heals itself; what needs somebody rings at once. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { treatmentsOf } from './expect-healed.ts';
import { fast, inTime, mustBeBefore } from './fast.ts';
import { inScene, type Scene, type SceneOptions } from './scene.ts';

const LIMIT = { timeout: 480_000 };
const BOTH = ['feishu', 'qq'] as const;
/** What is over and was never told is not critical: the first channel that takes it is enough. */
const FIRST = ['feishu'] as const;
const SPEED = 10;
const MINUTE_MS = 60_000;

const timeOf = (at: number): string => new Date(at).toTimeString().slice(0, 5);

/**
 * Quiet hours that have begun and last, by the machine's clock, for so long at least. @returns when they end by it, too
 */
const quietFor = (ms: number): { readonly options: SceneOptions; readonly end: number } => {
  const now = Date.now();
  const until = Math.ceil((now + ms * SPEED) / MINUTE_MS) * MINUTE_MS;
  return {
    options: fast(SPEED, { alerts: { quiet: `${timeOf(now - MINUTE_MS)}-${timeOf(until)}` } }),
    end: now + (until - now) / SPEED,
  };
};

/**
 * These faults come and are healed one after the other, and at the end of the quiet hours there is this one message.
 */
const healedBefore = async (
  scene: Scene,
  end: number,
  faults: readonly ('killed' | 'qq_gives_up')[],
  report: RegExp,
): Promise<void> => {
  for (const [index, fault] of faults.entries()) {
    await scene.sandbox.gateway.break(fault);
    await scene.until(
      `${fault} to be healed`,
      () => treatmentsOf(scene).length === index + 1 && scene.incidents().every(({ open }) => !open),
    );
  }
  mustBeBefore(end - 1_000);
  for (const { at } of await scene.want(FIRST, report, { withinMs: 180_000 })) expect(at).toBeGreaterThan(end - 1_000);
  await scene.quiet(3_000);
  expect(treatmentsOf(scene)).toHaveLength(faults.length);
};

describe.concurrent('in the quiet hours', () => {
  test('a fault that heals itself leads to one message, at their end', LIMIT, () =>
    inTime((ms) => {
      const { options, end } = quietFor(ms);
      return inScene(options, (scene) =>
        healedBefore(
          scene,
          end,
          ['killed'],
          /^🟢 main 已恢复 #\d+\n中断 [\s\S]*启动 1 次[\s\S]*没有在运行[\s\S]*写于 \d\d:\d\d:\d\d，静音时段里没有马上发/,
        ),
      );
    }),
  );

  test.runIf(IN_DEPTH)('several such faults lead to one message as well', LIMIT, () =>
    inTime((ms) => {
      const { options, end } = quietFor(1.5 * ms);
      return inScene(options, (scene) =>
        healedBefore(
          scene,
          end,
          ['killed', 'qq_gives_up'],
          /^🟢 静音时段里有 2 条消息（\d\d:\d\d – \d\d:\d\d）\n\d\d:\d\d:\d\d 🟢 main 已恢复 #\d+：[^\n]+\n\d\d:\d\d:\d\d 🟢 main：QQ 已恢复 #\d+：[^\n]+\n+时间是当时的/,
        ),
      );
    }),
  );

  test.runIf(IN_DEPTH)(
    'a fault that no restart mends rings at once, and whoever heard of it hears at once that it is over',
    LIMIT,
    () =>
      inScene(quietFor((12 * 3_600_000) / SPEED).options, async (scene) => {
        const alert = scene.want(BOTH, /^🔴 main：QQ 连不上平台[\s\S]*重启没有用，等它自己过去/);
        await scene.sandbox.gateway.break('qq_server_error');
        await alert;
        const over = scene.want(BOTH, /^🟢 main：QQ 已恢复 #\d+\n中断 (?![\s\S]*写于)/);
        await scene.sandbox.gateway.lift();
        await over;
        await scene.quiet(2_000);
      }),
  );
});
