/** What the systemd supervisor does to the real OpenClaw, bare, proven by its own `/health`. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import type { ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import type { Supervisor } from '../../../src/supervisors/supervisor.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { findUnitOfPid } from '../../../src/sensors/process/control-group.ts';
import { until } from '../phones.ts';
import { startUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { freePort } from './free-port.ts';
import type { OpenClawInstalled } from './install.ts';
import { sceneLogs } from './lines.ts';
import { START_MS } from './openclaw-scene.ts';
import { describeOpenClaw, LIMIT } from './suite.ts';
import { UNIT, unitText } from './unit.ts';

const never = new AbortController().signal;

interface Bare {
  readonly systemd: UserSystemd;
  readonly supervisor: Supervisor;
  readonly answers: () => Promise<boolean>;
  /** @returns the main process, once it is another one than `not` and answers. */
  readonly healthy: (not?: number) => Promise<ProcessSeen>;
  readonly end: () => Promise<void>;
}

describeOpenClaw((installed) => {
  describe('as a unit', () => {
    let bare: Bare | null = null;
    const open = async (context: TestContext): Promise<Bare> => (bare ??= await openBare(installed(context)));
    afterAll(() => bare?.end(), 120_000);

    test('answers, and its unit is found by its process', LIMIT, async (context) => {
      const { healthy } = await open(context);
      expect(await findUnitOfPid((await healthy()).pid)).toMatchObject({ kind: 'service', scope: 'user', unit: UNIT });
    });

    test('is restarted: a new process answers', LIMIT, async (context) => {
      const { supervisor, healthy } = await open(context);
      const first = await healthy();
      expect(await supervisor.restart(first, never)).toMatchObject({ outcome: 'done' });
      await healthy(first.pid);
    });

    test('is frozen by SIGSTOP, and after a kill and a start a new process answers', LIMIT, async (context) => {
      const { supervisor, healthy, answers } = await open(context);
      const first = await healthy();
      process.kill(first.pid, 'SIGSTOP');
      expect(await answers()).toBe(false);
      expect(await supervisor.kill(first, never)).toMatchObject({ outcome: 'done' });
      expect(await supervisor.reset(never)).toMatchObject({ outcome: 'done' });
      if ((await supervisor.status()).main === null) await supervisor.start(never);
      await healthy(first.pid);
    });

    test('is stopped and stays down, and is started again', LIMIT, async (context) => {
      const { supervisor, healthy, answers } = await open(context);
      const first = await healthy();
      expect(await supervisor.stop(first, never)).toMatchObject({ outcome: 'done' });
      expect(await supervisor.status()).toMatchObject({ main: null, job: null });
      expect(await answers()).toBe(false);
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      await healthy(first.pid);
    });
  });
});

const openBare = async ({ entry, home, reset }: OpenClawInstalled): Promise<Bare> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-'));
  const systemd = await startUserSystemd();
  const logFile = join(dir, 'openclaw.log');
  const end = async (): Promise<void> => {
    await systemd.stop();
    sceneLogs.push({
      name: basename(dir),
      text: await readFile(logFile, 'utf8').catch(() => ''),
      home: join(home, '.openclaw'),
      names: [[dir, '<dir>']],
    });
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    await reset({
      gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'none' } },
      logging: { file: logFile },
    });
    await mkdir(join(dir, 'tmp'));
    const output = join(dir, 'openclaw.out');
    const supervisor = createSystemdSupervisor({
      scope: 'user',
      unit: UNIT,
      run: runCommand,
      clock: scaledClock(0, 1),
      env: systemd.env,
      // A busy machine is no fault of the supervisor's.
      waitMs: START_MS,
    });
    await systemd.writeUnit(
      UNIT,
      unitText({ entry, port, output, variables: { HOME: home, TMPDIR: join(dir, 'tmp') } }),
    );
    await supervisor.start(never);
    const answers = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) }).then(
        (answer) => answer.ok,
        () => false,
      );
    const healthy = async (not?: number): Promise<ProcessSeen> => {
      let seen: ProcessSeen | null = null;
      let said = '';
      await until(
        'OpenClaw to answer',
        async () => {
          said = await readFile(output, 'utf8').then(
            (text) => text.slice(-1_500),
            () => '',
          );
          const { state, main } = await supervisor.status();
          seen = main;
          return state === 'active' && main !== null && main.pid !== not && (await answers());
        },
        () => said,
        START_MS,
      );
      if (seen === null) throw new Error('it answers, and has no process');
      return seen;
    };
    return { systemd, supervisor, answers, healthy, end };
  } catch (error) {
    await end();
    throw error;
  }
};
