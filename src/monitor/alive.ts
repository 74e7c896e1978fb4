/**
 * Knows when Lifeline itself was away: ended, or alive but not running because the machine slept. An absence that
 * people should know of is handed to `onAway`; a shorter one is only logged.
 */
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { DatabaseSync } from 'node:sqlite';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { repeat } from '../base/repeat.ts';
import type { Message } from '../chat/message/message.ts';
import { createMeta } from '../store/meta.ts';
import { transaction } from '../store/transaction.ts';
import { formatDuration, formatTime } from '../text/common/time.ts';
import type { Locale } from '../text/locale.ts';
import { watchmanText, type AwayWhy } from '../text/notices/self-notices.ts';
import {
  crashHistory,
  lastRunOf,
  ownProcess,
  parseMark,
  type AliveMark,
  type ClockReading,
  type CrashHistory,
  type LastRun,
} from './alive-mark.ts';

/** Times are milliseconds since the epoch. */
export type Away = { readonly from: number; readonly to: number } & (
  | { readonly why: AwayWhy }
  /** The wall clock alone jumped ahead: it was set, or the machine slept in a way that only this clock knows of. */
  | { readonly why: 'clock' }
  /** It ended abnormally so many times within these times. */
  | { readonly why: 'restarting'; readonly times: number }
);

export interface AliveOptions {
  readonly db: DatabaseSync;
  readonly logger: Logger;
  /**
   * Called in the transaction that remembers it, so that a message put into the outbox is written exactly once; called
   * again when that transaction fails.
   */
  readonly onAway: (away: Away) => void;
  /**
   * Called at once when the process goes on after a gap, or the wall clock jumped: all that is known looks stale now.
   */
  readonly onWoke: (gapMs: number) => void;
  /** Called each time that its own timer has come round. */
  readonly onBeat?: () => void;
  /** Longer absences are told. */
  readonly awayMs: number;
  readonly times?: Partial<typeof TIMES>;
  /** Calls its timer again and again. @returns what ends it. */
  readonly ticks?: (everyMs: number, tick: () => void) => () => void;
  /** Of the real clocks, whatever LIFELINE_CLOCK says. */
  readonly read?: () => ClockReading;
}

const TIMES = {
  /** How often the sign of life is written. */
  everyMs: 10_000,
  /** How often the clocks are compared. */
  tickMs: 1_000,
  /** Shorter gaps and smaller steps of the wall clock are normal life. */
  gapMs: 60_000,
  /** A laptop that sleeps wakes for moments: an absence is told when it has been awake for this long. */
  settleMs: 60_000,
};

const readClocks = (): ClockReading => ({
  wallMs: Date.now(),
  monotonicMs: performance.now(),
  uptimeMs: uptime() * 1_000,
});

export interface Alive {
  /** Call once, when the store is open. */
  start(): LastRun;
  /**
   * Compares the clocks now. After sleep another timer may fire before this one's: call it before judging. Never
   * throws.
   */
  compareClocks(): void;
  /** Leaves word that this was a stop in order. Never throws; the store must still be open. */
  stop(): void;
}

export type Gap =
  /** `ms`: since the look before. */
  | { readonly kind: 'slept' | 'paused'; readonly ms: number }
  /** `ms` below zero: it was set back. */
  | { readonly kind: 'clock'; readonly ms: number };

const KEY = 'alive';

export const createAlive = ({
  db,
  logger,
  onAway,
  onWoke,
  onBeat,
  awayMs,
  times,
  ticks = repeat,
  read = readClocks,
}: AliveOptions): Alive => {
  const { everyMs, tickMs, gapMs, settleMs } = { ...TIMES, ...times };
  const meta = createMeta(db);
  const self = ownProcess();
  let began: ClockReading = read();
  let before = began;
  let written = -Infinity;
  /** Before the start a mark would hide how the last run ended; after the end it would deny that. */
  let running = false;
  let writable = true;
  let history: CrashHistory = { crashes: [], loopTold: false, loops: false };
  /** An absence that may not be over yet. */
  let absence: { readonly away: Away; readonly wokeMs: number } | null = null;
  let untold: readonly Away[] = [];
  let cancel: () => void = () => undefined;

  const tell = (away: Away): void => {
    logger[away.why === 'stopped' ? 'info' : 'warn'](away, 'Lifeline was away');
    if (away.why === 'restarting' || away.to - away.from > awayMs) untold = [...untold, away];
  };

  /** The mark and what is to be told are on the disk together, or both are tried again. */
  const write = (now: ClockReading, ended: boolean): void => {
    const mark: AliveMark = {
      wallMs: now.wallMs,
      uptimeMs: now.uptimeMs,
      ranMs: now.uptimeMs - began.uptimeMs,
      ended,
      crashes: history.crashes,
      loopTold: history.loopTold,
      ...(self === null ? {} : { process: self }),
    };
    written = now.monotonicMs;
    try {
      transaction(db, () => {
        meta.set(KEY, JSON.stringify(mark));
        untold.forEach(onAway);
      });
      untold = [];
      writable = true;
    } catch (error) {
      if (writable) logger.error({ error: errorText(error) }, 'the sign of life could not be written; trying again');
      writable = false;
    }
  };

  const woke = (gap: Gap, now: ClockReading): void => {
    logger.warn(
      { gap: gap.kind, ms: Math.round(gap.ms) },
      gap.kind === 'clock' ? 'the clock of this machine jumped' : 'this process has not run for a while',
    );
    if (gap.ms > 0) {
      const { from } = absence?.away ?? { from: now.wallMs - gap.ms };
      absence = { away: { why: gap.kind, from, to: now.wallMs }, wokeMs: now.monotonicMs };
    }
    onWoke(Math.abs(gap.ms));
  };

  const compareClocks = (): void => {
    if (!running) return;
    const now = read();
    const gap = gapOf(before, now, tickMs, gapMs);
    before = now;
    try {
      if (gap) woke(gap, now);
      else if (absence && now.monotonicMs - absence.wokeMs >= settleMs) {
        tell(absence.away);
        absence = null;
      }
    } catch (error) {
      logger.error({ error: errorText(error) }, 'waking up failed');
    }
    if (now.monotonicMs - written >= everyMs || (untold.length > 0 && writable)) write(now, false);
  };

  const tick = (): void => {
    compareClocks();
    onBeat?.();
  };

  const load = (): AliveMark | null => {
    try {
      return parseMark(meta.get(KEY));
    } catch (error) {
      logger.error({ error: errorText(error) }, 'how the last run ended could not be read');
      return null;
    }
  };

  return {
    start: () => {
      began = read();
      before = began;
      const mark = load();
      const last = lastRunOf(mark, began);
      history = crashHistory(mark, last, began.wallMs);
      if (last.how !== 'first') {
        const { how, from, to, rebooted } = last;
        const { crashes, loops, loopTold } = history;
        // A loop is told once, and not at each of its starts.
        if (loops && loopTold) logger.warn(last, 'Lifeline restarts again and again');
        else if (loops) tell({ why: 'restarting', from: Math.min(...crashes), to, times: crashes.length });
        else {
          const ended = how === 'clean' ? 'stopped' : 'crashed';
          tell({ why: rebooted ? 'rebooted' : ended, from, to });
        }
        history = { ...history, loopTold: loops || loopTold };
      }
      write(began, false);
      running = true;
      cancel = ticks(tickMs, tick);
      return last;
    },
    compareClocks,
    stop: () => {
      cancel();
      compareClocks();
      if (absence) tell(absence.away);
      absence = null;
      running = false;
      write(read(), true);
    },
  };
};

/**
 * Whether this process really ran in between. A machine that slept and a process that was paused (SIGSTOP, a frozen
 * container, no CPU for a minute) see everything as stale when they go on.
 *
 * Three clocks tell them apart. The wall clock may be set. The monotonic one cannot, and stops on Linux while the
 * machine sleeps. The uptime (CLOCK_BOOTTIME) cannot be set either and goes on in sleep. So: uptime ahead of the
 * monotonic clock is sleep; a late look by both is a pause (on macOS also sleep, where the monotonic clock goes on); a
 * wall clock that alone jumps was set. The last may be sleep all the same in a virtual machine, which was suspended
 * with all its clocks and then had the wall clock put right, so nobody may say that it was not.
 *
 * @returns null when the look came within `expectedMs` and `leastMs` of grace, and the wall clock agrees with that.
 */
export const gapOf = (before: ClockReading, after: ClockReading, expectedMs: number, leastMs: number): Gap | null => {
  const wall = after.wallMs - before.wallMs;
  const ran = after.monotonicMs - before.monotonicMs;
  // A container that was moved to another machine has that one's uptime; only what the wall clock confirms is sleep.
  const lived = Math.max(ran, Math.min(after.uptimeMs - before.uptimeMs, wall));
  if (lived - expectedMs >= leastMs) return { kind: ran - expectedMs >= leastMs ? 'paused' : 'slept', ms: lived };
  const jump = wall - lived;
  return Math.abs(jump) >= leastMs ? { kind: 'clock', ms: jump } : null;
};

const TONES = {
  crashed: 'warning',
  rebooted: 'warning',
  paused: 'warning',
  stopped: 'info',
  slept: 'info',
} satisfies Record<AwayWhy, Message['tone']>;

export const awayMessage = (away: Away, locale: Locale, now: number): Message => {
  const text = watchmanText(locale);
  const from = formatTime(away.from, locale, now);
  const to = formatTime(away.to, locale, now);
  const duration = formatDuration(away.to - away.from, locale);
  switch (away.why) {
    case 'restarting':
      return {
        tone: 'critical',
        title: text.restarting(away.times, duration),
        lines: [`${from} – ${to}`, text.gaps],
        note: text.seeLog,
      };
    case 'clock':
      return { tone: 'warning', title: text.clockJumped(from, to, duration), lines: [text.perhapsSlept] };
    case 'crashed':
    case 'rebooted':
    case 'paused':
    case 'stopped':
    case 'slept':
      return {
        tone: TONES[away.why],
        title: text.away(from, to, duration, away.why),
        lines: [text.nobodyWatched],
        ...(away.why === 'crashed' ? { note: text.seeLog } : {}),
      };
  }
};
