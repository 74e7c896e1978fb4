import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { readProcess } from '../../src/sensors/proc.ts';
import { findGatewayProcess } from '../../src/sensors/process.ts';
import { createFamily, type Family } from './gateway-family.ts';

let family: Family;
let home: string;

beforeEach(async () => {
  family = await createFamily();
  ({ home } = family);
});
afterEach(() => family.end());

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> => (await family.start(family.command(...args), env))[0] ?? 0;

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
    await run(['gateway', 'run'], { HERMES_HOME: join(family.folder, 'elsewhere') });
    const chat = await run(['chat']);
    await writeFile(join(home, 'gateway.pid'), String(chat));
    expect(await found()).toBeNull();
    await writeFile(join(home, 'gateway.pid'), '4194304');
    expect(await found()).toBeNull();
  });

  const hasFlock = process.platform === 'linux' && spawnSync('flock', ['--version'], { stdio: 'ignore' }).status === 0;
  const locked = (args: readonly string[]): readonly string[] => ['flock', '--no-fork', join(home, 'gateway.lock'), ...args];

  test.runIf(hasFlock)('by the lock, whatever the pid file and other processes say and however its home is spelled', async () => {
    await writeFile(join(home, 'gateway.lock'), '');
    const older = await run(['gateway', 'run']);
    await writeFile(join(home, 'gateway.pid'), String(older));
    expect(await found()).toBe(older);
    const [holder] = await family.start(locked(family.command('gateway', 'run')), { HERMES_HOME: join(family.folder, 'link-to-home') });
    expect(await found()).toBe(holder);
  });

  test.runIf(hasFlock)('not by a lock that some other command tries', async () => {
    await writeFile(join(home, 'gateway.lock'), '');
    await family.start(locked(family.command('gateway', 'status')));
    expect(await found()).toBeNull();
    const gateway = await run(['gateway', 'run']);
    expect(await found()).toBe(gateway);
  });
});
