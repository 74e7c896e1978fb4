/** A machine with its three clocks, on which runs of Lifeline live and die. Everything is moved by hand. */
import type { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { createAlive, type Alive, type AliveOptions, type Away } from '../../src/monitor/alive.ts';
import type { LastRun } from '../../src/monitor/alive-mark.ts';
import { manualClock } from '../healing/manual-clock.ts';

export const T0 = Date.parse('2026-11-21T02:10:00+08:00');
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Run {
  readonly alive: Alive;
  readonly last: LastRun;
  /** kill -9: its timers are gone, and it says nothing. */
  kill(): void;
  /** A stop in order. */
  stop(): void;
}

export const createMachine = (db: DatabaseSync) => {
  const clock = manualClock(T0);
  /** How far the other two clocks are apart from the wall clock. */
  let monotonicBehind = T0;
  let uptimeBehind = T0 - DAY;
  const told: Away[] = [];
  const woken: number[] = [];
  const logged: string[] = [];
  const logger = pino({ level: 'trace', base: null }, { write: (line: string) => void logged.push(line) });

  return {
    clock,
    told,
    woken,
    logged,
    /** Time goes by, and timers fire. */
    runs: (ms: number) => clock.advance(ms),
    /** Time goes by while no Lifeline is there, or none that gets the processor. */
    passes: (ms: number) => clock.jump(ms),
    sleeps: (ms: number) => {
      clock.jump(ms);
      monotonicBehind += ms;
    },
    setClock: (ms: number) => {
      clock.jump(ms);
      monotonicBehind += ms;
      uptimeBehind += ms;
    },
    /** Off for a while; the uptime begins anew. */
    reboots: (ms: number) => {
      clock.jump(ms);
      uptimeBehind = clock.now();
    },
    boot: (changed: Partial<AliveOptions> = {}): Run => {
      let dead = false;
      const alive = createAlive({
        db,
        awayMs: 120_000,
        ticks: (everyMs, tick) => {
          let cancel: () => void;
          const again = (): void => {
            if (dead) return;
            cancel = clock.timer(everyMs, again);
            tick();
          };
          cancel = clock.timer(everyMs, again);
          return () => cancel();
        },
        logger,
        onAway: (away) => told.push(away),
        onWoke: (gapMs) => woken.push(gapMs),
        read: () => ({
          wallMs: clock.now(),
          monotonicMs: clock.now() - monotonicBehind,
          uptimeMs: clock.now() - uptimeBehind,
        }),
        ...changed,
      });
      const kill = (): void => {
        dead = true;
      };
      return { alive, last: alive.start(), kill, stop: () => (alive.stop(), kill()) };
    },
  };
};
