/** The sandbox's end of the line to its gateway: knows every process that ever registered, and tells the present one what to break. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { UserError } from '../../base/errors.ts';
import { isAlive, readProcessId, type ProcessId } from './proc.ts';
import type { FromGateway, FromSandbox, InnerFault, StartFault } from './protocol.ts';

export interface ControlServer {
  /** Where a gateway registers; nobody guesses its last part. */
  readonly url: string;
  /** The process that registered last, when it lives; one that runs beside another does not count. */
  current(): ProcessId | null;
  /** Every process that ever registered. */
  registered(): readonly ProcessId[];
  /** Resolves as soon as the gateway is about to break. @throws UserError when none is connected. */
  break(fault: InnerFault): Promise<void>;
  close(): Promise<void>;
}

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
  const broken = new Map<InnerFault, () => void>();
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

  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as FromGateway;
      if (message.kind === 'hello') register(message.process, socket, message.second);
      else broken.get(message.fault)?.();
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    current: () => (latest && isAlive(latest.process) ? latest.process : null),
    registered: () => known,
    break: async (fault) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      if (latest?.socket.readyState !== 1) throw new UserError('SANDBOX_NO_GATEWAY', 'No gateway is running that could be broken.');
      const limit = setTimeout(() => reject(new UserError('SANDBOX_DEAF', 'The sandbox gateway does not listen; is it frozen?')), ANSWER_TIMEOUT_MS);
      broken.set(fault, () => resolve(undefined));
      say(latest.socket, { kind: 'break', break: fault });
      try {
        await promise;
      } finally {
        clearTimeout(limit);
        broken.delete(fault);
      }
    },
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
};
