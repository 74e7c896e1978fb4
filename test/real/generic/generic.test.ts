/**
 * redis and nginx from the distribution's packages as generic gateways of the real Lifeline: as units of a real
 * `systemd --user`, and as bare processes. Each story is played with its own Lifeline, and nothing undeclared may ring.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { BOTH } from '../phones.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { inServiceScene, type ServiceScene, type ServiceSceneOptions } from './service-scene.ts';
import { pidsOf, whyNoServices } from './services.ts';

const LIMIT = { timeout: 240_000 };
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const UNWELL = /^🔴 main 检查没有通过[\s\S]*正在重启/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 \d 次/;
const RESTARTED = /^🟢 main 已恢复[\s\S]*重启 \d 次/;
const PORT_TAKEN = /^🔴 main 没有在运行[\s\S]*端口被别的程序占着[\s\S]*port \d+ is held by pid \d+ \(/;
const BY_ITSELF = /^🟢 main 已恢复[\s\S]*自行恢复，我没有重启它/;
/** Longer than any grace of these scenes lets a treatment wait. */
const LEFT_ALONE_MS = 5_000;

describe.skipIf(skipped('redis and nginx as generic gateways', whyNoServices() ?? whyNoUserSystemd()))(
  'a generic gateway',
  () => {
    let systemd: UserSystemd;
    beforeAll(async () => {
      systemd = await startUserSystemd();
    });
    afterAll(() => systemd.stop());
    const inScene = (options: ServiceSceneOptions, play: (scene: ServiceScene) => Promise<void>): Promise<void> =>
      inServiceScene(systemd, options, play);

    /** Both phones ring twice: once for the trouble, once when it is over. */
    const healed = async (
      scene: ServiceScene,
      alert: RegExp,
      over: RegExp,
      breakIt: () => unknown,
    ): Promise<number> => {
      const first = await scene.main();
      const told = Promise.all([scene.want(BOTH, alert), scene.want(BOTH, over)]);
      await breakIt();
      await told;
      const second = await scene.main(first);
      await scene.quiet(1_500);
      return second;
    };

    describe.concurrent('as a unit', () => {
      test('that nothing restarts, killed, is told and started; its own words prove it', LIMIT, () =>
        inScene({ service: 'redis', unit: ['Restart=no'] }, async (scene) => {
          const first = await scene.main();
          const second = await healed(scene, DOWN, STARTED, () => process.kill(first, 'SIGKILL'));
          expect(scene.lifeline.treatments()).toMatchObject([
            { remedy: 'start', outcome: 'recovered', rungs: ['supervisor'], pids: [null, second] },
          ]);
          expect(await readFile(join(scene.service.home, 'redis.log'), 'utf8')).toMatch(
            new RegExp(`^${second}:M \\d\\d \\w{3} \\d{4} [\\d:.]+ \\* Ready to accept connections`, 'm'),
          );
        }),
      );

      test('that systemd itself starts again says nothing', LIMIT, () =>
        inScene({ service: 'redis', unit: ['Restart=always', 'RestartSec=300ms'] }, async (scene) => {
          const first = await scene.main();
          process.kill(first, 'SIGKILL');
          await scene.main(first);
          await scene.quiet(LEFT_ALONE_MS);
          expect(scene.lifeline.treatments()).toEqual([]);
        }),
      );

      test.each([
        ['redis', 'Restart=no'],
        ['nginx', 'Restart=on-failure'],
        ['redis', 'Restart=always'],
      ] as const)(
        '%s with %s, stopped by systemctl, stays down without a word until somebody starts it',
        LIMIT,
        (service, restart) =>
          inScene({ service, unit: [restart] }, async (scene) => {
            const first = await scene.main();
            await scene.systemd.systemctl('stop', scene.unit);
            await scene.quiet(LEFT_ALONE_MS);
            expect(pidsOf(scene.service)).toEqual([]);
            await scene.systemd.systemctl('start', scene.unit);
            await scene.main(first);
            await scene.quiet(1_500);
            expect(scene.lifeline.treatments()).toEqual([]);
          }),
      );

      test(
        'that systemd has forgotten once it was stopped, because nothing enables it, is told and not undone',
        LIMIT,
        () =>
          inScene({ service: 'redis', unit: ['Restart=no'], enabled: false }, async (scene) => {
            await scene.main();
            const told = scene.want(BOTH, /^🔴 main 没有在运行 #\d+\n它正常退出了[\s\S]*需要你处理/);
            await scene.systemd.systemctl('stop', scene.unit);
            await told;
            await scene.quiet(LEFT_ALONE_MS);
            expect(pidsOf(scene.service)).toEqual([]);
            const over = scene.want(BOTH, BY_ITSELF);
            await scene.systemd.systemctl('start', scene.unit);
            await over;
          }),
      );

      test('that is down when Lifeline starts, and enabled, is told and started', LIMIT, () =>
        inScene({ service: 'nginx', unit: ['Restart=no'], running: false, declare: [DOWN, STARTED] }, async (scene) => {
          await scene.main();
          await scene.declared;
          await scene.quiet(1_500);
          expect(scene.lifeline.treatments()).toMatchObject([{ remedy: 'start', outcome: 'recovered' }]);
        }),
      );

      test('that was never seen, and is not enabled, is told and not started', LIMIT, () =>
        inScene(
          {
            service: 'nginx',
            unit: ['Restart=no'],
            running: false,
            enabled: false,
            declare: [/^🔴 main 没有在运行 #\d+\n配置里有它，但从没见它运行过/],
          },
          async (scene) => {
            await scene.declared;
            await scene.quiet(LEFT_ALONE_MS);
            expect(pidsOf(scene.service)).toEqual([]);
            const over = scene.want(BOTH, BY_ITSELF);
            await scene.systemd.systemctl('start', scene.unit);
            await over;
          },
        ),
      );

      test(
        'whose configuration is broken is told, and told again when its start has failed; mended and started by hand it is well',
        LIMIT,
        () =>
          // One try is enough to see what is said of it.
          inScene(
            { service: 'nginx', unit: ['Restart=no'], config: { healing: { pauses: ['10m'] } } },
            async (scene) => {
              const first = await scene.main();
              const good = await readFile(scene.service.configFile, 'utf8');
              const told = Promise.all([
                scene.want(BOTH, DOWN),
                scene.want(BOTH, /^🔴 main 启动失败[\s\S]*ended with code 1/),
              ]);
              await writeFile(scene.service.configFile, 'nonsense;');
              await scene.systemd.systemctl('restart', scene.unit);
              await told;
              await scene.quiet(LEFT_ALONE_MS);
              expect(scene.lifeline.treatments()).toHaveLength(1);
              const over = scene.want(BOTH, /^🟢 main 已恢复/);
              await writeFile(scene.service.configFile, good);
              await scene.systemd.systemctl('restart', scene.unit);
              await over;
              await scene.main(first);
            },
          ),
      );

      test(
        'whose port another program takes is told with its pid; once that is ended from the phone it is started',
        LIMIT,
        () =>
          inScene({ service: 'redis', unit: ['Restart=no'] }, async (scene) => {
            const first = await scene.main();
            const told = Promise.all([
              scene.want(BOTH, DOWN),
              scene.want(BOTH, /^🔴 main 启动失败/),
              scene.want(BOTH, PORT_TAKEN),
            ]);
            const taking = scene.strangers.squatter();
            process.kill(first, 'SIGKILL');
            const squatter = await taking;
            await told;
            const over = Promise.all([
              scene.want(BOTH, STARTED),
              scene.want(['feishu'], /^正在结束 main 旁边的进程/),
              scene.want(['feishu'], /^🟢 main 旁边的进程已结束/),
            ]);
            await scene.tap(new RegExp(`${squatter}`));
            await over;
            await scene.main(first);
            expect(await readProcess(squatter)).toBeNull();
          }),
      );

      test('whose worker hangs and outlives its unit is ended whole', LIMIT, () =>
        inScene({ service: 'nginx', unit: ['Restart=no', 'KillMode=process', 'TimeoutStopSec=2'] }, async (scene) => {
          const [, worker = 0] = pidsOf(scene.service);
          const second = await healed(scene, UNWELL, RESTARTED, () => process.kill(worker, 'SIGSTOP'));
          expect(pidsOf(scene.service)).not.toContain(worker);
          expect(scene.lifeline.treatments()).toMatchObject([
            {
              remedy: 'restart',
              outcome: 'recovered',
              rungs: ['supervisor', 'hard'],
              pids: [expect.any(Number), second],
            },
          ]);
        }),
      );
    });

    describe.concurrent('as a bare process', () => {
      test('that wrote its own title, killed, is told and started', LIMIT, () =>
        inScene({ service: 'redis', unit: null }, async (scene) => {
          const first = await scene.main();
          await healed(scene, DOWN, STARTED, () => process.kill(first, 'SIGKILL'));
          expect(pidsOf(scene.service)).toHaveLength(1);
        }),
      );

      test('whose worker hangs is ended with it; nothing else is', LIMIT, () =>
        inScene({ service: 'nginx', unit: null, generic: { pid_file: 'nginx.pid' } }, async (scene) => {
          const decoy = await scene.strangers.decoy();
          const [master = 0, worker = 0] = pidsOf(scene.service);
          await healed(scene, UNWELL, RESTARTED, () => process.kill(worker, 'SIGSTOP'));
          expect(pidsOf(scene.service)).not.toContain(worker);
          expect(pidsOf(scene.service)).not.toContain(master);
          expect(await readProcess(decoy)).not.toBeNull();
        }),
      );

      test(
        'whose master alone is killed is down, though a worker keeps its port and answers; that is ended',
        LIMIT,
        () =>
          inScene({ service: 'nginx', unit: null, generic: { pid_file: 'nginx.pid' } }, async (scene) => {
            const [master = 0, worker = 0] = pidsOf(scene.service);
            await healed(scene, DOWN, STARTED, () => process.kill(master, 'SIGKILL'));
            const now = pidsOf(scene.service);
            expect(now).not.toContain(worker);
            expect(now).toHaveLength(2);
          }),
      );

      test(
        'whose port a stranger takes, who answers its check, is not well for that; the stranger is told with its pid',
        LIMIT,
        () =>
          inScene({ service: 'nginx', unit: null, generic: { ready: undefined } }, async (scene) => {
            const [master = 0, worker = 0] = pidsOf(scene.service);
            const told = Promise.all([
              scene.want(BOTH, DOWN),
              scene.want(BOTH, /^🔴 main 启动失败/),
              scene.want(BOTH, PORT_TAKEN),
            ]);
            const taking = scene.strangers.squatter();
            for (const pid of [master, worker]) process.kill(pid, 'SIGKILL');
            const squatter = await taking;
            await told;
            const over = Promise.all([
              scene.want(BOTH, STARTED),
              scene.want(['feishu'], /^正在结束 main 旁边的进程/),
              scene.want(['feishu'], /^🟢 main 旁边的进程已结束/),
            ]);
            await scene.tap(new RegExp(`${squatter}`));
            await over;
            await scene.main(master);
            expect(await readProcess(squatter)).toBeNull();
          }),
      );

      test(
        'whose pid file is a year old and names a stranger in its folder is not there; the stranger is never ended',
        LIMIT,
        () =>
          inScene(
            {
              service: 'redis',
              unit: null,
              running: false,
              generic: { pid_file: 'redis.pid' },
              declare: [/^🔴 main 没有在运行 #\d+\n配置里有它，但从没见它运行过/],
              before: async ({ home }, strangers) => {
                await writeFile(join(home, 'redis.pid'), `${await strangers.decoy()}\n`);
              },
            },
            async (scene) => {
              await scene.declared;
              const stranger = Number(await readFile(join(scene.service.home, 'redis.pid'), 'utf8'));
              const over = Promise.all([
                scene.want(BOTH, /^🟢 main 已恢复/),
                scene.want(['qq'], /正在启动/),
                scene.want(['qq'], /^🟢 main 已启动/),
              ]);
              scene.say('qq', '/start main');
              await over;
              const first = await scene.main();
              // The file names the stranger once more while the service is killed.
              await writeFile(join(scene.service.home, 'redis.pid'), `${stranger}\n`);
              await healed(scene, DOWN, STARTED, () => process.kill(first, 'SIGKILL'));
              expect(await readProcess(stranger)).not.toBeNull();
            },
          ),
      );
    });
  },
);
