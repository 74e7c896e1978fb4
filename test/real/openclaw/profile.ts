/**
 * A second OpenClaw of the same user and program: another profile, with its own state folder and port, started by hand.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { OpenClawInstalled } from './install.ts';

export interface Profile {
  /** Whether its `/health` answers. */
  readonly answers: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** @param dir where its temporary files go */
export const startProfile = async ({
  entry,
  home,
  dir,
}: Pick<OpenClawInstalled, 'entry' | 'home'> & { readonly dir: string }): Promise<Profile> => {
  const port = await freePort();
  const temporary = join(dir, 'ops-tmp');
  await mkdir(temporary);
  const argv = [
    entry,
    '--profile',
    'ops',
    'gateway',
    'run',
    '--port',
    String(port),
    '--allow-unconfigured',
    '--auth',
    'none',
    '--bind',
    'loopback',
  ];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, HOME: home, TMPDIR: temporary, NO_COLOR: '1', NODE_OPTIONS: '' },
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'spawn');
  return {
    answers: () =>
      fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) }).then(
        (answer) => answer.ok,
        () => false,
      ),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = once(child, 'exit');
      process.kill(-child.pid, 'SIGKILL');
      await gone;
    },
  };
};
