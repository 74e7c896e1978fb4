/**
 * Real programs beside a real Lifeline that heals: an open journal, an editor, a pager, ssh, tmux, WhatsApp's bridge,
 * signal-cli, a gateway of another mount namespace with the same path. None of them hides the gateway's death, and none
 * of them is ended.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProcessIdentity } from '../../../src/diagnosis/evidence.ts';
import { listProcesses, readProcess, stillLives } from '../../../src/sensors/process/proc.ts';
import { sayAndConfirm } from '../../acceptance/confirming.ts';
import { inScene, type Scene } from '../../acceptance/scene.ts';

const BOTH = ['feishu', 'qq'] as const;
const DOWN = /^🔴 main 没有在运行[\s\S]*正在启动/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次/;
const AFTERMATH_MS = 4_000;

const has = (program: string): boolean => {
  const found = spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn(`SKIPPED ${program} beside a gateway: it is not installed`);
  return found;
};

/** Starts a program that stays; ended with the test. @returns all of its processes, once they are there. */
const open = async (
  program: string,
  args: readonly string[],
  { env = {}, processes = 1 }: { readonly env?: Readonly<Record<string, string>>; readonly processes?: number } = {},
): Promise<readonly ProcessIdentity[]> => {
  const child: ChildProcess = spawn(program, args, {
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  onTestFinished(async () => {
    // The test may have had it ended.
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await gone;
  });
  await once(child, 'spawn');
  for (;;) {
    const all = (await listProcesses()).filter(({ pid, session }) => pid === child.pid || session === child.pid);
    if (all.length >= processes) return all;
    expect(child.exitCode, `${program} ended at once`).toBeNull();
    await sleep(50);
  }
};

const killed = async (scene: Scene): Promise<void> => {
  const told = Promise.all([scene.want(BOTH, DOWN), scene.want(BOTH, STARTED)]);
  await Promise.all([told, scene.sandbox.gateway.break('killed')]);
  await scene.quiet(AFTERMATH_MS);
};

const areAlive = (decoys: readonly ProcessIdentity[]): void => {
  for (const decoy of decoys) expect(stillLives(decoy), `pid ${decoy.pid} was ended`).toBe(true);
};

describe.runIf(process.platform === 'linux')('while somebody looks at the gateway', { timeout: 240_000 }, () => {
  test('its death is told, it is started, and nobody else is ended', () =>
    inScene({ config: { alerts: { copies: 2 } } }, async (scene) => {
      const { home } = scene.sandbox.gateway;
      const env = { HERMES_HOME: home };
      mkdirSync(join(home, 'gateway'), { recursive: true });
      writeFileSync(join(home, 'gateway/run.py'), 'pass\n');
      const decoys: ProcessIdentity[] = [];
      const add = async (program: string, args: readonly string[], processes = 1): Promise<void> => {
        if (has(program)) decoys.push(...(await open(program, args, { env, processes })));
      };
      await add('journalctl', ['--user', '-u', 'hermes-gateway', '-f']);
      await add('tail', ['-F', join(home, 'logs/gateway.log')]);
      await add('tail', ['-f', join(home, 'gateway/run.py')]);
      await add('ssh', ['-o', 'ProxyCommand=sleep 1000', '-o', 'BatchMode=yes', 'box', 'hermes', 'gateway', 'run']);
      await add('sh', ['-c', 'sleep 1000; true # docker logs -f hermes-gateway']);
      // What holds WhatsApp and Signal for a gateway and has outlived the one of before.
      const bridge = join(home, 'whatsapp-bridge', 'bridge.js');
      const signal = join(scene.sandbox.dir, 'signal-cli');
      mkdirSync(join(home, 'whatsapp-bridge'));
      writeFileSync(bridge, 'setInterval(() => {}, 1e6);\n');
      writeFileSync(signal, '#!/bin/sh\nsleep 1000\n', { mode: 0o755 });
      await add(process.execPath, [bridge, '--port', '3000', '--session', join(home, 'platforms/whatsapp/session')]);
      await add(signal, ['-a', '+10000000', 'daemon', '--http', '127.0.0.1:8080'], 2);
      // An editor and a pager want a terminal.
      if (has('script') && has('vim'))
        decoys.push(...(await open('script', ['-qfc', `vim ${join(home, 'gateway/run.py')}`, '/dev/null'], { env })));
      if (has('script') && has('less'))
        decoys.push(
          ...(await open('script', ['-qfc', `less +F ${join(home, 'logs/gateway.log')}`, '/dev/null'], { env })),
        );
      if (has('tmux'))
        decoys.push(
          ...(await open(
            'tmux',
            ['-S', join(scene.sandbox.dir, 'tmux'), '-C', 'new', '-s', 'hermes-gateway', 'sleep 1000'],
            { env },
          )),
        );
      await killed(scene);
      areAlive(decoys);
    }));

  test.runIf(process.getuid?.() === 0 && has('unshare'))(
    'a gateway in another mount namespace, at the same path, is neither taken for it nor ended',
    () =>
      inScene({}, async (scene) => {
        const { home } = scene.sandbox.gateway;
        const elsewhere = join(scene.sandbox.dir, 'elsewhere');
        mkdirSync(elsewhere);
        const program = join(scene.sandbox.dir, 'other', 'hermes');
        mkdirSync(join(scene.sandbox.dir, 'other'));
        // Its first words are a gateway's: an interpreter and the script of this name.
        writeFileSync(program, 'setInterval(() => {}, 1e6);\n');
        const script = `mount --bind ${elsewhere} ${home} && exec ${process.execPath} ${program} gateway run`;
        const [shell] = await open('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', script], {
          env: { HERMES_HOME: home, HOME: scene.sandbox.dir },
          processes: 2,
        });
        const ofDecoy = async (): Promise<readonly ProcessIdentity[]> =>
          (await listProcesses()).filter(({ argv }) => argv[1] === program);
        await scene.until('the shell to have become the decoy', async () => (await ofDecoy()).length === 1);
        const decoys = await ofDecoy();
        await killed(scene);
        areAlive([...decoys, ...(shell ? [shell] : [])]);
        expect(scene.sandbox.gateway.pids().map(({ pid }) => pid)).not.toContain(decoys[0]?.pid);
      }),
  );

  test('a process that only looks like it is told after a start’s time, holds the start back, and is ended by a tap alone', () =>
    inScene({ config: { watch: { grace: { start: '5s' } } } }, async (scene) => {
      const { home, command } = scene.sandbox.gateway;
      const program = join(scene.sandbox.dir, 'storm', 'hermes');
      mkdirSync(join(scene.sandbox.dir, 'storm'));
      writeFileSync(program, 'setInterval(() => {}, 1e6);\n');
      expect(command).not.toContain(program);
      const [suspect] = await open(process.execPath, [program, 'gateway', 'run'], { env: { HERMES_HOME: home } });
      const pid = suspect?.pid ?? 0;
      // Beside the living gateway it is its double.
      await scene.want(BOTH, new RegExp(`^🔴 main[\\s\\S]*pid ${pid}`));
      // Another cause of the same incident rings; that began as a critical one.
      const told = scene.want(BOTH, new RegExp(`^🔴 main 状态不明，需要你处理[\\s\\S]*pid ${pid}`));
      await scene.sandbox.gateway.break('killed');
      await told;
      expect(await readProcess(pid)).not.toBeNull();
      const started = scene.want(BOTH, /^🟢 main 已恢复/);
      const progress = scene.want(['feishu'], new RegExp(`^正在结束 main 旁边的进程 ${pid}…`));
      const result = scene.want(['feishu'], /^🟢 main 旁边的进程已结束/);
      await sayAndConfirm(scene, 'feishu', `/end main ${pid}`);
      await progress;
      await result;
      await started;
      expect(suspect && stillLives(suspect)).toBe(false);
    }));
});
