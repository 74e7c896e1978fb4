/** `/stop` means it: the gateway stays down, through restarts of Lifeline too, until somebody starts it. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH, sample } from '../deep.ts';
import { sayAndConfirm } from './confirming.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene, type PhoneName, type Scene } from './scene.ts';

const LIMIT = { timeout: 300_000 };
/** Longer than every grace of the sandbox. */
const SILENCE_MS = 24_000;
const STOPPED_BY_ME = /^🟠 main：已主动停止\n原因：me 用 \/stop 停的，要启动，发 \/start main\n没有进程\n(?!QQ)/;

/** `/stop` of a gateway that runs. @returns the id of the result */
const stopped = async (scene: Scene, phone: PhoneName): Promise<string> => {
  const told = Promise.all([
    scene.want([phone], /^正在停止 main（pid \d+）/),
    scene.want([phone], /^🟢 main 已停止\n进程 \d+ 已结束/),
  ]);
  await sayAndConfirm(scene, phone, '/stop');
  return String((await told)[1][0]?.id);
};

const answered = async (
  scene: Scene,
  phone: PhoneName,
  text: string,
  ...answers: readonly RegExp[]
): Promise<string> => {
  const told = Promise.all(answers.map((answer) => scene.want([phone], answer)));
  scene.say(phone, text);
  return String((await told).at(-1)?.[0]?.id);
};

describe.concurrent('a gateway that its operator stops', () => {
  const ways = [
    ['feishu', 'SIGKILL'],
    ['qq', 'SIGTERM'],
  ] as const;
  for (const [phone, signal] of sample(ways, 2, 0)) {
    test(`stays down, on ${phone}, and after a ${signal} of Lifeline; /start brings it back`, LIMIT, () =>
      inScene({}, async (scene) => {
        const { gateway } = scene.sandbox;
        const result = await stopped(scene, phone);
        await scene.quiet(SILENCE_MS);
        expect(gateway.pids()).toEqual([]);
        await answered(scene, phone, '/status', STOPPED_BY_ME);

        await scene.restartBot(signal);
        await scene.quiet(SILENCE_MS);
        expect(gateway.pids()).toEqual([]);
        await answered(scene, phone, '/status', STOPPED_BY_ME);
        await answered(scene, phone, '/stop', /^main 没有在运行/);
        await scene.quiet(1_000);
        expect(await startsOf(scene)).toBe(1);

        // The result of the stop offers the start.
        const started = Promise.all([
          scene.want([phone], /^main 没有在运行，正在启动/),
          scene.want([phone], /^🟢 main 已启动[\s\S]*新进程 \d+/),
        ]);
        await scene.tap(phone, result, '启动');
        await started;
        expect(gateway.pids()).toHaveLength(1);
        await answered(scene, phone, '/start', /^main 已经在运行（pid \d+）\n+要重启，发 \/restart main/);
        await answered(scene, phone, '/status', /^🟢 main：运行正常/);
        await scene.quiet(3_000);
        expect(await startsOf(scene)).toBe(2);
        expect(treatmentsOf(scene)).toEqual([
          { requested_by: 'me', outcome: 'recovered' },
          { requested_by: 'me', outcome: 'recovered' },
        ]);
      }),
    );
  }

  test.runIf(IN_DEPTH)('may be one that fell ill: what was told of it is over, and it stays down', LIMIT, () =>
    inScene({ gateway: { heal: 'off' } }, async (scene) => {
      const alert = scene.want(['feishu', 'qq'], /^🔴 main：QQ 失联/);
      await scene.sandbox.gateway.break('qq_gives_up');
      await alert;
      await stopped(scene, 'feishu');
      await scene.quiet(SILENCE_MS);
      expect(scene.sandbox.gateway.pids()).toEqual([]);
      // Down on purpose is not well again: that is told when QQ has logged in.
      const over = scene.want(['feishu', 'qq'], /^🟢 main：QQ 已恢复/);
      await answered(scene, 'feishu', '/start main', /^main 没有在运行，正在启动/, /^🟢 main 已启动/);
      await over;
    }),
  );
});
