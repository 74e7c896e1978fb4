/** Under maintenance a fault is neither mended nor told; after it both happens. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { fast, inTime, mustBeBefore } from './fast.ts';
import { inScene, type Scene, type SceneOptions } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 480_000 };
const BOTH = ['feishu', 'qq'] as const;
const SPEED = 10;

/** The gateway dies, and nothing happens until `end`, by the machine's clock. */
const diesBefore = async (scene: Scene, end: number): Promise<void> => {
  await scene.sandbox.gateway.break('killed');
  await scene.until('Lifeline to know of it', () => scene.incidents().length === 1);
  mustBeBefore(end - 3_000);
  await scene.quiet(end - 1_000 - Date.now());
  expect(scene.sandbox.gateway.pids()).toEqual([]);
  expect(treatmentsOf(scene)).toEqual([]);
  const told = Promise.all([
    scene.want(BOTH, /^🔴 main 没有在运行 #\d+\n[^\n]*\n正在启动/),
    scene.want(BOTH, /^🟢 main 已恢复[\s\S]*启动 1 次/),
  ]);
  for (const { at } of (await told).flat()) expect(at).toBeGreaterThan(end - 1_000);
  await scene.quiet(3_000);
  expect(await startsOf(scene)).toBe(2);
  expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
};

/** A window of the configuration that lasts for so long from now on, by the machine's clock. */
const windowOf = (ms: number): SceneOptions => {
  // It begins at a whole minute.
  const begin = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  const duration = `${Math.ceil((Date.now() - begin.getTime() + ms * SPEED) / 1_000)}s`;
  const options = fast(SPEED);
  return {
    ...options,
    gateway: {
      ...options.gateway,
      maintenance: [{ schedule: `${begin.getMinutes()} ${begin.getHours()} * * *`, duration }],
    },
  };
};

describe.concurrent('maintenance', () => {
  test('that an operator asks for lets a fault alone, and has it told and mended when it ends', LIMIT, () =>
    inTime((ms) =>
      inScene(fast(SPEED), async (scene) => {
        const end = Date.now() + ms;
        await answered(
          scene,
          'qq',
          `/maintenance ${(ms * SPEED) / 60_000}m`,
          /^main 开始维护，到 \d\d:\d\d:\d\d\n不自动处理，也不发告警；到时还没好的再处理、再告诉你/,
        );
        await diesBefore(scene, end);
      }),
    ),
  );

  test.runIf(IN_DEPTH)('that an operator ends has it told and mended at once', LIMIT, () =>
    inScene(fast(SPEED), async (scene) => {
      await answered(scene, 'feishu', '/maintenance 7d', /^main 开始维护/);
      await scene.sandbox.gateway.break('killed');
      await scene.until('Lifeline to know of it', () => scene.incidents().length === 1);
      await scene.quiet(3_000);
      expect(scene.sandbox.gateway.pids()).toEqual([]);
      const over = Promise.all([scene.want(BOTH, /^🔴 main 没有在运行/), scene.want(BOTH, /^🟢 main 已恢复/)]);
      await answered(scene, 'feishu', '/maintenance end', /^🟢 main 已结束维护\n还没恢复的故障会马上处理，并告诉你/);
      await over;
      await scene.quiet(2_000);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
    }),
  );

  test.runIf(IN_DEPTH)(
    'that the configuration plans lets a fault alone, and has it told and mended when it ends',
    LIMIT,
    () =>
      inTime((ms) => {
        // Opening a scene takes its part of it.
        const end = Date.now() + ms;
        return inScene(windowOf(ms), (scene) => diesBefore(scene, end));
      }),
  );
});
