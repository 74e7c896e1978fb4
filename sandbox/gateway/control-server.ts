/**
 * The sandbox's end of the line to its gateway: knows every process that ever registered, and tells the present one
 * what to break.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { UserError } from '../../src/base/errors.ts';
import { isAlive, readProcessId, type ProcessId } from './proc.ts';
import type { FromGateway, FromSandbox, InnerFault, StartFault } from './protocol.ts';
import type { ScriptedState } from './scripted-link.ts';

export interface ControlServer {
  /** Where a gateway registers; nobody guesses its last part. */
  readonly url: string;
  /** The process that registered last, when it lives; one that runs beside another does not count. */
  current(): ProcessId | null;
  /** Every process that ever registered. */
  registered(): readonly ProcessId[];
  /** Resolves as soon as the gateway is about to break. @throws UserError when none is connected. */
  break(fault: InnerFault): Promise<void>;
  /** Resolves once the gateway has so many turns in flight. @throws UserError when none is connected. */
  work(turns: number): Promise<void>;
  /** Resolves once the link is so. @throws UserError when no gateway is connected. */
  link(name: string, state: ScriptedState): Promise<void>;
  close(): Promise<void>;
}

/** What is asked, and answered by one word. */
type Asked = InnerFault | 'work' | `link ${string}`;

const askedIn = (message: Exclude<FromGateway, { kind: 'hello' }>): Asked => {
  if (message.kind === 'breaking') return message.fault;
  return message.kind === 'linked' ? `link ${message.link}` : 'work';
};

interface Registration {
  readonly process: ProcessId;
  readonly socket: WebSocket;
}

const ANSWER_TIMEOUT_MS = 10_000;

export interface ControlServerOptions {
  /** Hears of each new process before that process is let on. */
  readonly onNew: () => void;
  /** What a new process is to suffer from. */
  readonly startFault: () => StartFault | null;
}

export const openControlServer = async ({ onNew, startFault }: ControlServerOptions): Promise<ControlServer> => {
  const self = readProcessId(process.pid);
  if (!self) throw new Error('This system does not tell when a process started.');
  const path = `/${randomUUID()}`;
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path });
  await once(server, 'listening');

  const known: ProcessId[] = [];
  const answers = new Map<Asked, () => void>();
  let latest: Registration | null = null;

  const say = (socket: WebSocket, message: FromSandbox): void => socket.send(JSON.stringify(message));

  const register = (process: ProcessId, socket: WebSocket, second: boolean): void => {
    // The same process comes again when its line was cut; only a new one is a restart.
    if (!known.some(({ pid, startTime }) => pid === process.pid && startTime === process.startTime)) {
      known.push(process);
      if (!second) onNew();
    }
    if (!second) latest = { process, socket };
    say(socket, { kind: 'welcome', sandbox: self, startFault: startFault() });
  };

  /** Says it, and waits for the answer. */
  const ask = async (what: Asked, message: FromSandbox): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    if (latest?.socket.readyState !== 1)
      throw new UserError('SANDBOX_NO_GATEWAY', 'No gateway is running that could be broken.');
    const limit = setTimeout(
      () => reject(new UserError('SANDBOX_DEAF', 'The sandbox gateway does not listen; is it frozen?')),
      ANSWER_TIMEOUT_MS,
    );
    answers.set(what, () => resolve(undefined));
    say(latest.socket, message);
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      answers.delete(what);
    }
  };

  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as FromGateway;
      if (message.kind === 'hello') register(message.process, socket, message.second);
      else answers.get(askedIn(message))?.();
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    current: () => (latest && isAlive(latest.process) ? latest.process : null),
    registered: () => known,
    break: (fault) => ask(fault, { kind: 'break', break: fault }),
    work: (turns) => ask('work', { kind: 'work', turns }),
    link: (name, state) => ask(`link ${name}`, { kind: 'link', link: name, state }),
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
};
