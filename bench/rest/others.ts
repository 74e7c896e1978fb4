/** monit and pm2 at rest beside the same gateway, and how they are had where they are missing. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startChild } from '../alert-latency/child.ts';
import { startMonit, whyNoMonit } from '../alert-latency/monit.ts';
import { until } from '../alert-latency/stage.ts';
import { READY_LIMIT_MS } from './bot.ts';

export interface Other {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** What cannot be had is left out, with the reason. */
export type OtherOrWhy = Other | string;

const NO_HOOK = 'http://127.0.0.1:9';

/** @param gateway the home and the program of the gateway that it watches. */
export const openMonit = async (
  dir: string,
  gateway: { readonly home: string; readonly command: readonly string[] },
): Promise<OtherOrWhy> => {
  if (whyNoMonit() !== null && process.getuid?.() === 0)
    try {
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'monit', 'curl'], {
        stdio: 'ignore',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    } catch {
      // Why it is missing is said below.
    }
  const why = whyNoMonit();
  if (why !== null) return why;
  const child = await startMonit(dir, gateway.home, gateway.command[0] ?? '', NO_HOOK);
  return { name: 'monit, cycle of 1 s', pid: child.pid, stop: () => child.kill() };
};

/** Its daemon alone: the process that it keeps is what stands for the gateway. */
export const openPm2 = async (dir: string): Promise<OtherOrWhy> => {
  const folder = join(dir, 'pm2');
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  let program = 'pm2';
  // To be asked for its version it would start a daemon in the home of whoever runs this.
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  if (!folders.some((each) => existsSync(join(each, program))))
    try {
      writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, 'pm2'], { stdio: 'ignore' });
      program = join(folder, 'node_modules/.bin/pm2');
    } catch {
      return 'pm2 is not installed, and npm could not install it';
    }
  writeFileSync(join(folder, 'kept.cjs'), 'setInterval(() => undefined, 60_000);\n');
  const env = { PM2_HOME: home };
  const run = async (...args: readonly string[]): Promise<void> => {
    const child = await startChild(program, args, join(folder, 'output'), env);
    await until(`pm2 ${args[0] ?? ''}`, READY_LIMIT_MS, () => child.ended() !== null);
  };
  await run('start', join(folder, 'kept.cjs'));
  const pid = Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
  return { name: 'pm2', pid, stop: () => run('kill') };
};
