/**
 * Knows when Lifeline itself was away: ended, or alive but not running because the machine slept. What people should
 * know of that is handed to `onAway`; what is too short is only logged.
 */
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import {
  crashHistory,
  DEFAULT_LOOP_POLICY,
  lastRunOf,
  parseMark,
  type AliveMark,
  type CrashHistory,
  type LastRun,
  type LoopPolicy,
} from './alive-mark.ts';
import type { Away } from './away.ts';
import { ownProcess } from './own-process.ts';
import { gapOf, type Gap, type ClockReading } from './gap.ts';

export interface AliveOptions {
  readonly db: DatabaseSync;
  /** Real time, whatever LIFELINE_CLOCK says. */
  readonly clock: Clock;
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
  /** How often the sign of life is written. */
  readonly everyMs?: number;
  /** How often the clocks are compared. */
  readonly tickMs?: number;
  /** Calls its timer again and again; by the clock unless told. @returns what ends it. */
  readonly ticks?: (everyMs: number, tick: () => void) => () => void;
  /** Shorter gaps and smaller steps of the wall clock are normal life. */
  readonly gapMs?: number;
  /** Longer absences are told. */
  readonly awayMs: number;
  /** A laptop that sleeps wakes for moments: an absence is told when it has been awake for this long. */
  readonly settleMs?: number;
  readonly loop?: LoopPolicy;
  readonly monotonicMs?: () => number;
  readonly uptimeMs?: () => number;
}

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

const KEY = 'alive';

export const createAlive = ({
  db,
  clock,
  logger,
  onAway,
  onWoke,
  onBeat,
  everyMs = 10_000,
  tickMs = 1_000,
  ticks = (everyMs, tick) => byClock(clock, everyMs, tick),
  gapMs = 60_000,
  awayMs,
  settleMs = 60_000,
  loop = DEFAULT_LOOP_POLICY,
  monotonicMs = () => performance.now(),
  uptimeMs = () => uptime() * 1_000,
}: AliveOptions): Alive => {
  const meta = createMeta(db);
  const self = ownProcess();
  const read = (): ClockReading => ({ wallMs: clock.now(), monotonicMs: monotonicMs(), uptimeMs: uptimeMs() });
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
      history = crashHistory(mark, last, began.wallMs, loop);
      if (last.how !== 'first') {
        const { how, from, to, rebooted } = last;
        const { crashes, loops, loopTold } = history;
        // Of a loop that was told nobody wants to hear each time.
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

const byClock = (clock: Clock, everyMs: number, tick: () => void): (() => void) => {
  let cancel: () => void;
  const again = (): void => {
    cancel = clock.timer(everyMs, again);
    tick();
  };
  cancel = clock.timer(everyMs, again);
  return () => cancel();
};
