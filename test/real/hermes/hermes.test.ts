/**
 * The real Hermes under a real `systemd --user`, ended in every way, its links lost, and Lifeline beside it. Recorded
 * with 0.19.0.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { sayAndConfirm } from '../../acceptance/confirming.ts';
import { skipReason, whyNoPackages } from '../packages.ts';
import { BOTH } from '../phones.ts';
import { skipped, whyNoUserSystemd } from '../systemd/user-systemd.ts';
import { openHermesScene, type HermesScene } from './hermes-unit.ts';
import { checkLines } from './lines.ts';
import { testLinks } from './links.ts';
import { testPlatforms } from './platforms.ts';

const LIMIT = { timeout: 240_000 };
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;
/** Longer than a process may be gone. */
const LEFT_ALONE_MS = 25_000;
/** What interrupts it is confirmed. */
const ASKS: ReadonlySet<string> = new Set(['/restart', '/stop']);
const AFTERMATH_MS = 5_000;

describe.skipIf(skipped('the real Hermes', whyNoPackages() ?? whyNoUserSystemd()))(
  'the real Hermes under systemd',
  () => {
    let scene: HermesScene;
    let problem: string | null = null;
    beforeAll(async () => {
      try {
        scene = await openHermesScene();
        console.info(`hermes-agent ${scene.version}`);
      } catch (error) {
        problem = skipReason('the real Hermes', error);
      }
    }, 900_000);
    afterAll(() => scene?.end(), 120_000);
    const there = ({ skip }: TestContext): void => {
      if (problem !== null) skip(problem);
    };
    const status = async (...properties: readonly string[]): Promise<string> =>
      (await scene.systemd.systemctl('show', `--property=${properties.join(',')}`, scene.unit)).stdout;
    const byHand = async (...words: readonly string[]): Promise<void> => {
      const { exitCode, stdout, stderr } = await scene.hermes(...words);
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    };
    const ask = async (command: string, ...answers: readonly RegExp[]): Promise<string> => {
      const wanted = answers.map((answer) => scene.want(['feishu'], answer));
      if (ASKS.has(command)) await sayAndConfirm(scene, 'feishu', command);
      else scene.say('feishu', command);
      return (await Promise.all(wanted)).at(-1)?.[0]?.text ?? '';
    };

    test('is well, held by its unit, all links logged in', LIMIT, async (context) => {
      there(context);
      const pid = await scene.main();
      let text = '';
      // Of Telegram only silence proves a login.
      await scene.until('all links to be logged in', async () => {
        text = await ask('/status main', /^\S+ main/);
        if (text.startsWith('🟢 main')) return true;
        expect(text).toMatch(/^🟠 main：(?:Telegram|Mattermost) 正在连接/);
        await scene.quiet(AFTERMATH_MS);
        return false;
      });
      expect(text).toMatch(/^🟢 main/);
      expect(text).toContain(`进程 ${pid}，`);
      expect(text).toContain('由 systemd-user（hermes-gateway.service）管理：现在的进程归它管');
    });

    test(
      'is left to systemd when it is killed and systemd starts it again after five seconds',
      LIMIT,
      async (context) => {
        there(context);
        const first = await scene.main();
        process.kill(first, 'SIGKILL');
        await scene.main(first);
        await scene.quiet(AFTERMATH_MS);
        expect(scene.lifeline.treatments()).toEqual([]);
      },
    );

    test('is killed and started when SIGSTOP has frozen it', LIMIT, async (context) => {
      there(context);
      const first = await scene.main();
      const told = Promise.all([
        scene.want(BOTH, /^🔴 main 卡死了[\s\S]*正在重启/),
        scene.want(BOTH, /^🟢 main 已恢复[\s\S]*重启 1 次/),
      ]);
      process.kill(first, 'SIGSTOP');
      await told;
      const second = await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toMatchObject([
        { remedy: 'restart', outcome: 'recovered', rungs: ['hard'], pids: [first, second] },
      ]);
    });

    test(
      'is left alone when `hermes gateway stop` has stopped it, and when `start` starts it',
      LIMIT,
      async (context) => {
        there(context);
        const first = await scene.main();
        await byHand('gateway', 'stop');
        expect(await status('ActiveState', 'ExecMainStatus')).toMatch(
          /ExecMainStatus=0\nActiveState=inactive|ActiveState=inactive\nExecMainStatus=0/,
        );
        await scene.quiet(LEFT_ALONE_MS);
        await byHand('gateway', 'start');
        await scene.main(first);
        await scene.quiet(AFTERMATH_MS);
        expect(scene.lifeline.treatments()).toHaveLength(1);
      },
    );

    test(
      'is left alone when systemctl stops it, though it ends with 1 without its own word (#94757)',
      LIMIT,
      async (context) => {
        there(context);
        const first = await scene.main();
        await scene.systemd.systemctl('stop', scene.unit);
        expect(await status('ActiveState', 'ExecMainStatus')).toMatch(/ActiveState=failed/);
        await scene.quiet(LEFT_ALONE_MS);
        expect(await status('MainPID')).toBe('MainPID=0');
        await scene.systemd.systemctl('start', scene.unit);
        await scene.main(first);
        await scene.quiet(AFTERMATH_MS);
        expect(scene.lifeline.treatments()).toHaveLength(1);
      },
    );

    test('is restarted by SIGUSR1 on /restart: one new process, and its unit as it was', LIMIT, async (context) => {
      there(context);
      const first = await scene.main();
      const starts = await scene.starts();
      const file = join(scene.systemd.unitFolder, scene.unit);
      const definition = await readFile(file, 'utf8');
      const result = await ask('/restart', /^正在重启 main/, /^🟢 main 已重启/);
      const second = await scene.main(first);
      expect(result).toContain(`进程 ${first} → ${second}`);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments().at(-1)).toMatchObject({
        by: 'me',
        remedy: 'restart',
        outcome: 'recovered',
        rungs: ['graceful'],
        commands: [`sigusr1 ${first}`],
      });
      expect(await scene.starts()).toBe(starts + 1);
      expect(await readFile(file, 'utf8')).toBe(definition);
    });

    test("is left alone while its admin's own `hermes gateway restart` is under way", LIMIT, async (context) => {
      there(context);
      const first = await scene.main();
      const treated = scene.lifeline.treatments().length;
      await byHand('gateway', 'restart');
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments()).toHaveLength(treated);
    });

    test('is stopped by /stop and stays down, and is started by /start', LIMIT, async (context) => {
      there(context);
      const first = await scene.main();
      await ask('/stop', /^正在停止 main/, /^🟢 main 已停止/);
      await scene.quiet(LEFT_ALONE_MS);
      expect(await status('MainPID')).toBe('MainPID=0');
      await ask('/start', /^main 没有在运行，正在启动/, /^🟢 main 已启动/);
      await scene.main(first);
    });

    testLinks(() => scene, there);
    testPlatforms(() => scene, there, ask);

    test('is started when it is killed and systemd would wait for ten minutes', LIMIT, async (context) => {
      there(context);
      await mkdir(join(scene.systemd.unitFolder, `${scene.unit}.d`));
      await writeFile(join(scene.systemd.unitFolder, `${scene.unit}.d`, 'slow.conf'), '[Service]\nRestartSec=600\n');
      await scene.systemd.systemctl('daemon-reload');
      const first = await scene.main();
      await Promise.all([
        scene.want(BOTH, DOWN),
        scene.want(BOTH, STARTED),
        Promise.resolve(process.kill(first, 'SIGKILL')),
      ]);
      await scene.main(first);
      await scene.quiet(AFTERMATH_MS);
      expect(scene.lifeline.treatments().at(-1)).toMatchObject({
        remedy: 'start',
        outcome: 'recovered',
        rungs: ['supervisor'],
      });
    });

    // The last one: it reads what Hermes wrote in all the others.
    test('has written no line that nobody has judged', async (context) => {
      there(context);
      await checkLines(scene);
    });
  },
);
