/** Whom Lifeline asks to restart the gateway, where systemd has a unit of its name, another one, or several. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUnitOfPid } from '../../../src/sensors/process/control-group.ts';
import { BOTH } from '../phones.ts';
import { installSandboxUnit } from './sandbox-unit.ts';
import { AFTERMATH_MS, playUnitScene, type UnitScene, type UnitSceneOptions } from './unit-scene.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const LIMIT = { timeout: 240_000 };
const MUTE = /^🔴 main 在运行，但发不出消息[\s\S]*正在重启/;
const RESTARTED = /^🟢 main 已恢复[\s\S]*重启 1 次/;
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;

describe.skipIf(skipped('the holder under systemd', whyNoUserSystemd()))('a gateway', () => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(() => systemd.stop());

  const inScene = (options: UnitSceneOptions, play: (scene: UnitScene) => Promise<void>): Promise<void> =>
    playUnitScene(systemd, options, play);
  const dryRun = async (scene: UnitScene, says: RegExp): Promise<string> => {
    const [answer] = await Promise.all([
      scene.want(['feishu'], says),
      Promise.resolve(scene.say('feishu', '/restart main dry')),
    ]);
    return answer[0]?.text ?? '';
  };
  const commandsOf = (scene: UnitScene): string =>
    scene.lifeline
      .treatments()
      .flatMap(({ commands }) => commands)
      .join('\n');

  describe.concurrent('', () => {
    test(
      'that somebody started in a shell, beside its unit, is restarted as a process, and the unit is not touched',
      LIMIT,
      () =>
        inScene({ startedBy: 'shell', config: { watch: { again: '0s' } } }, async (scene) => {
          const first = scene.sandbox.gateway.current()?.pid;
          await dryRun(scene, /^.*演习：重启 main[\s\S]*由 Lifeline 直接管理/);
          for (const round of [1, 2]) {
            await Promise.all([
              scene.want(BOTH, MUTE),
              scene.want(BOTH, RESTARTED),
              scene.sandbox.gateway.break('executor_shutdown'),
            ]);
            await scene.quiet(AFTERMATH_MS);
            // The second time it is a child of Lifeline, in the control group of Lifeline's own unit.
            expect(commandsOf(scene)).not.toContain('systemctl');
            expect(await scene.starts()).toBe(round + 1);
          }
          expect(scene.lifeline.treatments()).toMatchObject([{ outcome: 'recovered' }, { outcome: 'recovered' }]);
          expect(await scene.supervisor.status()).toMatchObject({ state: 'inactive', main: null });
          const [only, ...others] = scene.sandbox.gateway.pids();
          expect(others).toEqual([]);
          expect(only?.pid).not.toBe(first);
        }),
    );

    test(
      'that is kept by a unit of a name nobody can guess is started through that unit, although it is dead',
      LIMIT,
      () =>
        inScene({ unit: 'grandmas-bot.service', restartSec: '600' }, async (scene) => {
          const first = await scene.main();
          // Lifeline has seen it alive.
          await scene.expectOne(first);
          await Promise.all([
            scene.want(BOTH, DOWN),
            scene.want(BOTH, STARTED),
            Promise.resolve(process.kill(first, 'SIGKILL')),
          ]);
          const second = await scene.main(first);
          await scene.quiet(AFTERMATH_MS);
          expect(await findUnitOfPid(second)).toMatchObject({ unit: 'grandmas-bot.service' });
          await scene.expectOne(second);
          expect(await scene.starts()).toBe(2);
        }),
    );

    test(
      'whose second unit starts it too is restarted by the one that holds it, and the other one is named',
      LIMIT,
      () =>
        inScene(
          { unit: 'hermes-gateway.service', restartSec: '600', gateway: { unit: 'hermes-gateway.service' } },
          async (scene) => {
            const first = await scene.main();
            const { home, command } = scene.sandbox.gateway;
            const rival = await installSandboxUnit(systemd, {
              home,
              command,
              env: scene.sandbox.env,
              unit: scene.installed,
              restartSec: '600',
            });
            await systemd.systemctl('start', rival);
            await scene.until('the rival to be refused', () =>
              scene.sandbox.gateway
                .tail(5)
                .some((line) => line.includes('Another gateway instance is already running')),
            );
            const plan = await dryRun(
              scene,
              new RegExp(
                `由 systemd-user（hermes-gateway\\.service）管理：现在的进程归它管[\\s\\S]*注意：systemd-user（${rival}）也在启动它`,
              ),
            );
            expect(plan).toContain(`kill -USR1 ${first}`);
            await Promise.all([
              scene.want(BOTH, MUTE),
              scene.want(BOTH, RESTARTED),
              scene.sandbox.gateway.break('executor_shutdown'),
            ]);
            const second = await scene.main(first);
            expect(await findUnitOfPid(second)).toMatchObject({ unit: 'hermes-gateway.service' });
            expect(scene.lifeline.treatments()).toMatchObject([{ outcome: 'recovered', rungs: ['supervisor'] }]);
            await systemd.systemctl('stop', rival);
            await scene.quiet(AFTERMATH_MS);
            await scene.expectOne(second);
          },
        ),
    );
  });
});
