/**
 * `/restart`, `/stop` and `/start` from the phone, of a gateway that a real `systemd --user` keeps; and other hands in
 * the middle.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sayAndConfirm } from '../../acceptance/confirming.ts';
import { AFTERMATH_MS, playUnitScene, type UnitScene, type UnitSceneOptions } from './unit-scene.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const LIMIT = { timeout: 240_000 };
const LEFT_ALONE_MS = 6_000;
/** What interrupts it is confirmed. */
const ASKS: ReadonlySet<string> = new Set(['/restart', '/stop']);
/** A stop that takes its time, so that there is a middle. */
const SLOW_STOP = { extra: ['ExecStop=/bin/sleep 4'] };
/** Without the gentle step, which needs no systemd. */
const PLAIN = { config: { healing: { graceful: '0s' } } };

describe.skipIf(skipped('commands under systemd', whyNoUserSystemd()))(
  'from the phone, a gateway that systemd keeps',
  () => {
    let systemd: UserSystemd;
    beforeAll(async () => {
      systemd = await startUserSystemd();
    });
    afterAll(() => systemd.stop());

    const inScene = (options: UnitSceneOptions, play: (scene: UnitScene) => Promise<void>): Promise<void> =>
      playUnitScene(systemd, options, play);
    /** @returns the text of the last answer. */
    const ask = async (scene: UnitScene, command: string, ...answers: readonly RegExp[]): Promise<string> => {
      const wanted = answers.map((answer) => scene.want(['feishu'], answer));
      if (ASKS.has(command)) await sayAndConfirm(scene, 'feishu', command);
      else scene.say('feishu', command);
      const came = await Promise.all(wanted);
      return came.at(-1)?.[0]?.text ?? '';
    };
    const RESTARTED = [/^正在重启 main/, /^🟢 main 已重启\n进程 \d+ → \d+/] as const;
    /** The one result names these two processes, and there is one more start. */
    const restarted = async (scene: UnitScene, first: number, result: string): Promise<number> => {
      const second = await scene.main(first);
      expect(result).toContain(`进程 ${first} → ${second}`);
      await scene.quiet(AFTERMATH_MS);
      await scene.expectOne(second);
      expect(await scene.starts()).toBe(2);
      return second;
    };
    const inTheMiddle = (scene: UnitScene): Promise<void> =>
      scene.until(
        'a restart in the middle',
        async () =>
          scene.lifeline.treatments().at(-1)?.phase === 'acting' && (await scene.supervisor.status()).job === 'restart',
      );

    describe.concurrent('', () => {
      test(
        'is stopped and stays down, and is started again; a dry run names unit, commands and reason and does nothing',
        LIMIT,
        () =>
          inScene({}, async (scene) => {
            const first = await scene.main();
            const plan = await ask(scene, '/restart main dry', /^.*演习：重启 main/);
            expect(plan).toContain(`由 systemd-user（${scene.unit}）管理：现在的进程归它管`);
            for (const command of [
              `kill -USR1 ${first}`,
              `restart ${scene.unit}`,
              `kill --signal=KILL ${scene.unit}`,
              `reset-failed ${scene.unit}`,
              `start ${scene.unit}`,
            ])
              expect(plan).toContain(command);
            await ask(scene, '/stop', /^正在停止 main/, /^🟢 main 已停止/);
            await scene.quiet(LEFT_ALONE_MS);
            expect(await scene.supervisor.status()).toMatchObject({ main: null, job: null });
            expect(scene.sandbox.gateway.pids()).toEqual([]);
            await ask(scene, '/start', /^main 没有在运行，正在启动/, /^🟢 main 已启动/);
            await scene.expectOne(await scene.main(first));
            expect(await scene.starts()).toBe(2);
            expect(scene.lifeline.treatments()).toMatchObject([
              { by: 'me', remedy: 'stop', outcome: 'recovered', rungs: ['supervisor'] },
              { by: 'me', remedy: 'start', outcome: 'recovered', rungs: ['supervisor'] },
            ]);
          }),
      );

      test('is asked to end by itself, and where systemd would wait for ten minutes, is started at once', LIMIT, () =>
        inScene({ restartSec: '600' }, async (scene) => {
          const first = await scene.main();
          await restarted(scene, first, await ask(scene, '/restart', ...RESTARTED));
          expect(scene.lifeline.treatments()).toMatchObject([
            { by: 'me', remedy: 'restart', outcome: 'recovered', rungs: ['graceful'] },
          ]);
          expect(scene.lifeline.treatments()[0]?.commands).toEqual([
            `sigusr1 ${first}`,
            expect.stringContaining(` restart ${scene.unit}`),
          ]);
          expect(scene.sandbox.gateway.tail(60).some((line) => line.includes('Exiting with code 75'))).toBe(true);
        }),
      );

      test('whose crashes made its start limit latch is told of, and a /start resets that', LIMIT, () =>
        inScene({ version: 'old', config: { watch: { grace: { gone: '15s' } } } }, async (scene) => {
          const told = scene.want(['feishu', 'qq'], /^🔴 main 反复崩溃[\s\S]*需要你处理/);
          let last = 0;
          // Five deaths, or more where another scene has made systemd read its units anew, which forgets the count.
          await scene.until('the unit to be latched', async () => {
            const { state, main } = await scene.supervisor.status();
            if (main && main.pid !== last && scene.sandbox.gateway.current()?.pid === main.pid)
              process.kill((last = main.pid), 'SIGKILL');
            return state === 'latched';
          });
          await told;
          const answer = await ask(scene, '/start', /^main 没有在运行，正在启动/, /^🟢 main 已启动/);
          const pid = await scene.main(last);
          expect(answer).toContain(`新进程 ${pid}`);
          expect(scene.lifeline.treatments()).toMatchObject([
            {
              by: 'me',
              remedy: 'start',
              outcome: 'recovered',
              rungs: ['supervisor'],
              commands: [expect.stringContaining('reset-failed'), expect.stringContaining(' start ')],
            },
          ]);
          expect(scene.sandbox.gateway.pids()).toMatchObject([{ pid }]);
        }),
      );

      test("is restarted once when the admin's own restart comes in the middle of it", LIMIT, () =>
        inScene({ ...SLOW_STOP, ...PLAIN }, async (scene) => {
          const first = await scene.main();
          const result = ask(scene, '/restart', ...RESTARTED);
          await inTheMiddle(scene);
          await scene.systemd.systemctl('restart', scene.unit);
          await restarted(scene, first, await result);
          expect(scene.lifeline.treatments()).toMatchObject([{ outcome: 'recovered', rungs: ['supervisor'] }]);
        }),
      );

      test("is not restarted again when the admin's restart was there first", LIMIT, () =>
        inScene({ ...SLOW_STOP, ...PLAIN }, async (scene) => {
          const first = await scene.main();
          await scene.systemd.systemctl('--no-block', 'restart', scene.unit);
          await scene.until("the admin's restart", async () => (await scene.supervisor.status()).job === 'restart');
          await restarted(scene, first, await ask(scene, '/restart', ...RESTARTED));
          expect(scene.lifeline.treatments()).toMatchObject([
            { outcome: 'recovered', rungs: ['supervisor'], commands: [] },
          ]);
        }),
      );

      test('is restarted once, with one result, when Lifeline is killed in the middle and started again', LIMIT, () =>
        inScene({ ...SLOW_STOP, ...PLAIN }, async (scene) => {
          const first = await scene.main();
          const result = ask(scene, '/restart', ...RESTARTED);
          await inTheMiddle(scene);
          await scene.lifeline.kill();
          await restarted(scene, first, await result);
          expect(scene.lifeline.treatments()).toMatchObject([
            { by: 'me', outcome: 'recovered', rungs: ['supervisor'] },
          ]);
        }),
      );
    });
  },
);
