/**
 * Who brings a dead gateway back is asked and not guessed: each row of what a real systemd says of a dead unit
 * (docs/supervisors.md), so many deaths each. LIFELINE_TEST_DEATHS=20 for all of them; 3 unless told.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOTH } from '../phones.ts';
import { AFTERMATH_MS, playUnitScene, type UnitScene, type UnitSceneOptions } from './unit-scene.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const DEATHS = Number(process.env['LIFELINE_TEST_DEATHS'] ?? 3);
const LIMIT = { timeout: 240_000 + DEATHS * 60_000 };
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;
/** Of one gateway. */
const MOST_DEATHS = 3;
/** As in life: who is asked need not be waited for, and a machine that stands still is no death. */
const PATIENT = {
  watch: {
    grace: { gone: '60s', start: '2m', stop: '3m', frozen: '90s', qqbot: '3m', feishu: '5m' },
    settle: '1s',
    again: '0s',
  },
  healing: { per_hour: 60, per_day: 100, pauses: ['0s'] },
};
/** Past the 60 s that an unknown keeper would have, no; but past all that a known one has. */
const LEFT_ALONE_MS = 6_000;

describe.skipIf(skipped('deaths under systemd', whyNoUserSystemd()))('a gateway that dies under systemd', () => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(() => systemd.stop());

  const inScene = (options: UnitSceneOptions, play: (scene: UnitScene) => Promise<void>): Promise<void> =>
    playUnitScene(systemd, { ...options, config: { ...PATIENT, ...options.config } }, play);
  /** In as many scenes as it takes: a fourth crash of one gateway within ten minutes is told as such. */
  const inScenes = async (
    options: UnitSceneOptions,
    play: (scene: UnitScene, deaths: number) => Promise<void>,
  ): Promise<void> => {
    for (let done = 0; done < DEATHS; done += MOST_DEATHS)
      await inScene(options, (scene) => play(scene, Math.min(MOST_DEATHS, DEATHS - done)));
  };
  const nothingDone = (scene: UnitScene): void => expect(scene.lifeline.treatments()).toEqual([]);

  describe.concurrent('', () => {
    test.each([
      ['always', '200ms'],
      ['on-failure', '1s'],
    ])('and is brought back by Restart=%s is left to it, without a word', LIMIT, (restart, restartSec) =>
      inScenes({ restartSec, extra: [`Restart=${restart}`] }, async (scene, deaths) => {
        let pid = await scene.main();
        for (let death = 0; death < deaths; death += 1) {
          process.kill(pid, 'SIGKILL');
          pid = await scene.main(pid);
          // What somebody restarts in between is no crash.
          await scene.systemd.systemctl('restart', scene.unit);
          pid = await scene.main(pid);
        }
        await scene.quiet(AFTERMATH_MS);
        nothingDone(scene);
        expect(await scene.starts()).toBe(1 + 2 * deaths);
        await scene.expectOne(pid);
      }),
    );

    test.each([
      ['Restart=no', 'SIGKILL'],
      ['Restart=no', 'SIGTERM'],
      ['Restart=on-abort', 'SIGTERM'],
    ] as const)(
      'and has %s is started by Lifeline after %s, once, though 60 s are not over',
      LIMIT,
      (restart, signal) =>
        inScenes({ extra: [restart] }, async (scene, deaths) => {
          let pid = await scene.main();
          for (let death = 0; death < deaths; death += 1) {
            const told = Promise.all([scene.want(BOTH, DOWN), scene.want(BOTH, STARTED)]);
            process.kill(pid, signal);
            await told;
            pid = await scene.main(pid);
          }
          await scene.quiet(AFTERMATH_MS);
          expect(scene.lifeline.treatments()).toHaveLength(deaths);
          expect(await scene.starts()).toBe(1 + deaths);
          await scene.expectOne(pid);
        }),
    );

    test(
      'and that is stopped by `systemctl stop`, whatever it ends with, is left alone; and so are restarts by hand',
      LIMIT,
      () =>
        inScenes({}, async (scene, stops) => {
          let pid = await scene.main();
          for (let stop = 0; stop < stops; stop += 1) {
            await scene.systemd.systemctl('stop', scene.unit);
            await scene.quiet(LEFT_ALONE_MS);
            await scene.systemd.systemctl('start', scene.unit);
            pid = await scene.main(pid);
          }
          for (let round = 0; round < 4; round += 1) {
            await scene.systemd.systemctl('restart', scene.unit);
            pid = await scene.main(pid);
          }
          await scene.quiet(AFTERMATH_MS);
          nothingDone(scene);
          await scene.expectOne(pid);
        }),
    );

    test('and that systemd gives up on is told within moments of that', LIMIT, () =>
      inScene({ version: 'old', gateway: { heal: 'off' } }, async (scene) => {
        const pid = await scene.main();
        const [program = ''] = scene.sandbox.gateway.command;
        await rename(program, `${program}.away`);
        const told = scene.want(BOTH, /^🔴 main/);
        process.kill(pid, 'SIGKILL');
        await scene.until('the unit to be latched', async () => (await scene.supervisor.status()).state === 'latched');
        await told;
        await rename(`${program}.away`, program);
      }),
    );

    test('and that what it needs took along is told of with that, and not started', LIMIT, async () => {
      const needed = `lifeline-needed-${process.pid}.service`;
      await systemd.writeUnit(needed, '[Service]\nExecStart=/bin/sleep infinity\n');
      await inScene({ needs: [`Requires=${needed}`, `After=${needed}`] }, async (scene) => {
        await scene.main();
        const told = scene.want(BOTH, new RegExp(`^🔴 main 没有在运行[\\s\\S]*${needed.replaceAll('.', '.{1,3}')}`));
        await scene.systemd.systemctl('stop', needed);
        await told;
        await scene.quiet(LEFT_ALONE_MS);
        nothingDone(scene);
        expect(scene.sandbox.gateway.pids()).toEqual([]);
      });
    });

    test('and whose lock somebody else’s process holds is not started beside it', LIMIT, () =>
      inScene({ extra: ['Restart=no'] }, async (scene) => {
        const pid = await scene.main();
        // Started by hand from a shell, it is the gateway from now on, whoever keeps the unit.
        await scene.systemd.systemctl('stop', scene.unit);
        await scene.sandbox.gateway.start();
        await scene.until(
          'it to be seen',
          () => scene.sandbox.gateway.current() !== null && scene.sandbox.gateway.current()?.pid !== pid,
        );
        await scene.quiet(LEFT_ALONE_MS);
        nothingDone(scene);
        await scene.expectOne(scene.sandbox.gateway.current()?.pid ?? 0);
        await writeFile(join(scene.sandbox.dir, 'done'), '');
      }),
    );
  });
});
