/**
 * The composition root: a configuration in, a running bot out. `app/` has the builders; this file says in which order
 * they build, start and end.
 */
import type { DatabaseSync } from 'node:sqlite';
import { glanceMessage } from '../commands/shared/glance.ts';
import type { Clock } from './base/clock.ts';
import { event } from './base/events.ts';
import type { Logger } from './base/logger.ts';
import { attempted } from './base/stage-report.ts';
import { buildAlarm } from './app/alarm.ts';
import { buildChannels, type ChannelsOptions, type OwnConsole } from './app/channels.ts';
import { buildChat } from './app/chat.ts';
import { buildFleet, type LaterParts } from './app/fleet.ts';
import { buildMonitors } from './app/monitors.ts';
import { lifelineReport } from './app/lifeline-report.ts';
import { lookForOtherLifelines } from './app/other-lifelines.ts';
import { createPinnedStatus } from './app/pinned-status.ts';
import { createLateCall } from './app/late-call.ts';
import { createShutdown, type Shutdown } from './app/shutdown.ts';
import { buildStores } from './app/stores.ts';
import type { StatusAnswer, StatusRequest } from './channels/local/wire.ts';
import type { CommandContext, ReloadAsked } from './chat/command/command.ts';
import type { Message } from './chat/message/message.ts';
import type { Config } from './config/config.ts';
import { incidentPolicyOf } from './incidents/incident-policy.ts';
import { createIncidentsPort } from './monitor/incidents-for-chat.ts';
import { createChannelStart } from './monitor/channel-start.ts';
import { closeOwn, type ClosedOwn } from './monitor/close-own.ts';
import type { Figures, Meter } from './monitor/meter.ts';
import { exitCodeOf, exitText, type OwnState } from './monitor/own-state.ts';
import { createWatchdog, type MonotonicMs, type StuckLoop } from './monitor/watchdog.ts';
import { createNotifier, PULSE_MS } from './notify/notifier.ts';
import type { ReloadTeller } from './notify/tellers/reload-teller.ts';
import { tellOfLogDoubts } from './notify/tellers/log-doubts.ts';
import { tellOfNewLinks } from './notify/tellers/new-links.ts';
import { tellOfOwnFiles, tellOfStore } from './notify/tellers/start-findings-teller.ts';
import { startDigest } from './app/digest.ts';
import { isSilent } from './monitor/gateway/left-alone.ts';
import { knowsSince } from './store/meta.ts';
import { openStore, type Store, type StoreHandover } from './store/store.ts';

export interface AppOptions {
  readonly version: string;
  /** Start, stop and restart nothing; say what would be done. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A channel beside those of the configuration, and the person on it who may command. */
  readonly console?: OwnConsole;
  /** Shows a pairing code to whoever started Lifeline; never to its log. */
  readonly say: (text: string) => void;
  /**
   * Reads the configuration anew, for an operator; when it is good, whoever runs the app starts it anew. Absent: there
   * is no file.
   */
  readonly reload?: () => ReloadAsked;
  /** Answers `lifeline status`; null, or absent: that looks itself. */
  readonly answerStatus?: (asked: StatusRequest, from: StatusParts) => Promise<StatusAnswer | null>;
  /** Counts what is done. */
  readonly meter?: Meter;
  /** What one app of a process leaves of its store to the next. */
  readonly handover?: StoreHandover;
  /** Aborted: the app is to end soon, so its start waits for no platform any more. */
  readonly ending?: AbortSignal;
  readonly monotonicMs?: MonotonicMs;
}

/** What an answer to `lifeline status` is made from. */
export interface StatusParts extends Pick<
  CommandContext,
  'now' | 'gateways' | 'incidents' | 'silences' | 'plans' | 'audit'
> {
  readonly db: DatabaseSync;
  readonly isInMemory: boolean;
}

export interface AppStopOptions {
  /** What has not ended by then is left behind; what matters of it is on the disk. */
  readonly limitMs: number;
  /** Aborted: nothing more is waited for. */
  readonly hurry?: AbortSignal;
}

export interface Stopped {
  /** The exit code of the process. */
  readonly code: number;
  /** What belongs on stderr: alerts that nobody got, for one. */
  readonly text: string;
  /** What was left behind, by name. */
  readonly left: readonly string[];
}

export interface App {
  /** Resolves when the store was lost or can be on the disk again: the app must be stopped and started anew. */
  readonly outdated: Promise<void>;
  /** Which of its loops do not come round any more. */
  stuck(): readonly StuckLoop[];
  /** Which stages of its work fail, by name. */
  failing(): readonly string[];
  /** How everything is. @throws when the store is lost. */
  figures(): Figures;
  /** Tells people how a reload has ended. */
  readonly reloads: Pick<ReloadTeller, 'ended' | 'refused'>;
  /**
   * Ends links, looks and deliveries; a treatment under way is wound up. What is open is taken up at the next start.
   * Never rejects.
   */
  stop(options: AppStopOptions): Promise<Stopped>;
}

/** How late a timer of a second may be on a machine that is busy. */
const LATE_MS = 60_000;
const FAILED_START_MS = 5_000;
/** A store that is as young as this was made by this very start. */
const JUST_MADE_MS = 60_000;

/** Starts the bot. @throws UserError when another Lifeline has the data folder, or a channel cannot be set up. */
export const startApp = async (config: Config, options: AppOptions): Promise<App> => {
  const { logger } = options;
  // Before the store: whoever can enter its folder can hold its lock.
  const closed = closeOwn(config, logger);
  const store = openStore(config.dataDir, { logger, ...(options.handover ? { handover: options.handover } : {}) });
  const shutdown = createShutdown(logger);
  shutdown.add('last', 'store', () => store.close());
  try {
    return await startOn(store, closed, config, options, shutdown);
  } catch (error) {
    // Its process may go on, with another configuration.
    await shutdown.end({ limitMs: FAILED_START_MS });
    shutdown.close();
    throw error;
  }
};

const startOn = async (
  store: Store,
  closed: ClosedOwn,
  config: Config,
  options: AppOptions,
  shutdown: Shutdown,
): Promise<App> => {
  const { version, clock, logger, console: terminal = null, say, meter } = options;
  const { locale } = config;
  const { db } = store;
  const startedAt = clock.now();

  const mayPush = createLateCall<[user: string]>();
  let glance: () => Message | null = () => null;
  const noStatus = (): Promise<null> => Promise.resolve(null);
  let status: NonNullable<ChannelsOptions['status']> = noStatus;
  const later: { parts?: LaterParts } = {};
  const fleet = await buildFleet(
    config,
    {
      version,
      startedAt,
      db,
      clock,
      logger,
      later: () => {
        if (!later.parts) throw new Error('the parts of the app are not made yet');
        return later.parts;
      },
    },
    shutdown,
  );
  const channels = await buildChannels(config, {
    db,
    terminal,
    hub: fleet && { channel: fleet.agent.channel, user: fleet.hubUser },
    onMayPush: mayPush.call,
    glance: () => glance(),
    status: (asked) => status(asked),
    clock,
    logger,
  });
  const alarm = buildAlarm(config, { version, channels, say, logger }, shutdown);
  const { report } = alarm.alarm;
  const stores = buildStores(db, config, { report, logger });
  const policy = incidentPolicyOf(config);
  const watchdog = createWatchdog(options.monotonicMs);
  const aliveBeat = watchdog.begin('alive', LATE_MS);
  const outboxBeat = watchdog.begin('outbox', PULSE_MS + LATE_MS);
  const isGatewaySilent = (name: string, now: number): boolean => {
    const gateway = config.gateways.find((each) => each.name === name);
    return gateway !== undefined && isSilent(gateway, stores.silences, now);
  };
  const channelStart = createChannelStart({ channels: channels.all, checks: channels.checks, report, logger });
  const notifier = createNotifier({
    report,
    isInDoubt: (channel) => channelStart.isInDoubt(channel),
    ...(fleet
      ? {
          patienceMs: (channel) => (channel === fleet.agent.channel.name ? fleet.agent.channel.patienceMs() : null),
          alsoWatched: [fleet.agent.channel.name],
        }
      : {}),
    turned: outboxBeat,
    onTried: (channel, outcome) => {
      if (outcome === 'delivered') channelStart.proven(channel);
      meter?.tried(channel, outcome);
    },
    db,
    config,
    channels: [...channels.all, ...(channels.local ? [channels.local] : [])],
    people: channels.people,
    told: channels.told,
    everybody: channels.everybody,
    named: channels.named,
    isSilent: isGatewaySilent,
    isInMemory: store.where === 'memory',
    book: stores.book,
    incidentPolicy: policy,
    ledger: stores.ledger,
    attachButtonTokens: (message, to) => stores.buttons.attachButtonTokens(message, to, clock.now()),
    clock,
    logger,
  });
  shutdown.add('outbox', 'outbox', () => notifier.stop());
  mayPush.to((user) => notifier.retry('qq', user));
  const { outbox } = notifier;
  const watch = buildMonitors(
    config,
    {
      version,
      startedAt,
      dryRun: options.dryRun ?? false,
      store,
      stores,
      policy,
      channels,
      alarm,
      notifier,
      watchdog,
      onAliveBeat: aliveBeat,
      meter,
      clock,
      logger,
    },
    shutdown,
  );
  const { monitors } = watch;
  later.parts = { stores, monitors, notifier };
  const incidents = createIncidentsPort(stores);
  const pinned = createPinnedStatus({
    pins: stores.pins,
    channels: channels.all,
    access: channels.access,
    seen: () => monitors.seen(),
    incidents,
    silences: stores.silences,
    attachButtonTokens: (message, to) => stores.buttons.attachButtonTokens(message, to, clock.now()),
    locale,
    clock,
    report,
    logger,
  });
  const lifeline = () => lifelineReport({ version, startedAt, channels: channels.all, outbox, db });
  glance = () =>
    glanceMessage(monitors.seen(), {
      now: clock.now(),
      locale,
      incidents,
      silences: stores.silences,
      lifeline,
    });
  const { answerStatus } = options;
  if (answerStatus) {
    const { silences, plans, audit } = stores;
    status = (asked) =>
      answerStatus(asked, {
        now: clock.now(),
        gateways: monitors.ports,
        incidents,
        silences,
        plans,
        audit,
        db,
        isInMemory: store.where === 'memory',
      });
    // Gateways that are not watched any more would be told wrongly.
    shutdown.add('at_once', 'status', () => {
      status = noStatus;
    });
  }
  shutdown.add('work', 'status cards', () => pinned.stop());
  const chat = buildChat(
    config,
    {
      stores,
      channels,
      channelStart,
      notifier,
      monitors,
      pinned,
      startedAt,
      report: lifeline,
      fromFile: terminal === null,
      say,
      reload: options.reload,
      ...(fleet ? { onRemote: (run) => fleet.serve(run) } : {}),
      clock,
      logger,
    },
    shutdown,
  );

  watch.startAlive();
  attempted(report, { stage: 'start', gateway: null, part: 'store' }, () => {
    const telling = { db, outbox, to: channels.people(), locale, now: clock.now() };
    if (tellOfOwnFiles({ ...closed, ...telling })) notifier.wake();
    if (tellOfStore({ problem: store.problem, folder: config.dataDir, ...telling })) notifier.wake();
  });
  // Before anything new is taken in: what is told of is what an earlier Lifeline has left.
  attempted(report, { stage: 'start', gateway: null, part: 'commands' }, () => {
    chat.answerInterrupted();
    fleet?.answerInterrupted();
  });
  notifier.start();
  watch.start();
  const endDigest = startDigest(config, { stores, channels, monitors, notifier, clock, report });
  shutdown.add('at_once', 'digest', endDigest);
  attempted(report, { stage: 'start', gateway: null, part: 'store' }, () => {
    const since = knowsSince(db);
    const end = tellOfNewLinks({
      db,
      isFirst: since !== null && Math.abs(Date.now() - since) < JUST_MADE_MS,
      seen: () => monitors.seen(),
      outbox,
      to: () => channels.people(),
      quiet: config.alerts.quiet,
      locale,
      clock,
      onQueued: () => notifier.wake(),
    });
    shutdown.add('at_once', 'new links', end);
  });
  attempted(report, { stage: 'start', gateway: null, part: 'store' }, () => {
    const end = tellOfLogDoubts({
      db,
      seen: () => monitors.seen(),
      outbox,
      to: () => channels.people(),
      isSilent: isGatewaySilent,
      quiet: config.alerts.quiet,
      locale,
      clock,
      report,
      onQueued: () => notifier.wake(),
    });
    shutdown.add('at_once', 'log doubts', end);
  });
  // A dry run restarts nothing, so that it is meant to run beside another.
  if (options.dryRun !== true)
    shutdown.add(
      'at_once',
      'other Lifelines',
      lookForOtherLifelines(config, { db, notifier, people: channels.people, clock, logger }),
    );
  // The gateways are watched from here on, and told of; what follows may take its time.
  await chat.start(options.ending);
  logger.info(
    {
      ...event('lifeline.started'),
      version,
      gateways: config.gateways.map(({ name }) => name),
      channels: channels.all.map(({ name }) => name),
      store: store.where,
    },
    'Lifeline runs',
  );

  return {
    outdated: watch.outdated,
    stuck: () => watchdog.stuck(),
    failing: () => alarm.alarm.failing(),
    reloads: chat.reloads,
    figures: () => ({
      gateways: monitors.seen(),
      channels: channels.all.map((channel) => ({ name: channel.name, link: channel.status().link })),
      openIncidents: stores.book.open().length,
      undelivered: outbox.undelivered(),
      oldestUndeliveredAt: outbox.stuck(clock.now(), 0).oldestAt,
      now: clock.now(),
      startedAt,
      lastRoundAt: watch.lastRoundAt(),
      storeProblem: store.problem?.detail ?? null,
      failing: alarm.alarm.failing(),
      loops: watchdog.names(),
      stuck: watchdog.stuck(),
    }),
    stop: async ({ limitMs, hurry }) => {
      const left = await shutdown.end({ limitMs, hurry });
      const state = leftBehind(() => watch.ownState(0));
      shutdown.close();
      if (left.length > 0)
        logger.warn({ left }, 'these parts had not ended in time and are left behind; what matters of them is stored');
      logger.info({ ...event('lifeline.stopped'), undelivered: state.stuck.count, left }, 'Lifeline ends');
      return { code: left.length > 0 ? 1 : exitCodeOf(state), text: exitText(state, locale, clock.now()), left };
    },
  };
};

/** A store that is lost does not tell what is in it. */
const leftBehind = (read: () => OwnState): OwnState => {
  try {
    return read();
  } catch (error) {
    return {
      stuck: { count: 0, oldestAt: null },
      storeProblem: error instanceof Error ? error.message : String(error),
      failing: [],
    };
  }
};
