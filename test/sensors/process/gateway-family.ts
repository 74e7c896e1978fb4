/** Real processes that look like gateways, wrappers and what else has "gateway" in its command line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Says its pid, starts what CHILD names, and stays. A worker listens on PORT and says its pid only then. It takes a
 * while to give back the bytes of BALLAST.
 */
const SCRIPT = `
const { fork, spawn } = require('node:child_process');
const { CHILD, BALLAST, ...env } = process.env;
globalThis.ballast = Buffer.alloc(Number(BALLAST ?? 0), 1);
const [, , ...args] = process.argv;
const stdio = ['ignore', 'inherit', 'ignore'];
const say = () => console.log(process.pid);
if (process.send && env.PORT) require('node:net').createServer().listen(Number(env.PORT), '127.0.0.1', say);
else say();
for (let n = 0; n < Number(/^(\\d) workers$/.exec(CHILD)?.[1] ?? 0); n += 1) fork(__filename, args, { env, stdio: [...stdio, 'ipc'] });
if (CHILD === 'behind-a-shell') spawn('sh', ['-c', process.argv.map((word) => "'" + word + "'").join(' ') + '; true'], { env, stdio });
if (CHILD === 'wrapped') spawn(args[args.indexOf('--') + 1], args.slice(args.indexOf('--') + 2), { env, stdio });
setInterval(() => {}, 1e6);
`;

export interface Family {
  readonly folder: string;
  readonly home: string;
  /** Where the gateway's program lies; its name is what makes a process a gateway. */
  readonly program: string;
  /** The command line of a gateway, or of another command of the same program. */
  readonly command: (...args: string[]) => readonly string[];
  /** Whether a process is one of these: other tests on this machine have processes of the same name. */
  readonly has: (pid: number) => boolean;
  /** @returns the pids of the process and its descendants, once all of them run. */
  readonly start: (
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
    processes?: number,
  ) => Promise<readonly number[]>;
  readonly end: () => Promise<void>;
}

export const createFamily = async (): Promise<Family> => {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-process-'));
  const home = join(folder, 'home');
  const program = join(folder, 'hermes');
  await mkdir(home);
  await writeFile(program, SCRIPT);
  await writeFile(join(folder, 'wrapper.cjs'), SCRIPT);
  const children: ChildProcess[] = [];
  const all = new Set<number>();
  return {
    folder,
    home,
    program,
    command: (...args) => [process.execPath, program, ...args],
    has: (pid) => all.has(pid),
    start: async ([file = '', ...args], env = {}, processes = 1) => {
      const child = spawn(file, args, {
        env: { PATH: process.env['PATH'], HOME: folder, HERMES_HOME: home, ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      children.push(child);
      const pids: number[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        pids.push(Number(line));
        all.add(Number(line));
        if (pids.length === processes) break;
      }
      return pids;
    },
    end: async () => {
      for (const child of children.splice(0)) {
        const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
        try {
          // Its descendants are in its group.
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
