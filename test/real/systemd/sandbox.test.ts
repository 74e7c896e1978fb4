/** The sandbox gateway as `hermes-gateway.service` of a real `systemd --user`. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { findUnitOfPid } from '../../../src/sensors/process/control-group.ts';
import type { Supervisor, SupervisorStatus } from '../../../src/supervisors/supervisor.ts';
import { closeSandboxes, homeJson, logged, openSandbox, ready } from '../../sandbox/gateway/harness.ts';
import { installSandboxUnit, type SandboxUnitOptions } from './sandbox-unit.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const never = new AbortController().signal;
const patience = { timeout: 30_000, interval: 50 };

let systemd: UserSystemd | null = null;
afterEach(async () => {
  // systemd first: it would start the gateway again.
  await systemd?.stop();
  systemd = null;
  await closeSandboxes();
});

const install = async (
  options: Pick<SandboxUnitOptions, 'version' | 'restartSec'> = {},
): Promise<{ readonly sandbox: Awaited<ReturnType<typeof openSandbox>>; readonly supervisor: Supervisor }> => {
  const sandbox = await openSandbox();
  systemd = await startUserSystemd();
  const unit = await installSandboxUnit(systemd, {
    home: sandbox.gateway.home,
    command: sandbox.gateway.command,
    env: sandbox.env,
    ...options,
  });
  return {
    sandbox,
    supervisor: createSystemdSupervisor({
      scope: 'user',
      unit,
      run: runCommand,
      clock: scaledClock(0, 1),
      env: systemd.env,
    }),
  };
};

const main = (
  supervisor: Supervisor,
  not?: number,
): Promise<SupervisorStatus & { readonly main: NonNullable<SupervisorStatus['main']> }> =>
  vi.waitFor(async () => {
    const status = await supervisor.status();
    if (status.state !== 'active' || status.main === null || status.main.pid === not)
      throw new Error(`not yet: ${JSON.stringify(status)}`);
    return { ...status, main: status.main };
  }, patience);

describe.skipIf(skipped('the sandbox gateway under systemd', whyNoUserSystemd()))(
  'the sandbox gateway as hermes-gateway.service',
  () => {
    it('logs in under systemd, is found by its process, and SIGUSR1 ends it with 75 and brings a new one', async () => {
      const { sandbox, supervisor } = await install();
      await supervisor.start(never);
      await ready(sandbox);
      const first = await main(supervisor);
      expect(homeJson(sandbox, 'gateway.pid')).toMatchObject({ pid: first.main.pid, start_time: first.main.startTime });
      expect(await findUnitOfPid(first.main.pid)).toEqual({
        kind: 'service',
        scope: 'user',
        uid: 0,
        unit: 'hermes-gateway.service',
      });
      process.kill(first.main.pid, 'SIGUSR1');
      const second = await main(supervisor, first.main.pid);
      expect(second.restarts).toBe(1);
      await logged(sandbox, /^Exiting with code 75 /);
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
      await logged(sandbox, /^connected to ws:/, 2);
    });

    it('waits with the exit code 75 until its next start', async () => {
      const { sandbox, supervisor } = await install({ restartSec: '600' });
      await supervisor.start(never);
      await ready(sandbox);
      process.kill((await main(supervisor)).main.pid, 'SIGUSR1');
      await vi.waitFor(
        async () =>
          expect(await supervisor.status()).toMatchObject({ state: 'activating', main: null, exit: { code: 75 } }),
        patience,
      );
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
    });

    it('ends with 1 in a restart by systemd and comes back; the state is not failed', async () => {
      const { sandbox, supervisor } = await install();
      await supervisor.start(never);
      await ready(sandbox);
      const first = await main(supervisor);
      expect(await supervisor.restart(first.main, never)).toMatchObject({ outcome: 'done' });
      await logged(sandbox, /^Exiting with code 1 /);
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
      expect((await main(supervisor, first.main.pid)).job).toBeNull();
    });

    it('stays failed with the code 1 after a stop without a planned-stop marker (#94757), and a start mends it', async () => {
      const { sandbox, supervisor } = await install();
      await supervisor.start(never);
      await ready(sandbox);
      expect(await supervisor.stop((await main(supervisor)).main, never)).toMatchObject({ outcome: 'done' });
      expect(await supervisor.status()).toMatchObject({ state: 'failed', main: null, exit: { code: 1 } });
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
    });

    it('of old is latched by its start limit after five deaths, and reset and start mend it', async () => {
      const { sandbox, supervisor } = await install({ version: 'old' });
      await supervisor.start(never);
      await ready(sandbox);
      let last = 0;
      for (let deaths = 0; deaths < 5; deaths++) {
        last = (await main(supervisor, last)).main.pid;
        process.kill(last, 'SIGKILL');
      }
      await vi.waitFor(
        async () =>
          expect(await supervisor.status()).toMatchObject({
            state: 'latched',
            main: null,
            restarts: 5,
            exit: { signal: 'SIGKILL' },
          }),
        patience,
      );
      expect(await supervisor.reset(never)).toMatchObject({ outcome: 'done' });
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      await main(supervisor);
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
    });
  },
);
