/** The heartbeat of one connection, and the check that the other side still lives. */

export interface Pulse {
  /** A heartbeat was answered. */
  acked(): void;
  /** Any frame came. */
  heard(): void;
  stop(): void;
}

export interface PulseOptions {
  readonly intervalMs: number;
  readonly beat: () => void;
  readonly lost: (what: 'ack' | 'frame') => void;
}

/** A little early, as the platform closes what is late. */
const EAGERNESS = 0.8;
/** One late answer is tolerated. */
const UNANSWERED_LIMIT = 2;
/** Silence of this many intervals is death: an idle bot still hears answers to its heartbeats. */
const SILENT_INTERVALS = 2;

/** Beats until stopped. Real timers, nothing in between: no work of ours can delay a heartbeat but a blocked process. */
export const startPulse = ({ intervalMs, beat, lost }: PulseOptions): Pulse => {
  let unanswered = 0;
  const beats = setInterval(() => {
    if (unanswered >= UNANSWERED_LIMIT) return lost('ack');
    unanswered += 1;
    beat();
  }, intervalMs * EAGERNESS);
  const silence = setTimeout(() => lost('frame'), intervalMs * SILENT_INTERVALS);
  return {
    acked: () => {
      unanswered = 0;
    },
    heard: () => {
      silence.refresh();
    },
    stop: () => {
      clearInterval(beats);
      clearTimeout(silence);
    },
  };
};
