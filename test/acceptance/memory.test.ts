/** A service that holds more memory than it may is told of and restarted; what it holds then is shown. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listProcesses } from '../../src/sensors/process/proc.ts';
import { inScene } from './scene.ts';

const BOT = new URL('fixtures/bot.ts', import.meta.url).pathname;
const PHONE = ['feishu'] as const;

const pidsIn = async (home: string): Promise<readonly number[]> =>
  (await listProcesses())
    .filter(({ argv, state }) => argv.includes(BOT) && state !== 'Z')
    .map(({ pid }) => pid)
    .filter((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PWD=${home}\0`));

test.runIf(process.platform === 'linux')(
  'a service over its limit of memory is restarted, told of and well again',
  { timeout: 240_000 },
  async () => {
    let home = '';
    await inScene(
      {
        ownGateways: true,
        config: (sandbox) => {
          home = join(sandbox.dir, 'bot');
          mkdirSync(home);
          // Of its lives the first one takes that much.
          writeFileSync(join(home, 'order'), 'eat');
          spawn(process.execPath, [BOT], {
            cwd: home,
            env: { ...process.env, PWD: home },
            stdio: 'ignore',
            detached: true,
          }).unref();
          return {
            gateways: [
              {
                name: 'tg',
                kind: 'generic',
                home,
                supervisor: 'process',
                command: [process.execPath, BOT],
                stop_timeout: '5s',
                memory: { warn: 'off', restart: '300 MB', when: '1m' },
                generic: { ready: 'Application started', logs: [{ path: 'logs/bot.log', format: 'python' }] },
              },
            ],
            watch: { pulse: '1s', settle: '1s', again: '0s' },
          };
        },
      },
      async (scene) => {
        onTestFinished(async () => {
          for (const pid of await pidsIn(home)) process.kill(pid, 'SIGKILL');
        });
        await scene.until('the bot to run', async () => (await pidsIn(home)).length === 1);
        const [before] = await pidsIn(home);
        // It took 400 MB; the system may have written some of them out to the swap.
        const told = scene.want(
          PHONE,
          /^🟠 tg 在运行，但资源吃紧[\s\S]*内存超过了你设的重启界限[\s\S]*[3-9]\d\d MB of [\s\S]*1 process, PSS/,
        );
        const over = scene.want(PHONE, /^🟢 tg.*已恢复/);
        await told;
        await over;
        const after = await pidsIn(home);
        expect(after).toHaveLength(1);
        expect(after).not.toContain(before);
        expect(readFileSync(join(home, 'logs/bot.log'), 'utf8')).toMatch(/Application is stopping/);

        const shown = scene.want(
          ['feishu'],
          /内存 [\d.]+ MB，上限 [\d.]+ [GT]B（\d+%），1 个进程；打开的文件 \d+\/\d+；磁盘剩 /,
        );
        scene.say('feishu', '/status tg');
        await shown;
      },
    );
  },
);
