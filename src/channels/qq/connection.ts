/** One gateway connection: dial, Hello, login, heartbeats, until it ends for whatever reason. It ends once. */
import { WebSocket } from 'ws';
import type { Ending } from './ending.ts';
import { heartbeatFrame, loginFrame, parseFrame, type Frame } from './frames.ts';
import type { QqTimings } from './options.ts';
import { startPulse, type Pulse } from './pulse.ts';
import type { Login } from './session.ts';

export type Dispatch = Extract<Frame, { kind: 'dispatch' }>;

export interface ConnectionOptions {
  readonly url: string;
  readonly token: string;
  readonly login: Login;
  readonly intents: number;
  readonly timings: Pick<QqTimings, 'helloMs' | 'loginMs'>;
  /** Any frame came: the other side lives. */
  heard(): void;
  /** Identify or Resume went out. */
  loginSent(): void;
  /** READY, with the new session, or RESUMED, with null. */
  loggedIn(sessionId: string | null): void;
  /** Every event, in order, READY and RESUMED included. Must not throw. */
  dispatched(event: Dispatch): void;
}

export interface Connection {
  readonly ended: Promise<Ending>;
  /** Ends it now; resolves when the socket is gone. */
  end(ending: Ending): Promise<void>;
}

/** How long the platform may take to answer our closing handshake. */
const FAREWELL_MS = 1_000;
const KEEPALIVE_MS = 30_000;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** @throws SyntaxError when `url` is no WebSocket address. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const { url, token, login, intents, timings } = options;
  const ws = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
  let seq = login.kind === 'resume' ? login.seq : null;
  let pulse: Pulse | null = null;
  let heartbeatMs: number | null = null;
  let over = false;
  let failure = '';
  const { promise: ended, resolve: settle } = Promise.withResolvers<Ending>();
  const gone = new Promise<void>((resolve) => ws.once('close', () => resolve()));

  const finish = (ending: Ending): Promise<void> => {
    if (over) return gone;
    over = true;
    clearTimeout(deadline);
    pulse?.stop();
    // A polite close after a fault can come back as 4009 and be mistaken for the next connection's; just go.
    if (ending.kind === 'stopped' && ws.readyState === ws.OPEN) {
      ws.close(1000);
      const patience = setTimeout(() => ws.terminate(), FAREWELL_MS);
      void gone.then(() => clearTimeout(patience));
    } else {
      ws.terminate();
    }
    settle(ending);
    return gone;
  };
  const end = (ending: Ending): void => void finish(ending);

  let deadline = setTimeout(() => end({ kind: 'overdue', what: 'hello' }), timings.helloMs);

  const beat = (): void => ws.send(heartbeatFrame(seq));

  const onHello = (intervalMs: number): void => {
    if (heartbeatMs !== null) return;
    heartbeatMs = intervalMs;
    clearTimeout(deadline);
    deadline = setTimeout(() => end({ kind: 'overdue', what: 'login' }), timings.loginMs);
    ws.send(loginFrame(login, token, intents));
    options.loginSent();
  };

  const onDispatch = (event: Dispatch): void => {
    if ((event.type === 'READY' || event.type === 'RESUMED') && heartbeatMs !== null && !pulse) {
      clearTimeout(deadline);
      pulse = startPulse({ intervalMs: heartbeatMs, beat, lost: (what) => end({ kind: 'overdue', what }) });
      const sessionId = event.data['session_id'];
      options.loggedIn(typeof sessionId === 'string' ? sessionId : null);
    }
    options.dispatched(event);
    // Only now: what was not processed shall be replayed.
    seq = event.seq ?? seq;
  };

  ws.on('upgrade', (response) => response.socket.setKeepAlive(true, KEEPALIVE_MS));
  ws.on('error', (error) => {
    failure = error.message || ((error as NodeJS.ErrnoException).code ?? 'connection failed');
  });
  ws.on('close', (code, reason) =>
    end(
      heartbeatMs === null && failure
        ? { kind: 'unreachable', reason: `The gateway of QQ cannot be reached: ${failure}`, cure: 'retry' }
        : { kind: 'closed', code, reason: reason.toString('utf8') },
    ),
  );
  ws.on('message', (data) => {
    // An old socket may still have frames in its buffer; they are nobody's any more.
    if (over) return;
    options.heard();
    pulse?.heard();
    const frame = parseFrame((data as Buffer).toString('utf8'));
    switch (frame.kind) {
      case 'hello':
        return onHello(frame.heartbeatMs);
      case 'dispatch':
        return onDispatch(frame);
      case 'ack':
        return pulse?.acked();
      case 'heartbeat_wanted':
        return beat();
      case 'reconnect':
        return end({ kind: 'reconnect_asked' });
      case 'invalid_session':
        return end({ kind: 'invalid_session', resumable: frame.resumable });
      case 'other':
        return;
    }
  });
  return { ended, end: finish };
};
