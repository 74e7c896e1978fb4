/** Login on an open QQ socket: Identify or Resume, heartbeats, and which events came (docs/facts/qq.md 2). */
import { errorText } from '../../src/base/errors.ts';
import type { IncomingMessage } from './link.ts';
import type { QqApi } from './qq-api.ts';
import type { QqFrame, QqSocket } from './qq-socket.ts';

export interface QqSession {
  handle(socket: QqSocket, frame: QqFrame): void;
  /** Forgets what a Resume needs: the next login is an Identify. */
  clear(): void;
  stopHeartbeat(): void;
}

interface QqSessionOptions {
  readonly api: QqApi;
  readonly info: (message: string) => void;
  readonly fail: (message: string) => void;
  readonly receive: (message: IncomingMessage) => void;
}

/** Group and one-to-one messages, and button presses. */
const INTENTS = (1 << 25) | (1 << 26);
/** Hermes sends heartbeats a little more often than asked. */
const HEARTBEAT_SHARE = 0.8;

interface C2cMessage {
  readonly id?: string;
  readonly content?: string;
  readonly author?: { readonly user_openid?: string };
}

export const createQqSession = ({ api, info, fail, receive }: QqSessionOptions): QqSession => {
  let session: { readonly id: string } | null = null;
  let seq: number | null = null;
  let heartbeat: NodeJS.Timeout | undefined;

  const login = async (socket: QqSocket): Promise<void> => {
    const resuming = session;
    try {
      const token = `QQBot ${await api.token()}`;
      if (resuming) {
        socket.send({ op: 6, d: { token, session_id: resuming.id, seq } });
        info(`Resume sent (session_id=${resuming.id}, seq=${String(seq)})`);
      } else {
        socket.send({ op: 2, d: { token, intents: INTENTS, shard: [0, 1], properties: {} } });
        info('Identify sent');
      }
    } catch (error) {
      fail(`Failed to send ${resuming ? 'Resume' : 'Identify'}: ${errorText(error)}`);
    }
  };

  const hello = (socket: QqSocket, intervalMs: number): void => {
    clearInterval(heartbeat);
    heartbeat = setInterval(() => socket.send({ op: 1, d: seq }), intervalMs * HEARTBEAT_SHARE);
    void login(socket);
  };

  const dispatch = ({ t, d }: QqFrame): void => {
    if (t === 'READY') {
      const id = String((d as { session_id?: unknown }).session_id);
      session = { id };
      info(`Ready, session_id=${id}`);
    } else if (t === 'RESUMED') {
      info('Session resumed');
    } else if (t === 'C2C_MESSAGE_CREATE') {
      const { id, content, author } = d as C2cMessage;
      const user = author?.user_openid;
      if (id && user && content) receive({ id, user, chat: user, text: content.trim() });
    }
  };

  const invalid = (socket: QqSocket, resumable: boolean): void => {
    info(resumable ? 'Invalid session (op 9, resumable)' : 'Invalid session (op 9, not resumable), clearing session');
    if (!resumable) session = null;
    socket.close();
  };

  return {
    handle: (socket, frame) => {
      if (typeof frame.s === 'number') seq = frame.s;
      if (frame.op === 0) dispatch(frame);
      else if (frame.op === 10) hello(socket, Number((frame.d as { heartbeat_interval?: unknown }).heartbeat_interval));
      else if (frame.op === 9) invalid(socket, frame.d === true);
      else if (frame.op === 7) {
        info('Server requested reconnect (op 7)');
        socket.close();
      }
    },
    clear: () => {
      session = null;
      seq = null;
    },
    stopHeartbeat: () => clearInterval(heartbeat),
  };
};
