/** A gateway that Lifeline's service has started itself, in its own control group, does not end with that service. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { cleanEnv } from '../../../src/supervisors/clean-env.ts';
import { BOTH, until, watchPhones } from '../phones.ts';
import { quoted } from './unit-text.ts';
import { skipped, startUserSystemd, whyNoUserSystemd } from './user-systemd.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const UNIT = 'lifeline.service';

describe.skipIf(skipped("a bare gateway of Lifeline's service", whyNoUserSystemd()))(
  "a bare gateway of Lifeline's service",
  () => {
    test('outlives a restart, a kill and the end of the service', { timeout: 240_000 }, async () => {
      const systemd = await startUserSystemd();
      const dir = await mkdtemp(join(tmpdir(), 'lifeline-bare-'));
      const sandbox = await createSandbox({ dir });
      try {
        const config = sandbox.writeConfig();
        const phones = watchPhones(sandbox, () => '');
        const folder = join(systemd.unitFolder, `${UNIT}.d`);
        mkdirSync(folder);
        writeFileSync(
          join(folder, 'here.conf'),
          [
            '[Service]',
            'StandardOutput=null',
            'StandardError=null',
            'RestartSec=100ms',
            ...Object.entries(sandbox.env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
            '',
          ].join('\n'),
        );
        const lifeline = (...args: readonly string[]) =>
          execa(process.execPath, [MAIN, 'service', ...args], {
            env: { ...cleanEnv(process.env), ...systemd.env, ...sandbox.env, HOME: systemd.home },
            extendEnv: false,
            reject: false,
          });
        const mainPid = async (): Promise<number> =>
          Number((await systemd.systemctl('show', '--property=MainPID', '--value', UNIT)).stdout);

        await sandbox.gateway.start();
        const first = sandbox.gateway.current()?.pid ?? 0;
        await until('the gateway to be ready', () =>
          sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
        );
        expect(await lifeline('install', '--user', '--config', config)).toMatchObject({ exitCode: 0 });
        await until('Lifeline to be connected', () =>
          BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.lifeline[phone].appId) > 0),
        );
        const told = Promise.all([phones.want(BOTH, /^🔴 main 没有在运行/), phones.want(BOTH, /^🟢 main 已恢复/)]);
        process.kill(first, 'SIGKILL');
        await told;
        const gateway = sandbox.gateway.pids()[0]?.pid ?? 0;
        expect([0, first]).not.toContain(gateway);
        expect(
          (await systemd.systemctl('show', '--property=NoNewPrivileges,MemoryMax', '--value', UNIT)).stdout
            .split('\n')
            .toSorted(),
        ).toEqual(['infinity', 'no']);
        const stays = (): void => expect(sandbox.gateway.pids().map(({ pid }) => pid)).toEqual([gateway]);

        expect((await systemd.systemctl('restart', UNIT)).exitCode).toBe(0);
        stays();
        const pid = await mainPid();
        process.kill(pid, 'SIGKILL');
        await until('another Lifeline', async () => ![0, pid].includes(await mainPid()));
        stays();
        expect(await lifeline('uninstall')).toMatchObject({ exitCode: 0 });
        stays();
        phones.check();
      } finally {
        await sandbox.stop();
        await systemd.stop();
        await rm(dir, { recursive: true, force: true });
      }
    });
  },
);
