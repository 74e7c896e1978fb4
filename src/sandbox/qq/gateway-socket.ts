/** One gateway connection from Hello to its end (facts/qq.md §2). */
import type { RawData, WebSocket } from 'ws';
import { remember, type Bot, type BotSocket } from './bot.ts';
import type { LoginFault } from './faults.ts';
import { identify, resume, tokenOf } from './login.ts';
import type { Session } from './session.ts';

export interface GatewaySettings {
  readonly heartbeatIntervalMs: number;
  /** How long a socket may stay without Identify or Resume. */
  readonly idleMs: number;
  botOfToken(token: string): Bot | undefined;
}

interface ClientFrame {
  readonly op: number;
  readonly d: unknown;
}

const parse = (data: RawData): ClientFrame | null => {
  try {
    const frame = JSON.parse((data as Buffer).toString('utf8')) as Partial<ClientFrame> | null;
    return typeof frame?.op === 'number' ? { op: frame.op, d: frame.d } : null;
  } catch {
    return null;
  }
};

/** @param hinted the bot whose `/gateway` handed out this address; unknown when the client dialled the bare path. */
export const serveSocket = (ws: WebSocket, hinted: Bot | undefined, settings: GatewaySettings): void => {
  let bot = hinted;
  let session: Session | null = null;
  const send = (frame: object): void => {
    if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  };
  const leave = (): void => {
    session = null;
    bot?.sockets.delete(socket);
    clearTimeout(idle);
  };
  const socket: BotSocket = {
    session: () => session,
    deliver: (event) => {
      if (session) send(session.record(event));
    },
    send,
    close: (code, reason) => {
      leave();
      ws.close(code, reason);
    },
    terminate: () => {
      leave();
      ws.terminate();
    },
  };
  const idle = setTimeout(() => socket.close(4009, 'Session timed out'), settings.idleMs);

  const refuse = (fault: LoginFault): void => {
    if (fault.kind === 'close') socket.close(fault.code, 'refused');
    if (fault.kind !== 'op9') return;
    send({ op: 9, d: fault.resumable });
    if (fault.thenClose !== undefined) socket.close(fault.thenClose, 'create session error');
  };

  const login = (op: 2 | 6, d: Record<string, unknown>): void => {
    const owner = settings.botOfToken(tokenOf(d['token']) ?? '');
    if (!owner) return socket.close(4004, 'Authentication fail');
    if (session) return socket.close(4001, 'already identified');
    clearTimeout(idle);
    bot?.sockets.delete(socket);
    bot = owner;
    remember(owner.frames, { op, d });
    owner.sockets.add(socket);
    const answer = op === 2 ? identify(owner, d) : resume(owner, d);
    if (answer.kind === 'refused') return refuse(answer.fault);
    for (const other of owner.sockets) if (other.session() === answer.session) other.close(4902, 'reset by resume');
    session = answer.session;
    for (const frame of answer.frames) send(frame);
  };

  ws.on('error', () => undefined);
  ws.on('close', leave);
  ws.on('message', (data) => {
    const frame = parse(data);
    if (!frame) return socket.close(4002, 'bad payload');
    if (frame.op === 2 || frame.op === 6) {
      return login(frame.op, typeof frame.d === 'object' && frame.d !== null ? (frame.d as Record<string, unknown>) : {});
    }
    if (frame.op !== 1) return socket.close(4001, 'bad opcode');
    if (bot) remember(bot.frames, frame);
    if (bot?.faults.acks !== 'withheld') send({ op: 11 });
  });
  bot?.sockets.add(socket);
  if (bot?.faults.connect === 'no_hello') clearTimeout(idle);
  else send({ op: 10, d: { heartbeat_interval: settings.heartbeatIntervalMs } });
};
