/** Ways to a user's manager, and what is said where there is none, on a real machine. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { isAlive, readProcess } from '../../../src/sensors/process/proc.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { createSystemdSupervisor } from '../../../src/supervisors/systemd.ts';
import { findUnitOfPid } from '../../../src/sensors/process/control-group.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from './user-systemd.ts';

const never = new AbortController().signal;
const patience = { timeout: 30_000, interval: 50 };
const why = whyNoUserSystemd();
const clock = scaledClock(0, 1);

const withSystemd = async (as: number, use: (systemd: UserSystemd) => Promise<void>): Promise<void> => {
  const systemd = await startUserSystemd(as);
  try {
    await use(systemd);
  } finally {
    await systemd.stop();
  }
};

/** An account that no login uses. */
const nobody = (): { readonly uid: number; readonly name: string } | null => {
  try {
    const [name = '', , uid] = execFileSync('getent', ['passwd', 'nobody'], { encoding: 'utf8' }).split(':');
    return { uid: Number(uid), name };
  } catch {
    return null;
  }
};

const account = nobody();
const whyNotAs = (user: typeof account): string | null => {
  if (user === null) return 'there is no user "nobody"';
  if (existsSync(`/run/user/${user.uid}`)) return `/run/user/${user.uid} is in use`;
  return existsSync('/run/user') ? null : 'there is no /run/user';
};
const whyNotOther = why ?? whyNotAs(account);

describe.skipIf(skipped("another user's systemd", whyNotOther))("another user's systemd --user", () => {
  it('is reached by root, and its unit is found by its process', async () => {
    const owner = account ?? { uid: -1, name: '' };
    await withSystemd(owner.uid, async (systemd) => {
      await systemd.writeUnit('theirs.service', '[Service]\nExecStart=/bin/sleep infinity\n');
      const supervisor = createSystemdSupervisor({ scope: 'user', unit: 'theirs', run: runCommand, clock, owner });
      expect(supervisor.command('restart')).toBe(
        `runuser -u nobody -- env XDG_RUNTIME_DIR=/run/user/${owner.uid} systemctl --user --no-ask-password --job-mode=fail restart theirs.service`,
      );
      expect(await supervisor.start(never)).toMatchObject({ outcome: 'done' });
      const { state, main } = await supervisor.status();
      expect(state).toBe('active');
      expect((await readProcess(main?.pid ?? 0))?.uid).toBe(owner.uid);
      expect(await findUnitOfPid(main?.pid ?? 0)).toEqual({
        kind: 'service',
        scope: 'user',
        uid: owner.uid,
        unit: 'theirs.service',
      });
      // The very line that is shown to people does the same.
      execFileSync('/bin/sh', ['-c', supervisor.command('restart')]);
      await vi.waitFor(async () => expect((await supervisor.status()).main?.pid).not.toBe(main?.pid), patience);
      expect((await supervisor.status()).state).toBe('active');
    });
  });

  it('has a socket that root itself is refused, which is why root becomes that user', async () => {
    await withSystemd(account?.uid ?? -1, async (systemd) => {
      const { exitCode, stderr } = await runCommand(['systemctl', '--user', 'is-system-running'], { env: systemd.env });
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/Operation not permitted|Permission denied/);
    });
  });
});

describe.skipIf(skipped('a systemd --user that is gone', why))('a systemd --user that is gone', () => {
  it('is told with the command that keeps it next time', async () => {
    const systemd = await startUserSystemd();
    const { env, dir } = systemd;
    const supervisor = createSystemdSupervisor({
      scope: 'user',
      unit: 'x.service',
      run: runCommand,
      clock,
      env,
      self: { uid: 0, name: 'root' },
    });
    expect((await supervisor.status()).state).toBe('missing');
    await systemd.stop();
    const outcome = existsSync('/run/user/0/systemd/private')
      ? null
      : await supervisor.status().catch((error: unknown) => error as Error & { code?: string });
    if (outcome !== null)
      expect(['SYSTEMD_NO_USER_MANAGER', 'SYSTEMD_NOT_RUNNING']).toContain('code' in outcome ? outcome.code : outcome);
    expect(existsSync(dir)).toBe(false);
  });
});

describe.skipIf(skipped('the clean-up after a killed test run', why))('a test run that is killed', () => {
  it('leaves no manager, no unit, no control group and no folder', async () => {
    const runner = spawn(process.execPath, [new URL('./killed-run.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(runner.stdout, 'data')) as [Buffer];
    const { pid, dir, group } = JSON.parse(line.toString('utf8')) as {
      readonly pid: number;
      readonly dir: string;
      readonly group: string;
    };
    expect(isAlive(await readProcess(pid))).toBe(true);
    expect(existsSync(dir)).toBe(true);
    expect(globSync(`/sys/fs/cgroup{,/*}/${group}`).length).toBeGreaterThan(0);
    runner.kill('SIGKILL');
    await vi.waitFor(async () => {
      expect(isAlive(await readProcess(pid))).toBe(false);
      expect(existsSync(dir)).toBe(false);
      expect(globSync(`/sys/fs/cgroup{,/*}/${group}`)).toEqual([]);
    }, patience);
  });
});
