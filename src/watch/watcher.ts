/**
 * Watches one gateway: looks at everything on demand and on a pulse, at the logs as soon as they change, and again
 * when a grace period ends. Says what it concludes; does nothing about it.
 */
import { watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { advance } from '../diagnosis/advance.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { judge } from '../diagnosis/judge.ts';
import type { DiagnosisPolicy } from '../diagnosis/policy.ts';
import { initialState, vitalsOf, type GatewayState } from '../diagnosis/state.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { createLogSensor } from '../sensors/logs.ts';
import { createLoopSensor } from '../sensors/loop.ts';
import { createProcessSensor } from '../sensors/process.ts';
import type { Sensor } from '../sensors/sensor.ts';
import { createStateSensor } from '../sensors/state.ts';

export interface WatcherOptions {
  readonly gateway: string;
  readonly kind: GatewayKind;
  readonly home: string;
  /** Judge only these links; null: all that the gateway has. */
  readonly links: readonly string[] | null;
  readonly policy: DiagnosisPolicy;
  /** How old a heartbeat may be before the loop is asked; the kind's own limit by default. */
  readonly frozenAfterMs?: number;
  readonly find: () => Promise<ProcessSeen | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Watcher {
  /** Looks with every sensor and judges. */
  look(): Promise<Look>;
  /** Calls `onLook` after each look of its own accord: every `pulseMs`, when a log changes, when a grace ends. */
  start(options: { readonly pulseMs: number; readonly followLogs: boolean; readonly onLook: (look: Look) => void }): void;
  /** The result of the last look; null before the first. */
  last(): Look | null;
  stop(): Promise<void>;
}

export interface Look {
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  readonly vitals: Vitals;
  /** When a verdict changes by the mere passing of time; null: only new evidence changes it. */
  readonly recheckAt: number | null;
  /** What could not be looked at, for people. */
  readonly problems: readonly string[];
}

/** Several lines come in one burst; one look reads them all. */
const BURST_MS = 100;

export const createWatcher = (options: WatcherOptions): Watcher => {
  const { gateway, kind, home, links, policy, clock, logger } = options;
  let state: GatewayState = initialState;
  let last: Look | null = null;
  let looking: Promise<unknown> = Promise.resolve();
  const stops: (() => void)[] = [];
  let cancelRecheck = (): void => undefined;
  let onLook: ((look: Look) => void) | null = null;

  const logs = createLogSensor(kind, home);
  const sensors: readonly Sensor[] = [
    createProcessSensor(options.find),
    logs,
    createStateSensor(kind, home),
    createLoopSensor({
      kind,
      home,
      pid: () => state.process?.pid ?? null,
      ...(options.frozenAfterMs === undefined ? {} : { staleMs: options.frozenAfterMs }),
    }),
  ];

  const lookOnce = async (): Promise<Look> => {
    for (const sensor of sensors) {
      try {
        for (const evidence of await sensor.look(clock.now())) state = advance(state, evidence);
      } catch (error) {
        logger.error({ gateway, sensor: sensor.name, err: error }, 'a sensor failed');
      }
    }
    const at = clock.now();
    const { verdicts, recheckAt } = judge(state, { gateway, policy, now: at, links });
    last = { at, verdicts, vitals: vitalsOf(state), recheckAt, problems: logs.problems() };
    cancelRecheck();
    if (onLook && recheckAt !== null) cancelRecheck = clock.timer(recheckAt - at + 1, report);
    return last;
  };

  /** One look after the other: two at once would read the same bytes. */
  const look = (): Promise<Look> => {
    const next = looking.then(lookOnce);
    looking = next.catch(() => undefined);
    return next;
  };

  const report = (): void => {
    look().then(
      (result) => onLook?.(result),
      (error: unknown) => logger.error({ gateway, err: error }, 'a look failed'),
    );
  };

  return {
    look,
    last: () => last,
    start: ({ pulseMs, followLogs, onLook: listener }) => {
      onLook = listener;
      const pulse = setInterval(report, pulseMs);
      stops.push(() => clearInterval(pulse));
      if (followLogs) {
        let burst: NodeJS.Timeout | null = null;
        stops.push(() => burst && clearTimeout(burst));
        const watching = watchFolders(
          new Set(kind.logs.map((log) => dirname(join(home, log)))),
          () => {
            burst ??= setTimeout(() => {
              burst = null;
              report();
            }, BURST_MS);
          },
          (error) => logger.debug({ gateway, error }, 'log folder cannot be watched; the pulse reads it'),
        );
        stops.push(watching);
      }
      report();
    },
    stop: async () => {
      onLook = null;
      cancelRecheck();
      for (const stop of stops.splice(0)) stop();
      await looking;
      for (const sensor of sensors) await sensor.close?.();
    },
  };
};

/** Change notification is a hint only; a folder that cannot be watched is still read on each pulse. */
const watchFolders = (folders: ReadonlySet<string>, onChange: () => void, onProblem: (error: string) => void): (() => void) => {
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', (error) => onProblem(errorText(error)));
      watchers.push(watcher);
    } catch (error) {
      onProblem(errorText(error));
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};
