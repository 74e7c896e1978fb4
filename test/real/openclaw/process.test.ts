/** The real OpenClaw with Lifeline beside it, its process ended, frozen and refused in every way. */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { BOTH } from '../phones.ts';
import type { TreatmentSeen } from '../systemd/lifeline-unit.ts';
import { openOpenClawScene, type OpenClawScene } from './openclaw-scene.ts';
import { startProfile } from './profile.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';

const LONG = process.env['LIFELINE_TEST_LONG'] === '1';
const [WATCHED_MS, WATCHED] = LONG ? [600_000, 'ten minutes'] : ([60_000, 'a minute'] as const);
const AFTERMATH_MS = 10_000;
/** Longer than a process may be gone. */
const LEFT_ALONE_MS = 75_000;
const BY_ITSELF = /^🟢 main 已恢复[\s\S]*自行恢复，我没有重启它/;

describeOpenClaw((installed) => {
  describe('with Lifeline beside it', () => {
    let opened: OpenClawScene | null = null;
    const open = async (context: TestContext): Promise<OpenClawScene> =>
      (opened ??= await openOpenClawScene(installed(context)));
    afterAll(() => opened?.end(), 120_000);

    test(
      `is healthy for ${WATCHED} without a word, and /status shows it well with both links`,
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const pid = await scene.main();
        await scene.quiet(WATCHED_MS);
        const [status] = await ask(scene, '/status main', /^🟢 main/);
        expect(status).toContain(`进程 ${pid}，`);
        expect(status).toMatch(/QQ：已登录/);
        expect(status).toMatch(/飞书：已登录/);
        expect(status).toContain('由 systemd-user（openclaw-gateway.service）管理：现在的进程归它管');
        expect(scene.lifeline.treatments()).toEqual([]);
      },
    );

    test('is restarted by its admin, and nothing is said', LIMIT, async (context) => {
      const scene = await open(context);
      const first = await scene.main();
      await scene.systemd.systemctl('restart', scene.unit);
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toEqual([]);
    });

    test('is stopped by its admin, stays down and is started again, and nothing is said', LIMIT, async (context) => {
      const scene = await open(context);
      const first = await scene.main();
      await scene.systemd.systemctl('stop', scene.unit);
      await scene.quiet(LEFT_ALONE_MS);
      expect(await scene.show('MainPID')).toBe('0');
      await scene.systemd.systemctl('start', scene.unit);
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toEqual([]);
    });

    test('is left to systemd when it is killed', LIMIT, async (context) => {
      const scene = await open(context);
      const first = await scene.main();
      process.kill(first, 'SIGKILL');
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(await scene.show('NRestarts')).toBe('1');
      expect(scene.lifeline.treatments()).toEqual([]);
    });

    test('is killed once and comes back when SIGSTOP has frozen it', LIMIT, async (context) => {
      const scene = await open(context);
      const first = await scene.main();
      const told = Promise.all([
        scene.want(BOTH, /^🔴 main 卡死了[\s\S]*正在重启/),
        scene.want(BOTH, /^🟢 main 已恢复[\s\S]*重启 1 次/),
      ]);
      process.kill(first, 'SIGSTOP');
      await told;
      const second = await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      const treatments = scene.lifeline.treatments();
      expect(treatments).toMatchObject([
        { by: 'auto', remedy: 'restart', outcome: 'recovered', rungs: ['hard'], pids: [first, second] },
      ]);
      expect(treatments[0]?.commands.filter((command) => command.includes('--signal=KILL'))).toHaveLength(1);
    });

    test(
      'is not taken for another profile beside it, nor that for it: the other one lives on, also when the first is restarted',
      LIMIT,
      async (context) => {
        const { entry, home } = installed(context);
        const scene = await open(context);
        const first = await scene.main();
        const treated = scene.lifeline.treatments().length;
        const ops = await startProfile({ entry, home, dir: scene.sandbox.dir });
        try {
          await scene.until('the other profile to answer', ops.answers);
          // Longer than two gateways of one home would be let alone.
          await scene.quiet(LEFT_ALONE_MS);
          // A third kill within five minutes would be for OpenClaw's own brake.
          await scene.systemd.systemctl('restart', scene.unit);
          await scene.main(first);
          await scene.quiet(AFTERMATH_MS);
          expect(await ops.answers()).toBe(true);
          expect(scene.lifeline.treatments()).toHaveLength(treated);
        } finally {
          await ops.stop();
        }
      },
    );

    test(
      'is told of while it runs when its configuration is no longer one that it would start with',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const pid = await scene.main();
        const good = await readFile(scene.configFile, 'utf8');
        await Promise.all([
          scene.want(BOTH, /^🔴 main 配置有误[\s\S]*bogus/),
          writeFile(scene.configFile, withBogusKey(good)),
        ]);
        await scene.quiet(AFTERMATH_MS);
        expect(await scene.main()).toBe(pid);
        await Promise.all([scene.want(BOTH, /^🟢 main 已恢复/), writeFile(scene.configFile, good)]);
      },
    );

    test(
      'does not start with a wrong key: one alert that names it, no restart; once mended and started by hand it is well',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const first = await scene.main();
        const treated = scene.lifeline.treatments().length;
        const good = await readFile(scene.configFile, 'utf8');
        await scene.systemd.systemctl('stop', scene.unit);
        await writeFile(scene.configFile, withBogusKey(good));
        await Promise.all([
          scene.want(BOTH, /^🔴 main 配置有误[\s\S]*需要你处理[\s\S]*bogus/),
          scene.systemd.systemctl('start', scene.unit),
        ]);
        await scene.quiet(LEFT_ALONE_MS);
        expect([
          await scene.show('ActiveState'),
          await scene.show('ExecMainStatus'),
          await scene.show('NRestarts'),
        ]).toEqual(['failed', '78', '0']);
        await writeFile(scene.configFile, good);
        await Promise.all([scene.want(BOTH, BY_ITSELF), scene.systemd.systemctl('start', scene.unit)]);
        await scene.main(first);
        expect(scene.lifeline.treatments()).toHaveLength(treated);
      },
    );

    test(
      'cannot have its port because somebody else has it: it is told of, and not started for ever',
      LIMIT,
      async (context) => {
        const scene = await open(context);
        const first = await scene.main();
        const treated = scene.lifeline.treatments().length;
        await scene.systemd.systemctl('stop', scene.unit);
        const squatter = createServer((_, response) => response.writeHead(404).end());
        squatter.listen(scene.port, '127.0.0.1');
        await once(squatter, 'listening');
        // Whoever holds it is named: this test's own process.
        const held = new RegExp(
          `^🔴 main 没有在运行[\\s\\S]*端口被别的程序占着[\\s\\S]*${scene.port}[\\s\\S]*pid ${process.pid}`,
        );
        await Promise.all([scene.want(BOTH, held), scene.systemd.systemctl('--no-block', 'start', scene.unit)]);
        await scene.quiet(LEFT_ALONE_MS);
        // It takes the port by itself as soon as it is free.
        const recovered = scene.want(BOTH, /^🟢 main 已恢复/);
        // Its many starts have tripped its brake: links that it then keeps off are told of until they are brought up.
        void Promise.allSettled(
          ['飞书', 'QQ'].flatMap((link) => [
            scene.want(BOTH, new RegExp(`^🔴 main：${link} ?失联`)),
            scene.want(BOTH, new RegExp(`^🟢 main：${link} ?已恢复`)),
          ]),
        );
        const closed = once(squatter, 'close');
        squatter.close();
        squatter.closeAllConnections();
        await closed;
        await recovered;
        await scene.main(first);
        const treatments = (): readonly TreatmentSeen[] => scene.lifeline.treatments().slice(treated);
        await scene.until('every treatment to end', () => treatments().every(({ outcome }) => outcome !== null));
        await scene.quiet(AFTERMATH_MS);
        expect(treatments().filter(({ remedy }) => remedy !== 'restart_link').length).toBeLessThanOrEqual(1);
      },
    );
  });
});

const ask = async (scene: OpenClawScene, command: string, answer: RegExp): Promise<readonly string[]> => {
  const wanted = scene.want(['feishu'], answer);
  scene.say('feishu', command);
  return (await wanted).map(({ text }) => text);
};

const withBogusKey = (text: string): string => {
  const config = JSON.parse(text) as { readonly gateway: object };
  return JSON.stringify({ ...config, gateway: { ...config.gateway, bogus: true } }, null, 2);
};
