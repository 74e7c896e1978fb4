/** One connection to QQ's gateway: dial, Hello, login, heartbeats, and one end for whatever reason. */
import type { Clock } from '../../../base/clock.ts';
import { platformId } from '../../../chat/inbound/platform-id.ts';
import type { QqTimings } from '../options.ts';
import type { Ending } from './ending.ts';
import { heartbeatFrame, loginFrame, parseFrame, type Frame } from './frames.ts';
import { startHeartbeat, type LinkHeartbeat } from './heartbeat.ts';
import type { Login } from './session.ts';
import type { Dial } from './socket.ts';

export type Dispatch = Extract<Frame, { kind: 'dispatch' }>;

export interface ConnectionOptions {
  readonly url: string;
  readonly dial: Dial;
  readonly token: string;
  readonly login: Login;
  readonly intents: number;
  readonly timings: Pick<QqTimings, 'helloMs' | 'loginMs' | 'connectionMaxMs'>;
  /** For deadlines and heartbeats. */
  readonly clock: Clock;
  /** Any frame came, so the platform is there. */
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

/** @throws SyntaxError when `url` is no WebSocket address. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const { url, dial, token, login, intents, timings, clock } = options;
  let seq = login.kind === 'resume' ? login.seq : null;
  let heartbeat: LinkHeartbeat | null = null;
  let heartbeatMs: number | null = null;
  let hasEnded = false;
  let failure = '';
  const { promise: ended, resolve: settle } = Promise.withResolvers<Ending>();
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();

  const finish = (ending: Ending): Promise<void> => {
    if (hasEnded) return gone;
    hasEnded = true;
    cancelDeadline();
    heartbeat?.stop();
    // No closing handshake: its answer can be a 4009 that ends the session, and a 1000 from us may end it as well.
    socket.terminate();
    settle(ending);
    return gone;
  };
  const end = (ending: Ending): void => void finish(ending);

  const beat = (): void => socket.send(heartbeatFrame(seq));

  const onHello = (intervalMs: number): void => {
    if (heartbeatMs !== null) return;
    heartbeatMs = intervalMs;
    cancelDeadline();
    cancelDeadline = clock.timer(timings.loginMs, () => end({ kind: 'overdue', what: 'login' }));
    socket.send(loginFrame(login, token, intents));
    options.loginSent();
  };

  const onLogin = (event: Dispatch, intervalMs: number): void => {
    cancelDeadline();
    cancelDeadline = clock.timer(timings.connectionMaxMs, () => end({ kind: 'worn_out' }));
    heartbeat = startHeartbeat({ intervalMs, clock, beat, lost: (what) => end({ kind: 'overdue', what }) });
    options.loggedIn(platformId(event.data['session_id']) || null);
  };

  const onDispatch = (event: Dispatch): void => {
    if ((event.type === 'READY' || event.type === 'RESUMED') && heartbeatMs !== null && !heartbeat)
      onLogin(event, heartbeatMs);
    options.dispatched(event);
    // Counted only now: QQ replays an event that was not processed.
    if (event.seq !== null) seq = Math.max(seq ?? 0, event.seq);
  };

  const onFrame = (frame: Frame): void => {
    switch (frame.kind) {
      case 'hello':
        return onHello(frame.heartbeatMs);
      case 'dispatch':
        return onDispatch(frame);
      case 'ack':
        return heartbeat?.acked();
      case 'heartbeat_wanted':
        return beat();
      case 'reconnect':
        return end({ kind: 'reconnect_asked' });
      case 'invalid_session':
        return end({ kind: 'invalid_session', resumable: frame.resumable });
      case 'other':
        return;
    }
  };

  const socket = dial(url, {
    failed: (reason) => {
      failure = reason;
    },
    closed: (code, reason) => {
      isGone();
      end(
        heartbeatMs === null && failure
          ? { kind: 'unreachable', reason: `The gateway of QQ cannot be reached: ${failure}`, cure: 'retry' }
          : { kind: 'closed', code, reason },
      );
    },
    message: (text) => {
      // An old socket may still have frames in its buffer. They belong to no connection any more.
      if (hasEnded) return;
      options.heard();
      heartbeat?.heard();
      onFrame(parseFrame(text));
    },
  });
  let cancelDeadline = clock.timer(timings.helloMs, () => end({ kind: 'overdue', what: 'hello' }));
  return { ended, end: finish };
};
