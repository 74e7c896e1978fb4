import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { readProcess } from '../../src/sensors/proc.ts';
import { findGatewayProcess } from '../../src/sensors/process.ts';

let folder: string;
let home: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-process-'));
  home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'hermes'), 'process.stdout.write("up"); setInterval(() => {}, 1e6);');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await gone;
  }
  await rm(folder, { recursive: true, force: true });
});

const run = async (args: readonly string[], gatewayHome = home): Promise<number> => {
  const child = spawn(process.execPath, [join(folder, 'hermes'), ...args], { env: { HOME: folder, HERMES_HOME: gatewayHome }, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
};

const found = async (): Promise<number | null> => (await findGatewayProcess(hermes, home))?.pid ?? null;

describe('finding the gateway process', () => {
  test('by the pid file', async () => {
    const pid = await run(['gateway', 'run']);
    const startTime = (await readProcess(pid))?.startTime;
    await writeFile(join(home, 'gateway.pid'), JSON.stringify({ pid, start_time: startTime }));
    expect(await found()).toBe(pid);
  });

  test('among all processes when the pid file is missing or names a pid that was used again', async () => {
    const pid = await run(['gateway', 'run']);
    expect(await found()).toBe(pid);
    await writeFile(join(home, 'gateway.pid'), JSON.stringify({ pid: process.pid, start_time: 1 }));
    expect(await found()).toBe(pid);
  });

  test('finds none: another home, another command, a dead process', async () => {
    await run(['gateway', 'run'], join(folder, 'elsewhere'));
    const chat = await run(['chat']);
    await writeFile(join(home, 'gateway.pid'), String(chat));
    expect(await found()).toBeNull();
    await writeFile(join(home, 'gateway.pid'), '4194304');
    expect(await found()).toBeNull();
  });
});
