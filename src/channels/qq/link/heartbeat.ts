/** Sends the heartbeats of one connection, and checks that the platform is still there. */
import type { Clock } from '../../../base/clock.ts';

export interface LinkHeartbeat {
  /** A heartbeat was answered. */
  acked(): void;
  /** Any frame came. */
  heard(): void;
  stop(): void;
}

export interface HeartbeatOptions {
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly beat: () => void;
  readonly lost: (what: 'ack' | 'frame') => void;
}

/** Heartbeats go out a little early, because the platform closes a connection whose heartbeat is late. */
const EAGERNESS = 0.8;
/** One late answer is tolerated. */
const UNANSWERED_LIMIT = 2;
/** Silence of this many intervals ends the connection: even an idle bot gets answers to its heartbeats. */
const SILENT_INTERVALS = 2;

/** Sends heartbeats by timers alone until it is stopped, so that only a blocked process can delay one. */
export const startHeartbeat = ({ intervalMs, clock, beat, lost }: HeartbeatOptions): LinkHeartbeat => {
  let unanswered = 0;
  let stopped = false;
  let cancelBeat = (): void => undefined;
  let cancelSilence = (): void => undefined;
  const nextBeat = (): void => {
    cancelBeat = clock.timer(intervalMs * EAGERNESS, () => {
      if (unanswered >= UNANSWERED_LIMIT) return lost('ack');
      unanswered += 1;
      nextBeat();
      beat();
    });
  };
  const heard = (): void => {
    if (stopped) return;
    cancelSilence();
    cancelSilence = clock.timer(intervalMs * SILENT_INTERVALS, () => lost('frame'));
  };
  nextBeat();
  heard();
  return {
    acked: () => {
      unanswered = 0;
    },
    heard,
    stop: () => {
      stopped = true;
      cancelBeat();
      cancelSilence();
    },
  };
};
