import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sample } from '../../deep.ts';
import { isAlive, type ProcessId } from '../../../sandbox/gateway/proc.ts';
import { closeSandboxes, eventually, gone, launch, must, openSandbox, startReady } from './harness.ts';

afterEach(closeSandboxes);

const HOLDER = fileURLToPath(new URL('./fixtures/holder.ts', import.meta.url));

describe('after the sandbox is stopped', () => {
  it('no gateway is left, not even a frozen one', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('loop_frozen');
    await sandbox.gateway.stop();
    expect(isAlive(target)).toBe(false);
    expect(sandbox.gateway.pids()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('not even one is left that was only just being started', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = launch(sandbox);
    await eventually(() => must(sandbox.gateway.pids().length === 1, 'a process'));
    await sandbox.gateway.stop();
    expect(sandbox.gateway.pids()).toEqual([]);
    await exit;
    expect(child.signalCode).toBe('SIGKILL');
  });
});

describe('when the sandbox is killed', () => {
  it.each(sample(['healthy', 'loop_frozen', 'qq_no_login'], 3, 1))(
    'a gateway that is %s ends by itself',
    async (fault) => {
      const dir = mkdtempSync(join(tmpdir(), 'll-holder-'));
      const holder = spawn(process.execPath, [HOLDER, dir, fault], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const [line] = (await once(holder.stdout, 'data')) as [Buffer];
        const gateway = JSON.parse(line.toString('utf8')) as ProcessId;
        expect(isAlive(gateway)).toBe(true);
        holder.kill('SIGKILL');
        await gone(gateway);
      } finally {
        holder.kill('SIGKILL');
        rmSync(dir, { recursive: true, force: true });
      }
    },
  );
});
