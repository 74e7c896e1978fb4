/** The real bot as a child process, started the way a person would: `lifeline run --config FILE`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { programFile } from '../../src/base/program-files.ts';

export const MAIN = fileURLToPath(programFile('src/main.ts'));

const STOP_MS = 5_000;
const LAST_LINES = 15;

export interface Bot {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, with how it ended in words. */
  readonly ended: Promise<string>;
  /** The end of what it wrote on stdout and stderr. */
  lastWords(): string;
  /** At once, as a machine that loses its power. */
  kill(): void;
  /** It reads its configuration anew. */
  reload(): void;
  /** SIGTERM, and SIGKILL when that is not enough. */
  stop(): Promise<void>;
}

export interface BotOptions {
  readonly config: string;
  /** `run` unless it is said. */
  readonly command?: 'run' | 'hub';
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program instead of Lifeline's own, for tests. */
  readonly main?: string;
}

export const startBot = ({ config, command = 'run', env = {}, main = MAIN }: BotOptions): Bot => {
  const log = join(dirname(config), 'lifeline.log');
  const output = { file: log, append: true } as const;
  const child = execa(process.execPath, [main, command, '--config', config], {
    // What the person has set for a Lifeline of their own must not reach this one.
    env: { ...ownEnvironment(process.env), ...env },
    extendEnv: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    forceKillAfterDelay: STOP_MS,
    reject: false,
  });
  return {
    pid: child.pid,
    ended: child.then(
      ({ exitCode, signal, shortMessage }) =>
        signal ?? (exitCode === undefined ? String(shortMessage) : `exit code ${exitCode}`),
    ),
    lastWords: () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n'),
    kill: () => void child.kill('SIGKILL'),
    reload: () => void child.kill('SIGHUP'),
    stop: async () => {
      child.kill('SIGTERM');
      await child;
    },
  };
};

/** Returns the environment without what is meant for a Lifeline of the person's own. */
export const ownEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('LIFELINE_') || name === 'HERMES_HOME' ? [] : [[name, value]],
    ),
  );

/**
 * Rejects when the bot ends of itself.
 * Ctrl-C reaches the bot as well as the demo; the short wait lets the demo's own signal be seen first.
 */
export const failWhenBotEnds = async (bot: Bot): Promise<never> => {
  const how = await bot.ended;
  await sleep(300);
  throw new Error(`Lifeline ended of itself (${how}). Its last words:\n${bot.lastWords()}`);
};
