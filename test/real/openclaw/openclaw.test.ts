/** The real OpenClaw as a unit of a real `systemd --user`: what the systemd supervisor does to it, proven by its own `/health`. Recorded with 2026.9.6. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import type { Supervisor } from '../../../src/supervisors/supervisor.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { findUnitOfPid } from '../../../src/supervisors/systemd-cgroup.ts';
import { NotToBeHad, skipReason, whyNoPackages } from '../packages.ts';
import { until } from '../phones.ts';
import { quoted } from '../systemd/unit-text.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';

const LIMIT = { timeout: 180_000 };
const UNIT = 'openclaw-gateway.service';
const never = new AbortController().signal;

describe.skipIf(skipped('the real OpenClaw', whyNoPackages() ?? whyNoUserSystemd()))('the real OpenClaw under systemd', () => {
  let dir: string;
  let systemd: UserSystemd | null = null;
  let supervisor: Supervisor;
  let health: string;
  let problem: string | null = null;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-'));
    try {
      const { program, version } = await install(join(dir, 'openclaw'));
      systemd = await startUserSystemd();
      const port = await freePort();
      health = `http://127.0.0.1:${port}/health`;
      supervisor = createSystemdSupervisor({ scope: 'user', unit: UNIT, run: runCommand, clock: scaledClock(0, 1), env: systemd.env });
      await systemd.writeUnit(UNIT, unitText(program, port, join(systemd.dir, 'openclaw.out')));
      await supervisor.start(never);
      console.info(`openclaw ${version}`);
    } catch (error) {
      problem = skipReason('the real OpenClaw', error);
    }
  }, 900_000);
  afterAll(async () => {
    await systemd?.stop();
    await rm(dir, { recursive: true, force: true });
  }, 120_000);
  const there = ({ skip }: TestContext): void => {
    if (problem !== null) skip(problem);
  };

  /** @returns the main process, once it is another one than `not` and answers. */
  const healthy = async (not?: number): Promise<number> => {
    let pid = 0;
    const words = async (): Promise<string> => readFile(join(systemd?.dir ?? '', 'openclaw.out'), 'utf8').then((text) => text.slice(-1_500), () => '');
    let said = '';
    await until('OpenClaw to answer', async () => {
      said = await words();
      const { state, main } = await supervisor.status();
      pid = main?.pid ?? 0;
      return state === 'active' && pid > 0 && pid !== not && (await answers(health));
    }, () => said);
    return pid;
  };

  test('answers, and its unit is found by its process', LIMIT, async (context) => {
    there(context);
    const pid = await healthy();
    expect(await findUnitOfPid(pid)).toMatchObject({ kind: 'service', scope: 'user', unit: UNIT });
  });

  test('is restarted: a new process answers', LIMIT, async (context) => {
    there(context);
    const first = await healthy();
    expect(await supervisor.restart(never)).toMatchObject({ outcome: 'done' });
    await healthy(first);
  });

  test('is frozen by SIGSTOP, and after a kill and a start a new process answers', LIMIT, async (context) => {
    there(context);
    const first = await healthy();
    process.kill(first, 'SIGSTOP');
    expect(await answers(health)).toBe(false);
    expect(await supervisor.kill(never)).toMatchObject({ outcome: 'done' });
    expect(await supervisor.reset(never)).toMatchObject({ outcome: 'done' });
    if ((await supervisor.status()).main === null) await supervisor.start(never);
    await healthy(first);
  });

  test('is stopped and stays down, and is started again', LIMIT, async (context) => {
    there(context);
    const first = await healthy();
    expect(await supervisor.stop(never)).toMatchObject({ outcome: 'done' });
    const { state, main, job, exit } = await supervisor.status();
    expect({ main, job }).toEqual({ main: null, job: null });
    console.info(`stopped, it is ${state}, having ended with ${JSON.stringify(exit)}`);
    expect(await answers(health)).toBe(false);
    expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
    await healthy(first);
  });
});

const answers = (url: string): Promise<boolean> => fetch(url, { signal: AbortSignal.timeout(2_000) }).then((answer) => answer.ok, () => false);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** The newest from npm. @throws NotToBeHad, with the reason */
const install = async (folder: string): Promise<{ readonly program: string; readonly version: string }> => {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{"private":true}\n');
  const { exitCode, stderr, failure } = await runCommand(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', 'openclaw'], { cwd: folder, timeoutMs: 600_000 });
  if (exitCode !== 0) throw new NotToBeHad(`npm install openclaw: ${failure ?? exitCode}: ${stderr.trim().split('\n').slice(-3).join(' | ')}`);
  const { version } = JSON.parse(await readFile(join(folder, 'node_modules', 'openclaw', 'package.json'), 'utf8')) as { readonly version: string };
  return { program: join(folder, 'node_modules', '.bin', 'openclaw'), version };
};

/** By this Node: OpenClaw needs 24.16, and the machine's may be older. */
const unitText = (program: string, port: number, output: string): string => {
  const { PATH = '/usr/bin:/bin' } = process.env;
  return [
    '[Service]',
    `ExecStart=${[process.execPath, program, 'gateway', 'run', '--allow-unconfigured', '--auth', 'none', '--bind', 'loopback', '--port', String(port)].map(quoted).join(' ')}`,
    `Environment=${quoted(`PATH=${dirname(process.execPath)}:${PATH}`)}`,
    'Restart=always',
    'RestartSec=5',
    'KillMode=mixed',
    `StandardOutput=append:${output}`,
    `StandardError=append:${output}`,
    '',
  ].join('\n');
};
