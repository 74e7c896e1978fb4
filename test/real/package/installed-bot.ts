/** A sandbox, and over it a Lifeline that npm has installed, with the operator's phones. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { BOTH, until, watchPhones, type Phones } from '../phones.ts';
import { pathWith } from './npm.ts';

export interface InstalledBot extends Pick<Phones, 'want' | 'quiet' | 'check'> {
  readonly sandbox: Sandbox;
  readonly config: string;
  readonly dataDir: string;
  /** Of the running one. */
  pid(): number | undefined;
  /** Starts `lifeline run`; resolves when both platforms have it. */
  start(program: string): Promise<void>;
  /** @returns its exit code */
  stop(): Promise<number | null>;
  /** The operator writes on Feishu. @returns the answer */
  ask(text: string, answer: RegExp): Promise<string>;
  /** The gateway dies; resolves when both phones have been told that, and that it is well again. */
  killGateway(): Promise<void>;
  end(): Promise<void>;
}

export const openInstalledBot = async (config: Readonly<Record<string, unknown>> = {}): Promise<InstalledBot> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-package-bot-'));
  const sandbox = await createSandbox({ dir, locale: 'en' });
  const file = sandbox.writeConfig(config);
  const platforms = { feishu: sandbox.feishu, qq: sandbox.qq };
  let log = '';
  let bot: ChildProcess | null = null;
  const lastWords = (): string => log.split('\n').slice(-40).join('\n');
  const phones = watchPhones(sandbox, lastWords);

  const stop = async (): Promise<number | null> => {
    const child = bot;
    bot = null;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    return child.exitCode;
  };
  const end = async (): Promise<void> => {
    await stop();
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    await sandbox.gateway.start();
    await until('the gateway to be ready', () =>
      sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
    );
  } catch (error) {
    await end();
    throw error;
  }
  return {
    ...phones,
    sandbox,
    config: file,
    dataDir: join(dir, 'lifeline'),
    pid: () => bot?.pid,
    start: async (program) => {
      const child = spawn(program, ['run', '--config', file], {
        env: { PATH: pathWith(process.execPath), HOME: dir, TZ: process.env['TZ'], ...sandbox.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      bot = child;
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
      await until('Lifeline to connect on both platforms', () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${log}`);
        return BOTH.every((phone) => platforms[phone].connections(sandbox.cast.lifeline[phone].appId) > 0);
      });
    },
    stop,
    ask: async (text, answer) => {
      const told = phones.want(['feishu'], answer);
      phones.say('feishu', text);
      return (await told).map((message) => message.text).join('\n');
    },
    killGateway: async () => {
      const told = [phones.want(BOTH, /^🔴 main/), phones.want(BOTH, /^🟢 main recovered/)];
      await sandbox.gateway.break('killed');
      await Promise.all(told);
    },
    end,
  };
};
