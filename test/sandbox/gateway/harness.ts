/** A sandbox for one test, and ways to read what its gateway wrote. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { isAlive, signalProcess, type ProcessId } from '../../../sandbox/gateway/proc.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/sandbox.ts';

const FAST = {
  startDelayMs: 20,
  heartbeatIntervalMs: 200,
  qqBackoffMs: [100],
  qqMaxAttempts: 3,
  feishuNonceMs: 200,
  feishuIntervalMs: 300,
  platformRetryMs: 300,
  sendEveryMs: 300,
  flapEveryMs: 800,
};

const opened: Sandbox[] = [];

export const openSandbox = async (options: Partial<SandboxOptions> = {}): Promise<Sandbox> => {
  const dir = mkdtempSync(join(tmpdir(), 'll-gw-'));
  const sandbox = await createSandbox({
    dir,
    ...options,
    gateway: { ...options.gateway, timings: { ...FAST, ...options.gateway?.timings } },
  });
  opened.push(sandbox);
  return sandbox;
};

/** For `afterEach`. */
export const closeSandboxes = async (): Promise<void> => {
  for (const sandbox of opened.splice(0)) {
    await sandbox.stop();
    rmSync(sandbox.dir, { recursive: true, force: true });
  }
};

/** Waits for a condition, never for a time. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 25 });

/** Tells `eventually` to go on waiting. */
export const must = (condition: boolean, words: string): void => {
  if (!condition) throw new Error(`not yet: ${words}`);
};

/** docs/facts/hermes.md 1.2 */
const RECORD =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:,(\d{3}))? (DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[([^\]]*)\])? ([^\s:]+): (.*)$/;

export interface LogRecord {
  readonly level: string;
  readonly session: string | undefined;
  readonly logger: string;
  readonly message: string;
  readonly below: readonly string[];
}

export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

export const homeFile = (sandbox: Sandbox, ...path: readonly string[]): string => join(sandbox.gateway.home, ...path);

export const homeJson = (sandbox: Sandbox, ...path: readonly string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(homeFile(sandbox, ...path), 'utf8')) as Record<string, unknown>;

export const records = (
  sandbox: Sandbox,
  name: 'gateway.log' | 'agent.log' | 'errors.log' = 'gateway.log',
): LogRecord[] => {
  const found: (Omit<LogRecord, 'below'> & { below: string[] })[] = [];
  for (const line of readText(homeFile(sandbox, 'logs', name))
    .split('\n')
    .slice(0, -1)) {
    const match = RECORD.exec(line);
    if (match)
      found.push({
        level: match[3] ?? '',
        session: match[4],
        logger: match[5] ?? '',
        message: match[6] ?? '',
        below: [],
      });
    else found.at(-1)?.below.push(line);
  }
  return found;
};

/** Messages without the parts that differ from run to run. */
export const messages = (sandbox: Sandbox, name?: 'gateway.log' | 'agent.log' | 'errors.log'): string[] =>
  records(sandbox, name).map(({ message }) => message.replace(/^\[QQBot:\d+\]/, '[QQ]'));

/** Waits until a message that matches was logged `times` times. */
export const logged = (
  sandbox: Sandbox,
  pattern: RegExp,
  times = 1,
  name: 'gateway.log' | 'agent.log' = 'agent.log',
): Promise<void> =>
  eventually(() => {
    const count = messages(sandbox, name).filter((message) => pattern.test(message)).length;
    must(count >= times, `${String(pattern)} ${count}/${times} in\n${messages(sandbox, name).join('\n')}`);
  });

/** Both links logged in and the gateway ready. */
export const ready = async (sandbox: Sandbox): Promise<void> => {
  await logged(sandbox, /^Gateway running with 2 platform/);
  await logged(sandbox, /^\[QQ\] Ready, session_id=/);
  await logged(sandbox, /^connected to ws:/);
};

/** Starts the gateway and waits until both links are logged in. */
export const startReady = async (sandbox: Sandbox): Promise<ProcessId> => {
  const started = await sandbox.gateway.start();
  await ready(sandbox);
  return started;
};

export const gone = (target: ProcessId): Promise<void> =>
  eventually(() => must(!isAlive(target), `${target.pid} gone`));

export interface Launched {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts the gateway as its supervisor would: its command, an almost empty environment and HERMES_HOME. */
export const launch = (sandbox: Sandbox, env: NodeJS.ProcessEnv = { HERMES_HOME: sandbox.gateway.home }): Launched => {
  const [program = '', ...args] = sandbox.gateway.command;
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      TZ: process.env['TZ'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return { child, exit: once(child, 'close').then(([code]) => ({ code: code as number | null, stderr })) };
};

/** A person writes to the gateway's own bot. */
export const sayToGateway = (sandbox: Sandbox, platform: 'feishu' | 'qq', text: string): void => {
  sandbox[platform].say(sandbox.cast.gateway[platform].appId, sandbox.cast.operator[platform], text);
};

export const answers = (sandbox: Sandbox, platform: 'feishu' | 'qq'): string[] =>
  sandbox[platform]
    .conversation(sandbox.cast.gateway[platform].appId, sandbox.cast.operator[platform])
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);

/** Ends the process for sure and starts a new one, as a supervisor does. */
export const restart = async (sandbox: Sandbox, target: ProcessId): Promise<ProcessId> => {
  signalProcess(target, 'SIGKILL');
  await gone(target);
  return sandbox.gateway.start();
};
