/** A service that Lifeline knows only from its configuration, kept by Lifeline itself. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listProcesses, readProcess } from '../../src/sensors/process/proc.ts';
import { sayAndConfirm } from './confirming.ts';
import { inScene, type Scene } from './scene.ts';

const BOT = new URL('fixtures/bot.ts', import.meta.url).pathname;
const BOTH = ['feishu', 'qq'] as const;

/** What the service answers when it is asked; every start of it makes it well again. */
const openHealth = async () => {
  const state = { online: true };
  const server = createServer((request, response) =>
    response.end(JSON.stringify(request.url === '/quota' ? { left: state.online ? 5 : 0 } : { online: state.online })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** The pids of the bot in this folder; they do not say so themselves. */
const pidsIn = async (home: string): Promise<readonly number[]> => {
  const running = (await listProcesses()).filter(
    ({ argv, state }) => argv.some((word) => word.endsWith('/bot.ts')) && state !== 'Z',
  );
  const here = await Promise.all(
    running.map(async ({ pid }) =>
      (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`PWD=${home}\0`) ? [pid] : [],
    ),
  );
  return here.flat();
};

const healed = async (scene: Scene, alert: RegExp, breakIt: () => void): Promise<void> => {
  const told = Promise.all([scene.want(BOTH, alert), scene.want(BOTH, /^🟢 tg.*已恢复/)]);
  breakIt();
  await told;
};

test.runIf(process.platform === 'linux')(
  'a service that is told of in YAML alone is healed when its log, its process or its checks say that it is ill',
  { timeout: 240_000 },
  async () => {
    const health = await openHealth();
    const alert = await openHealth();
    let home = '';
    await inScene(
      {
        ownGateways: true,
        config: (sandbox) => {
          home = join(sandbox.dir, 'bot');
          mkdirSync(home);
          // A bot of another story that ends meanwhile, its folder already gone, has another command line.
          const script = join(sandbox.dir, 'bot.ts');
          copyFileSync(BOT, script);
          const bot = spawn(process.execPath, [script], {
            cwd: home,
            env: { ...process.env, PWD: home },
            stdio: 'ignore',
            detached: true,
          });
          bot.unref();
          return {
            gateways: [
              {
                name: 'tg',
                kind: 'generic',
                home,
                supervisor: 'process',
                command: [process.execPath, script],
                stop_timeout: '5s',
                generic: {
                  ready: 'Application started',
                  logs: [{ path: 'logs/bot.log', format: 'python' }],
                  links: { telegram: { up: 'Polling started', lost: 'NetworkError', gave_up: 'giving up' } },
                  checks: [
                    { http: `${health.url}/health`, json: { online: true }, every: '1s', for: '1s' },
                    { http: `${alert.url}/quota`, json: { left: 5 }, every: '1s', for: '0s', then: 'alert' },
                  ],
                },
              },
            ],
            watch: { pulse: '1s', grace: { start: '1s', gone: '1s' }, settle: '1s', again: '0s' },
          };
        },
      },
      async (scene) => {
        onTestFinished(async () => {
          for (const pid of await pidsIn(home)) process.kill(pid, 'SIGKILL');
        });
        await scene.until('the bot to run', async () => (await pidsIn(home)).length === 1);
        const pids: number[] = [...(await pidsIn(home))];
        const another = async (): Promise<void> => {
          const now = await pidsIn(home);
          expect(now).toHaveLength(1);
          expect(pids).not.toContain(now[0]);
          pids.push(...now);
        };

        await healed(scene, /^🔴 tg.Telegram 失联/, () => writeFileSync(join(home, 'order'), 'deaf'));
        await another();

        await healed(scene, /^🔴 tg 没有在运行/, () => process.kill(pids.at(-1) ?? 0, 'SIGKILL'));
        await another();

        await healed(scene, /^🔴 tg[\s\S]*online is false/, () => {
          health.state.online = false;
          void scene
            .until('the restart', async () => {
              const [pid] = await pidsIn(home);
              return pid !== undefined && !pids.includes(pid);
            })
            .then(
              () => (health.state.online = true),
              () => undefined,
            );
        });
        await another();

        // What a restart does not mend is told, and let alone.
        alert.state.online = false;
        await scene.want(BOTH, /tg[\s\S]*left is 0/);
        await scene.quiet(1_500);
        expect(await pidsIn(home)).toEqual(pids.slice(-1));
        const over = scene.want(BOTH, /^🟢 tg.*已恢复/);
        alert.state.online = true;
        await over;
      },
    );
  },
);

test.runIf(process.platform === 'linux')(
  'a script that runs the bot as a child, or leaves it in the background, is restarted and stopped as one',
  { timeout: 240_000 },
  async () => {
    const homes: Record<'front' | 'back', string> = { front: '', back: '' };
    await inScene(
      {
        ownGateways: true,
        config: (sandbox) => {
          const script = join(sandbox.dir, 'bot.ts');
          copyFileSync(BOT, script);
          const bot = `${process.execPath} ${script}`;
          const gateways = Object.entries({
            front: `${bot}\necho ended\n`,
            back: `nohup ${bot} >/dev/null 2>&1 &\n`,
          }).map(([name, lines]) => {
            const home = join(sandbox.dir, name);
            homes[name as keyof typeof homes] = home;
            mkdirSync(home);
            writeFileSync(join(home, 'start.sh'), `#!/bin/sh\n${lines}`, { mode: 0o755 });
            return {
              name,
              kind: 'generic',
              home,
              supervisor: 'process',
              command: ['./start.sh'],
              stop_timeout: '5s',
              generic: { ready: 'Application started', logs: [{ path: 'logs/bot.log', format: 'python' }] },
            };
          });
          return {
            gateways,
            watch: { pulse: '1s', grace: { start: '5s', gone: '1s' }, settle: '1s', again: '0s' },
          };
        },
      },
      async (scene) => {
        onTestFinished(async () => {
          for (const home of Object.values(homes)) for (const pid of await pidsIn(home)) process.kill(pid, 'SIGKILL');
        });
        // Neither was ever seen: both are told of.
        scene.mayCome(/front|back/);
        const seen: number[] = [];
        const one = async (home: string): Promise<void> => {
          await scene.until('another bot', async () => {
            const now = await pidsIn(home);
            expect(now.length).toBeLessThan(2);
            return now.some((pid) => !seen.includes(pid));
          });
          seen.push(...(await pidsIn(home)));
        };
        for (const [name, home] of Object.entries(homes)) {
          const started = scene.want(['qq'], new RegExp(`^🟢 ${name} 已启动`));
          scene.say('qq', `/start ${name}`);
          await started;
          await one(home);
          const up = scene.want(['qq'], new RegExp(`^🟢 ${name} 已重启`));
          await sayAndConfirm(scene, 'qq', `/restart ${name}`);
          await up;
          await one(home);
          // Nothing is started again and again, though the command returned at once.
          await scene.quiet(12_000);
          expect(await pidsIn(home)).toEqual(seen.slice(-1));
          // The script alone dies, and its bot lives on: that one goes before another comes.
          if (name === 'front') {
            const script = (await readProcess(seen.at(-1) ?? 0))?.ppid ?? 0;
            expect(script).toBeGreaterThan(1);
            const over = scene.want(['qq'], /^🟢 front.*已恢复/);
            process.kill(script, 'SIGKILL');
            await over;
            await one(home);
          }
          const stopped = scene.want(['qq'], new RegExp(`^🟢 ${name} 已停止`));
          await sayAndConfirm(scene, 'qq', `/stop ${name}`);
          await stopped;
          expect(await pidsIn(home)).toEqual([]);
        }
      },
    );
  },
);
