/** Builds the watch: all monitored gateways, their round, and whether Lifeline itself is alive. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { repeat } from '../base/repeat.ts';
import type { Config } from '../config/config.ts';
import type { IncidentPolicy } from '../incidents/incident-policy.ts';
import { awayMessage, createAlive } from '../monitor/alive.ts';
import { startHousekeeping } from '../monitor/housekeeping.ts';
import type { Meter } from '../monitor/meter.ts';
import { createMonitors, type Monitors } from '../monitor/monitors.ts';
import { STUCK_AFTER_MS, type OwnState } from '../monitor/own-state.ts';
import { createRound } from '../monitor/round.ts';
import { startRounds } from '../monitor/round-schedule.ts';
import { watchChannels, type Watchdog } from '../monitor/watchdog.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Store } from '../store/store.ts';
import type { Alarm } from './alarm.ts';
import type { Channels } from './channels.ts';
import { createLateCall } from './late-call.ts';
import type { Shutdown } from './shutdown.ts';
import type { Stores } from './stores.ts';

export interface WatchOptions {
  readonly version: string;
  readonly startedAt: number;
  readonly dryRun: boolean;
  readonly store: Store;
  readonly stores: Stores;
  readonly policy: IncidentPolicy;
  readonly channels: Channels;
  readonly alarm: Alarm;
  readonly notifier: Notifier;
  readonly watchdog: Watchdog;
  /** Called each time that the loop which compares the clocks has come round. */
  readonly onAliveBeat: () => void;
  readonly meter: Meter | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Watch {
  readonly monitors: Monitors;
  /** How Lifeline itself is. @param afterMs how old an undelivered message must be to count. */
  readonly ownState: (afterMs: number) => OwnState;
  /** By the machine's clock; null: none yet. */
  readonly lastRoundAt: () => number | null;
  /** Resolves when the store was lost or can be on the disk again. */
  readonly outdated: Promise<void>;
  /** The sign of life, before all else. */
  startAlive(): void;
  /** The watch itself, and what goes on beside it. */
  start(): void;
}

/** How often the channels are asked for a sign of life. */
const LIVENESS_EVERY_MS = 5_000;
const REST_MS = 60_000;

export const buildMonitors = (config: Config, options: WatchOptions, shutdown: Shutdown): Watch => {
  const { version, startedAt, store, stores, channels, notifier, watchdog, clock, logger } = options;
  const { ping, alarm } = options.alarm;
  const { alerts, locale } = config;
  const { incidentTeller, outbox, teller } = notifier;
  const { promise: outdated, resolve: outdate } = Promise.withResolvers<void>();
  /** After a sleep of the machine all that is known looks stale, until every gateway has been looked at once more. */
  let restUntil = -Infinity;
  const clockJumped = createLateCall();
  const alive = createAlive({
    db: stores.db,
    logger,
    awayMs: alerts.awayMs,
    onAway: (away) => {
      const now = Date.now();
      outbox.enqueue(
        { topic: 'away', subject: now, kind: 'away', message: awayMessage(away, locale, now), at: clock.now() },
        channels.people(),
      );
      notifier.wake();
    },
    onWoke: () => {
      restUntil = clock.now() + REST_MS;
      clockJumped.call();
    },
    onBeat: options.onAliveBeat,
  });
  const monitors = createMonitors({
    config,
    db: stores.db,
    stores,
    policy: options.policy,
    incidentTeller,
    teller,
    dryRun: options.dryRun,
    restUntil: (now) => {
      // After a sleep another timer may fire before its own.
      alive.compareClocks();
      // Further ahead, the clock was set back meanwhile.
      return now < restUntil && restUntil <= now + REST_MS ? restUntil : null;
    },
    watchdog,
    alarm,
    ...(options.meter ? { meter: options.meter } : {}),
    clock,
    logger,
  });
  shutdown.add('work', 'gateways', () => monitors.stop());

  const ownState = (afterMs: number): OwnState => ({
    stuck: outbox.stuck(clock.now(), afterMs),
    storeProblem: store.problem?.detail ?? null,
    failing: alarm.failing(),
  });
  let lastRoundAt: number | null = null;
  const round = createRound({
    ping,
    lookAtAll: async () => {
      const looked = await monitors.round();
      lastRoundAt = Date.now();
      return looked;
    },
    own: () => ({ ...ownState(STUCK_AFTER_MS), undelivered: outbox.undelivered() }),
    version,
    startedAt,
    locale,
    now: () => clock.now(),
    logger,
  });
  const checkChannels = watchChannels(channels.all, watchdog);

  return {
    monitors,
    ownState,
    lastRoundAt: () => lastRoundAt,
    outdated,
    startAlive: () => {
      alive.start();
      shutdown.add('last', 'alive', () => alive.stop());
      alarm.start();
    },
    start: () => {
      monitors.start();
      const rounds = startRounds(config.watch.schedule, round, watchdog);
      shutdown.add('work', 'rounds', () => rounds.stop());
      clockJumped.to(() => rounds.dueAnew());
      const endLiveness = repeat(LIVENESS_EVERY_MS, checkChannels);
      shutdown.add('at_once', 'channel liveness', endLiveness);
      const endHousekeeping = startHousekeeping({
        store,
        dataDir: config.dataDir,
        keepMs: config.keepMs,
        watchdog,
        onOutdated: outdate,
        report: alarm.report,
        logger,
      });
      shutdown.add('at_once', 'housekeeping', endHousekeeping);
    },
  };
};
