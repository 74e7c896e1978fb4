/** One gateway connection from Hello to its end (docs/facts/qq.md 2). */
import type { RawData, WebSocket } from 'ws';
import { remember, type Bot, type BotSocket } from './bot.ts';
import { createDelivery } from './delivery.ts';
import type { LoginFault } from './faults.ts';
import { badToken, identify, resume, tokenOf } from './login.ts';
import { DEFAULT_RULES } from './rules.ts';
import type { Session } from './session.ts';
import type { Timers } from './timers.ts';

export interface GatewaySettings {
  readonly timers: Timers;
  readonly heartbeatIntervalMs: number;
  /** How long a socket may stay without Identify or Resume. */
  readonly idleMs: number;
  /** How long a client that was told to go, or was refused by op 9, may stay. */
  readonly graceMs: number;
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

let opened = 0;

/** @param hinted the bot whose `/gateway` handed out this address; unknown when the client dialled the bare path. */
export const serveSocket = (ws: WebSocket, hinted: Bot | undefined, { timers, ...settings }: GatewaySettings): void => {
  let bot = hinted;
  let session: Session | null = null;
  const heartbeats: number[] = [];
  const closeNow = ws.close.bind(ws);
  const send = (frame: object): void => {
    if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  };
  const deliver = createDelivery(send, timers);
  const leave = (): void => {
    session = null;
    bot?.sockets.delete(socket);
    stopIdling();
  };
  const socket: BotSocket = {
    id: ++opened,
    openedAt: timers.now(),
    heartbeats,
    session: () => session,
    deliver: (event) => {
      if (session) deliver(session, event, bot?.faults.events ?? 'normal');
    },
    send,
    close: (code, reason) => {
      leave();
      closeNow(code, reason);
    },
    terminate: () => {
      leave();
      ws.terminate();
    },
  };
  const stopIdling = timers.later(settings.idleMs, () => socket.close(4009, 'Session timed out'));

  const refuse = (fault: LoginFault): void => {
    if (fault.kind === 'close') socket.close(fault.code, 'refused');
    if (fault.kind !== 'op9') return;
    const { resumable, thenClose, afterMs } = fault;
    send({ op: 9, d: resumable });
    if (thenClose === undefined) return;
    const close = (): void => socket.close(thenClose, 'create session error');
    if (afterMs === undefined) close();
    else timers.later(afterMs, close);
  };

  const login = (op: 2 | 6, d: Record<string, unknown>): void => {
    const owner = settings.botOfToken(tokenOf(d['token']) ?? '');
    const seenAt = owner ?? bot;
    if (seenAt) remember(seenAt.frames, { op, d, socket: socket.id, at: timers.now() });
    if (!owner) return refuse(badToken((bot?.rules ?? DEFAULT_RULES).badToken, settings.graceMs));
    if (session) return socket.close(4001, 'already identified');
    stopIdling();
    bot?.sockets.delete(socket);
    bot = owner;
    owner.sockets.add(socket);
    const answer = op === 2 ? identify(owner, d, timers.now(), settings.graceMs) : resume(owner, d, settings.graceMs);
    if (answer.kind === 'refused') return refuse(answer.fault);
    for (const other of owner.sockets) if (other.session() === answer.session) other.close(4902, 'reset by resume');
    session = answer.session;
    for (const frame of answer.frames) send(frame);
  };

  const acknowledge = (): void => {
    if (bot?.faults.acks === 'withheld') return;
    if (bot?.faults.acks === 'withheld_once') bot.faults = { ...bot.faults, acks: 'normal' };
    else send({ op: 11 });
  };

  // `ws` answers a client's close by calling this with the client's own code.
  ws.close = (code, reason) => closeNow(bot?.faults.closeAnswer ?? code, reason);
  ws.on('error', () => undefined);
  ws.on('close', leave);
  ws.on('message', (data) => {
    const frame = parse(data);
    if (!frame) return socket.close(4002, 'bad payload');
    if (frame.op === 2 || frame.op === 6) {
      return login(
        frame.op,
        typeof frame.d === 'object' && frame.d !== null ? (frame.d as Record<string, unknown>) : {},
      );
    }
    if (frame.op !== 1) return socket.close(4001, 'bad opcode');
    remember(heartbeats, timers.now());
    if (bot) remember(bot.frames, { ...frame, socket: socket.id, at: timers.now() });
    acknowledge();
  });
  bot?.sockets.add(socket);
  if (bot?.faults.connect === 'no_hello') stopIdling();
  else send({ op: 10, d: { heartbeat_interval: settings.heartbeatIntervalMs } });
};
