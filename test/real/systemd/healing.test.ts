/**
 * Lifeline heals the sandbox gateway that a real `systemd --user` keeps, and leaves to systemd what that does by
 * itself.
 */
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { BOTH } from '../phones.ts';
import { AFTERMATH_MS, playUnitScene, type UnitScene, type UnitSceneOptions } from './unit-scene.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const LIMIT = { timeout: 240_000 };
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;
const BY_ITSELF = /^🟢 main 已恢复[\s\S]*自行恢复，我没有重启它/;
/** Longer than any grace of the sandbox lets a treatment wait. */
const LEFT_ALONE_MS = 6_000;
/** Never again by systemd itself, as far as a test can see. */
const NEVER = '600';

describe.skipIf(skipped('healing under systemd', whyNoUserSystemd()))('a gateway that systemd keeps', () => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(() => systemd.stop());

  const inScene = (options: UnitSceneOptions, play: (scene: UnitScene) => Promise<void>): Promise<void> =>
    playUnitScene(systemd, options, play);

  /** One alert, one treatment with these steps, one word of recovery, one new process; and systemd's count agrees. */
  const healed = async (
    scene: UnitScene,
    breakIt: (pid: number) => unknown,
    {
      alert = DOWN,
      recovery = STARTED,
      ...treatment
    }: {
      readonly alert?: RegExp;
      readonly recovery?: RegExp;
      readonly remedy: string;
      readonly rungs: readonly string[];
    },
  ): Promise<number> => {
    const first = await scene.main();
    const starts = await scene.starts();
    const told = Promise.all([scene.want(BOTH, alert), scene.want(BOTH, recovery)]);
    await Promise.all([told, breakIt(first)]);
    const second = await scene.main(first);
    await scene.quiet(AFTERMATH_MS);
    expect(scene.lifeline.treatments()).toMatchObject([
      { by: 'auto', outcome: 'recovered', problem: null, ...treatment },
    ]);
    expect(scene.lifeline.treatments()[0]?.pids[1]).toBe(second);
    await scene.expectOne(second);
    expect(await scene.starts()).toBe(starts + 1);
    return second;
  };
  const commandsOf = (scene: UnitScene): string =>
    scene.lifeline
      .treatments()
      .flatMap(({ commands }) => commands)
      .join('\n');

  describe.concurrent('', () => {
    test('and starts again at once is left to it: nothing is done and nothing is said', LIMIT, () =>
      inScene({ config: { watch: { grace: { gone: '15s' } } } }, async (scene) => {
        const first = await scene.main();
        process.kill(first, 'SIGKILL');
        const second = await scene.main(first);
        await scene.quiet(AFTERMATH_MS);
        expect((await scene.supervisor.status()).restarts).toBe(1);
        expect(scene.lifeline.treatments()).toEqual([]);
        await scene.expectOne(second);
        expect(await scene.starts()).toBe(2);
      }),
    );

    test('and would start again only in ten minutes is started through its unit', LIMIT, () =>
      inScene({ restartSec: NEVER }, async (scene) => {
        await healed(scene, (pid) => process.kill(pid, 'SIGKILL'), { remedy: 'start', rungs: ['supervisor'] });
        expect((await scene.supervisor.status()).restarts).toBe(0);
      }),
    );

    test('and is frozen by SIGSTOP is killed and comes back, once, whoever of the two is quicker', LIMIT, () =>
      inScene({}, async (scene) => {
        await healed(scene, (pid) => process.kill(pid, 'SIGSTOP'), {
          alert: /^🔴 main 卡死了[\s\S]*正在重启/,
          recovery: /^🟢 main 已恢复[\s\S]*重启 1 次/,
          remedy: 'restart',
          rungs: ['hard'],
        });
        expect(commandsOf(scene)).toMatch(/ kill --signal=KILL /);
      }),
    );

    test('and that its start limit has latched is reset and started', LIMIT, () =>
      inScene({ version: 'old', config: { watch: { grace: { gone: '10s' } } } }, async (scene) => {
        const [program = ''] = scene.sandbox.gateway.command;
        const latch = async (pid: number): Promise<void> => {
          // An update that takes away the program, and is too slow for the start limit.
          await rename(program, `${program}.away`);
          process.kill(pid, 'SIGKILL');
          await scene.until(
            'the unit to be latched',
            async () => (await scene.supervisor.status()).state === 'latched',
          );
          await rename(`${program}.away`, program);
        };
        await healed(scene, latch, { remedy: 'start', rungs: ['supervisor'] });
        expect(commandsOf(scene)).toMatch(/ reset-failed [^\n]*\n.* start /);
      }),
    );

    test(
      'and that ended with 1 while systemd stopped it, which leaves the unit failed, was stopped by somebody (#94757)',
      LIMIT,
      () =>
        inScene({}, async (scene) => {
          const first = await scene.main();
          await scene.systemd.systemctl('stop', scene.unit);
          expect(await scene.supervisor.status()).toMatchObject({ state: 'failed', main: null, exit: { code: 1 } });
          await scene.quiet(LEFT_ALONE_MS);
          await scene.systemd.systemctl('start', scene.unit);
          const second = await scene.main(first);
          await scene.quiet(AFTERMATH_MS);
          expect(scene.lifeline.treatments()).toEqual([]);
          await scene.expectOne(second);
        }),
    );

    test('and that ends with 78 is told of and not started; once mended and started by hand it is well', LIMIT, () =>
      inScene({ config: { watch: { settle: '2s' } } }, async (scene) => {
        await scene.main();
        await Promise.all([
          scene.want(BOTH, /^🔴 main 配置有误[\s\S]*需要你处理/),
          scene.sandbox.gateway.break('config_rejected'),
        ]);
        await scene.quiet(LEFT_ALONE_MS);
        expect(await scene.supervisor.status()).toMatchObject({ state: 'failed', main: null, exit: { code: 78 } });
        await scene.sandbox.gateway.lift();
        await Promise.all([scene.want(BOTH, BY_ITSELF), scene.systemd.systemctl('start', scene.unit)]);
        expect(scene.lifeline.treatments()).toEqual([]);
        await scene.expectOne(await scene.main());
      }),
    );

    test('and that is stopped on purpose stays stopped, and is started by hand, without a word', LIMIT, () =>
      inScene({}, async (scene) => {
        const pid = await scene.main();
        const process = await readProcess(pid);
        await writeFile(
          join(scene.sandbox.gateway.home, '.gateway-planned-stop.json'),
          JSON.stringify({
            target_pid: pid,
            target_start_time: process?.startTime,
            written_at: new Date().toISOString(),
          }),
        );
        await scene.systemd.systemctl('stop', scene.unit);
        expect(await scene.supervisor.status()).toMatchObject({ state: 'inactive', main: null, exit: { code: 0 } });
        await scene.quiet(LEFT_ALONE_MS);
        await scene.systemd.systemctl('start', scene.unit);
        const second = await scene.main(pid);
        await scene.quiet(AFTERMATH_MS);
        expect(scene.lifeline.treatments()).toEqual([]);
        await scene.expectOne(second);
      }),
    );

    test('and whose unit is masked is told of and not started; once it is allowed again it is well', LIMIT, () =>
      inScene({ config: { watch: { settle: '2s' } } }, async (scene) => {
        const first = await scene.main();
        const file = join(systemd.unitFolder, scene.unit);
        await rename(file, `${file}.away`);
        await symlink('/dev/null', file);
        await scene.systemd.systemctl('daemon-reload');
        await Promise.all([
          scene.want(BOTH, /^🔴 main 没有在运行[\s\S]*需要你处理[\s\S]*is masked[\s\S]*systemctl --user unmask/),
          Promise.resolve(process.kill(first, 'SIGKILL')),
        ]);
        await scene.quiet(LEFT_ALONE_MS);
        expect(scene.sandbox.gateway.pids()).toEqual([]);
        expect(scene.lifeline.treatments()).toEqual([]);
        await rm(file);
        await rename(`${file}.away`, file);
        await scene.systemd.systemctl('daemon-reload');
        await Promise.all([scene.want(BOTH, BY_ITSELF), scene.systemd.systemctl('start', scene.unit)]);
        await scene.expectOne(await scene.main(first));
      }),
    );
  });
});
