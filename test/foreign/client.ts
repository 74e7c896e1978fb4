/** A foreign client as the parent sees it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BotAccount } from '../../sandbox/phone.ts';
import type { FromChild } from './protocol.ts';

export const CLIENTS = ['qq-official-bot', 'qq-group-bot'] as const;
export type ClientName = (typeof CLIENTS)[number];

type Of<K extends FromChild['kind']> = Extract<FromChild, { kind: K }>;

export interface ForeignClient {
  /** What came in, oldest first, with when that was. */
  readonly received: (Of<'message'> & { readonly at: number })[];
  /** What became of each send and answer. */
  readonly sent: Of<'sent'>[];
  /** All that it logged. */
  log(): string;
  alive(): boolean;
  send(key: string, user: string, text: string): void;
  stop(): Promise<void>;
}

export const startClient = async (
  name: ClientName,
  platform: string,
  { appId, secret }: BotAccount,
): Promise<ForeignClient> => {
  // A flag of the test runner's own process must not reach the child.
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [name, platform, appId, secret], {
    execArgv: [],
    silent: true,
  });
  const received: ForeignClient['received'] = [];
  const sent: Of<'sent'>[] = [];
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-50_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('message', (message: FromChild) => {
    if (message.kind === 'message') received.push({ ...message, at: Date.now() });
    if (message.kind === 'sent') sent.push(message);
  });
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`The client ${name} ended at once: ${log}`);
    }),
  ]);
  return {
    received,
    sent,
    log: () => log,
    alive,
    send: (key, user, text) => void child.send({ key, user, text }),
    stop: async () => {
      if (!alive()) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
};
