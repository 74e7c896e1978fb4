/** A dry run says what would be done, command by command and why, and does nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { lifeline } from './command-line.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
/** Longer than every grace of the sandbox. */
const SILENCE_MS = 24_000;
const BOTH = ['feishu', 'qq'] as const;

describe.concurrent('a dry run', () => {
  test.runIf(IN_DEPTH)(
    'of /restart shows the steps, the commands and what Lifeline would do by itself, on both phones',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { gateway } = scene.sandbox;
        const before = gateway.current();
        const [start] = gateway.command;
        for (const [phone, words] of [
          ['feishu', '/restart dry'],
          ['qq', '重启 main 演习'],
        ] as const) {
          const plan = scene.want([phone], /^演习：重启 main 会这样做/);
          scene.say(phone, words);
          const [message] = await plan;
          const text = message?.text.replaceAll('\u200b', '') ?? '';
          expect(text).toMatch(
            /1\. 等它处理完手上的对话再重启\n2\. 直接重启\n3\. 强制结束再启动\n由 Lifeline 直接管理：/,
          );
          expect(text).toMatch(/如果由我自动处理：现在不会动它/);
          expect(text).not.toMatch(/PID|\. true/);
          expect(text).toContain(`1. kill -USR1 ${before?.pid}`);
          expect(text).toContain(`kill -KILL ${before?.pid}`);
          expect(text).toContain(`${start} gateway run`);
          expect(text).toMatch(/什么都还没做/);
        }
        await scene.quiet(3_000);
        expect(gateway.current()).toEqual(before);
        expect(treatmentsOf(scene)).toEqual([]);
      }),
  );

  test.runIf(IN_DEPTH)(
    'of the whole bot tells of a fault with the commands, answers /restart with its plan, and restarts nothing',
    LIMIT,
    () =>
      inScene({ args: ['--dry-run'] }, async (scene) => {
        const { gateway } = scene.sandbox;
        const before = gateway.current();
        const alert = scene.want(BOTH, /^🔴 main：QQ 失联[\s\S]*演习模式：只说不做[\s\S]*会执行：\nkill -USR1 \d+/);
        await gateway.break('qq_gives_up');
        await alert;
        await scene.quiet(SILENCE_MS);
        const plan = scene.want(['feishu'], /^演习：重启 main 会这样做/);
        scene.say('feishu', '/restart');
        await plan;
        const stop = scene.want(['feishu'], /^演习：停止 main 会这样做/);
        scene.say('feishu', '/stop main');
        await stop;
        await scene.quiet(3_000);
        expect(gateway.current()).toEqual(before);
        expect(await startsOf(scene)).toBe(1);
        expect(treatmentsOf(scene)).toEqual([]);
      }),
  );

  test('of lifeline check prints what --heal would run, and runs nothing', LIMIT, async () => {
    const sandbox = await createSandbox({ dir: await mkdtemp(join(tmpdir(), 'lifeline-dry-')) });
    try {
      const config = sandbox.writeConfig();
      await sandbox.gateway.start();
      await eventually(() => sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')));
      expect(await lifeline(['check', '--config', config, '--dry-run'])).toEqual({ code: 0, out: '', err: '' });
      await sandbox.gateway.break('killed');
      await eventually(() => sandbox.gateway.current() === null);
      const { code, out } = await lifeline(['check', '--config', config, '--dry-run']);
      expect(code).toBe(1);
      expect(out).toMatch(/^main：没有在运行/);
      expect(out).toContain(`演习模式，会执行：\n  ${sandbox.gateway.command.join(' ')}\n`);
      expect(sandbox.gateway.pids()).toEqual([]);
    } finally {
      await sandbox.stop();
      await rm(sandbox.dir, { recursive: true, force: true });
    }
  });
});

const eventually = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > deadline) throw new Error('waited in vain');
  }
};
