/** The heartbeat of one connection, and the check that the other side still lives. */
import type { Clock } from '../../../base/clock.ts';

export interface Pulse {
  /** A heartbeat was answered. */
  acked(): void;
  /** Any frame came. */
  heard(): void;
  stop(): void;
}

export interface PulseOptions {
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly beat: () => void;
  readonly lost: (what: 'ack' | 'frame') => void;
}

/** A little early, as the platform closes what is late. */
const EAGERNESS = 0.8;
/** One late answer is tolerated. */
const UNANSWERED_LIMIT = 2;
/** Silence of this many intervals is death: an idle bot still hears answers to its heartbeats. */
const SILENT_INTERVALS = 2;

/** Beats until stopped. Timers and nothing in between: no work of ours can delay a heartbeat but a blocked process. */
export const startPulse = ({ intervalMs, clock, beat, lost }: PulseOptions): Pulse => {
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
