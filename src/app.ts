/** The composition root: a configuration in, a running bot out. The only file that knows all parts. */
import { commands as builtIn } from '../commands/index.ts';
import { scaledClock, type Clock } from './base/clock.ts';
import { endInTime } from './base/end-in-time.ts';
import { event } from './base/events.ts';
import { attempted } from './base/stage-report.ts';
import { within } from './base/within.ts';
import type { Logger } from './base/logger.ts';
import type { Channel } from './channels/channel.ts';
import { openChannels } from './channels/open.ts';
import { createAccess } from './chat/access.ts';
import { createBus } from './chat/bus.ts';
import { createButtons } from './chat/buttons.ts';
import type { IncidentsPort, LifelineReport, ReloadAsked } from './chat/command.ts';
import { createConfirmations } from './chat/confirm.ts';
import { createFirstPairing } from './chat/first-pairing.ts';
import { interrupted } from './chat/interrupted.ts';
import { loadOwnCommands } from './chat/own/load.ts';
import { createPairing } from './chat/pairing.ts';
import { originOf } from './chat/request.ts';
import { PERSONAL_CHANNELS, type Config, type Operator } from './config/config.ts';
import { settingsOf } from './config/show.ts';
import { trueWarnings } from './config/warnings.ts';
import { createRestartLedger } from './healing/ledger.ts';
import { createBlips } from './incidents/blips.ts';
import { createIncidentBook } from './incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY, type IncidentPolicy } from './incidents/policy.ts';
import { addressees, type Addressee } from './notify/addressees.ts';
import type { AttachButtonTokens } from './notify/messages/render.ts';
import { createNotifier, PULSE_MS } from './notify/notifier.ts';
import { createReloadTeller, type ReloadTeller } from './notify/reload-teller.ts';
import { tellOfOwnFiles, tellOfStore } from './notify/start-findings.ts';
import { createSelfExam } from './self/exam.ts';
import { serviceState } from './service/state.ts';
import { createAudit } from './store/audit.ts';
import { createPairedOperators } from './store/operators.ts';
import { createQuotes } from './store/quotes.ts';
import { knowsSince } from './store/knows-since.ts';
import { createSeen } from './store/seen.ts';
import { createSilences } from './store/silences.ts';
import { totalBytes } from './store/size.ts';
import { openStore, type Store } from './store/store.ts';
import { transaction } from './store/transaction.ts';
import { createWatched } from './store/watched.ts';
import { createAlive } from './monitor/alive.ts';
import { createChannelStart } from './monitor/channel-start.ts';
import { createDirectMessage } from './monitor/direct-message.ts';
import { awayMessage } from './monitor/away.ts';
import { closeOwn, type ClosedOwn } from './monitor/close-own.ts';
import { ownApps } from './monitor/own-apps.ts';
import { exitCodeOf, exitText, STUCK_AFTER_MS, type OwnState } from './monitor/own-state.ts';
import { createChannelLiveness } from './monitor/channel-liveness.ts';
import { createWatchdog, type MonotonicMs, type StuckLoop } from './monitor/watchdog.ts';
import type { Figures, Meter } from './monitor/meter.ts';
import { createPing } from './monitor/ping.ts';
import { createRound } from './monitor/round.ts';
import { createSelfAlarm } from './monitor/self-alarm.ts';
import { startRounds } from './monitor/rounds.ts';
import { startHousekeeping } from './monitor/housekeeping.ts';
import { createMonitors, watchGapMs } from './monitor/monitors.ts';

export interface AppOptions {
  readonly version: string;
  /** Start, stop and restart nothing; say what would be done. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A channel beside those of the configuration, and the person on it who may command. */
  readonly console?: { readonly channel: Channel; readonly operator: Operator };
  /** Shows a pairing code to whoever started Lifeline; never to its log. */
  readonly say: (text: string) => void;
  /**
   * Reads the configuration anew, for an operator; when it is good, whoever runs the app starts it anew. Absent: there
   * is no file.
   */
  readonly reload?: () => ReloadAsked;
  /** Counts what is done. */
  readonly meter?: Meter;
  /** Aborted: the app is to end soon, so its start waits for no platform any more. */
  readonly ending?: AbortSignal;
  readonly monotonicMs?: MonotonicMs;
}

export interface StopOptions {
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
  /** Which of its loops do not turn any more. */
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
  stop(options: StopOptions): Promise<Stopped>;
}

/** After a sleep of the machine all looks stale, until everything has had its turn. */
const REST_MS = 60_000;
/** How often the channels are asked for a sign of life. */
const KEEPERS_EVERY_MS = 5_000;
/** How late a timer of a second may be on a machine that is busy. */
const LATE_MS = 60_000;
const FAILED_START_MS = 5_000;
const OWN_APPS_MS = 5_000;
/** QQ has some fifty a day: enough for a year. */
const MOST_BLIPS = 20_000;

/** Starts the bot. @throws UserError when another Lifeline has the data folder, or a channel cannot be set up. */
export const startApp = async (config: Config, options: AppOptions): Promise<App> => {
  // Before the store: whoever can enter its folder can hold its lock.
  const own = closeOwn(config, options.logger);
  const store = openStore(config.dataDir, { logger: options.logger });
  const begun: Undo[] = [];
  try {
    return await startOn(store, own, config, options, begun);
  } catch (error) {
    // Its process may go on, with another configuration.
    await endInTime([{ until: 1, parts: Object.fromEntries(begun.map((undo, index) => [String(index), undo])) }], {
      limitMs: FAILED_START_MS,
      logger: options.logger,
    });
    store.close();
    throw error;
  }
};

type Undo = () => unknown;

/** @param begun takes what ends that which has been begun, for a start that fails. */
const startOn = async (
  store: Store,
  closed: ClosedOwn,
  config: Config,
  {
    version,
    dryRun = false,
    clock,
    logger,
    console: terminal,
    say,
    reload,
    meter,
    ending: enough,
    monotonicMs,
  }: AppOptions,
  begun: Undo[],
): Promise<App> => {
  const { locale, alerts } = config;
  const startedAt = clock.now();
  const { db } = store;
  // Files on a drive that does not answer must not keep the watch from beginning.
  const apps = (await within(ownApps(config.gateways, logger), OWN_APPS_MS)) ?? [];
  const opened = openChannels(config, {
    db,
    apps,
    logger,
    onMayPush: (user) => notifier.retry('qq', user),
    isKnown: (channel, sender) => access.knows({ channel, sender }),
  });
  const channels = [...opened.channels, ...(terminal ? [terminal.channel] : [])];
  const order = [...alerts.order, ...(terminal ? [terminal.channel.name] : [])];

  const configured = [...config.operators, ...(terminal ? [terminal.operator] : [])];
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured, paired });
  const access = createAccess({ configured, paired, clock, logger });
  if (!terminal) for (const warning of trueWarnings(config, paired.list())) logger.warn(warning);
  const people = (): readonly Addressee[] => addressees(access.everybody(), order);

  const ping =
    alerts.pingUrl === null
      ? null
      : createPing({ url: alerts.pingUrl.reveal(), clock: scaledClock(0, 1), logger, version });
  const alarm = createSelfAlarm({
    gateways: config.gateways.map(({ name }) => name),
    direct: createDirectMessage({ channels, people }),
    ping: (text) => void ping?.fail(text),
    print: say,
    onTold: (stages, fail) => {
      if (fail) logger.error({ ...event('stage.failing'), stages }, "stages of Lifeline's own work fail");
      else logger.warn({ ...event('stage.working'), stages }, 'they work again');
    },
    locale,
  });

  const buttons = createButtons(db);
  const attachButtonTokens: AttachButtonTokens = (message, to) => buttons.attachButtonTokens(message, to, clock.now());
  const book = createIncidentBook(db, (gateway, err) => {
    logger.error({ gateway, err }, 'an incident cannot be read; it is left out');
    alarm.report.failed({ stage: 'incident', gateway }, err);
  });
  const ledger = createRestartLedger(db);
  const silences = createSilences(db);
  const blips = createBlips(db);
  const watched = createWatched(db, watchGapMs(config.watch.pulseMs));
  const policy: IncidentPolicy = {
    ...DEFAULT_INCIDENT_POLICY,
    settleMs: config.watch.settleMs,
    againMs: config.watch.againMs,
    steadyMs: config.watch.steadyMs,
    remindMs: alerts.remindMs,
  };
  const watchdog = createWatchdog(monotonicMs);
  const notifier = createNotifier({
    report: alarm.report,
    isInDoubt: (channel) => channelStart.isInDoubt(channel),
    turned: () => outboxTurned(),
    onTried: (channel, outcome) => {
      if (outcome === 'delivered') channelStart.proven(channel);
      meter?.tried(channel, outcome);
    },
    db,
    config,
    channels,
    people,
    book,
    incidentPolicy: policy,
    ledger,
    attachButtonTokens,
    clock,
    logger,
  });
  const { announcer, answers, outbox, teller } = notifier;

  let restUntil = -Infinity;
  let dueAnew = (): void => undefined;
  const alive = createAlive({
    db,
    clock: scaledClock(0, 1),
    logger,
    awayMs: alerts.awayMs,
    onAway: (away) => {
      const now = Date.now();
      outbox.enqueue(
        { topic: 'away', subject: now, kind: 'away', message: awayMessage(away, locale, now), at: clock.now() },
        people(),
      );
      notifier.wake();
    },
    onWoke: () => {
      restUntil = clock.now() + REST_MS;
      dueAnew();
    },
    turned: () => aliveTurned(),
  });
  const resting = (now: number): number | null => {
    // After a sleep another timer may fire before its own.
    alive.look();
    return now < restUntil && restUntil <= now + REST_MS ? restUntil : null;
  };
  const monitors = createMonitors({
    config,
    db,
    ledger,
    book,
    policy,
    silences,
    blips,
    watched,
    announcer,
    teller,
    dryRun,
    restUntil: resting,
    watchdog,
    alarm,
    ...(meter ? { meter } : {}),
    clock,
    logger,
  });

  const report = (): LifelineReport => ({
    version,
    startedAt,
    channels: channels.map((channel) => ({ name: channel.name, ...channel.status() })),
    undelivered: outbox.undelivered(),
    storeBytes: totalBytes(db),
  });
  const incidents: IncidentsPort = {
    open: () => book.open(),
    since: (at) => book.since(at),
    get: (id) => book.get(id),
    blips: (at) => blips.since(at, MOST_BLIPS),
    watched: (gateway, window) => watched.spans(gateway, window),
  };
  const reloads = createReloadTeller({
    db,
    outbox,
    to: people,
    locale,
    now: () => clock.now(),
    onQueued: () => notifier.wake(),
  });
  const ending = new AbortController();
  begun.push(() => ending.abort());
  const channelStart = createChannelStart({ ...opened, channels, report: alarm.report, logger });
  const audit = createAudit(db);
  const seen = createSeen(db);
  const confirmations = createConfirmations(db);
  const personal = channels.map(({ name }) => name).filter((name) => PERSONAL_CHANNELS.some((each) => each === name));
  const firstPairing = createFirstPairing({
    pairing,
    anybody: () => access.everybody().length > 0,
    channels: personal,
    say,
    clock: scaledClock(0, 1),
    logger,
    locale,
  });

  const stateNow = (afterMs: number): OwnState => ({
    stuck: outbox.stuck(clock.now(), afterMs),
    storeProblem: store.problem?.detail ?? null,
    failing: alarm.failing(),
  });
  let lastRoundAt: number | null = null;
  const round = createRound({
    ping,
    look: async () => {
      const looked = await monitors.round();
      lastRoundAt = Date.now();
      return looked;
    },
    own: () => ({ ...stateNow(STUCK_AFTER_MS), undelivered: outbox.undelivered() }),
    version,
    startedAt,
    locale,
    now: () => clock.now(),
    logger,
  });

  const aliveTurned = watchdog.begin('alive', LATE_MS);
  const outboxTurned = watchdog.begin('outbox', PULSE_MS + LATE_MS);
  const channelLiveness = createChannelLiveness(channels, watchdog);
  begun.push(
    () => ping?.stop(),
    () => firstPairing.stop(),
    () => monitors.stop(),
    () => notifier.stop(),
  );
  alive.start();
  begun.push(() => alive.stop());
  alarm.start();
  begun.push(() => alarm.stop());
  attempted(alarm.report, { stage: 'start', gateway: null, part: 'store' }, () => {
    if (tellOfOwnFiles({ db, ...closed, outbox, to: people(), locale, now: clock.now() })) notifier.wake();
    if (tellOfStore({ db, store, folder: config.dataDir, outbox, to: people(), locale, now: clock.now() }))
      notifier.wake();
  });
  // Before anything new is taken in: what is told of is what an earlier Lifeline has left.
  attempted(alarm.report, { stage: 'start', gateway: null, part: 'commands' }, () =>
    transaction(db, () => {
      const onTreated = (entry: number): void => audit.finish(entry, { outcome: 'done', detail: null, durationMs: 0 });
      for (const { to, message, key } of interrupted(
        {
          seen,
          confirmations,
          treated: (channel, id) => ledger.askedBy(channel, id),
          onTreated,
          knowsSince: knowsSince(db),
          locale,
        },
        startedAt,
      )) {
        logger.warn({ channel: to.channel }, 'a command had no answer when Lifeline ended; it is not run again');
        answers.post(to, message, key);
      }
    }),
  );
  notifier.start();
  monitors.start();
  const rounds = startRounds(config.watch.schedule, round, watchdog);
  begun.push(() => rounds.stop());
  dueAnew = () => rounds.dueAnew();
  const { promise: outdated, resolve: outdate } = Promise.withResolvers<void>();
  const keeping = setInterval(() => channelLiveness.look(), KEEPERS_EVERY_MS);
  begun.push(() => clearInterval(keeping));
  const endUpkeep = startHousekeeping({
    store,
    dataDir: config.dataDir,
    keepMs: config.keepMs,
    watchdog,
    onOutdated: outdate,
    report: alarm.report,
    logger,
  });
  begun.push(endUpkeep);

  // The gateways are watched from here on, and told of; what follows may take its time.
  const own = await loadOwnCommands(config.ownCommands, builtIn, { locale, logger, signal: ending.signal });
  for (const { where, what } of own.problems) logger.error({ where, what }, 'one of your own commands is left out');
  const bus = createBus({
    commands: [...builtIn, ...own.commands],
    access,
    pairing,
    quotes: createQuotes(db),
    seen,
    knowsSince: knowsSince(db),
    atomically: (work) => transaction(db, work),
    audit,
    buttons,
    confirmations,
    clock,
    logger,
    locale,
    context: {
      gateways: monitors.ports,
      lifeline: report,
      incidents,
      audit,
      settings: () => settingsOf(config),
      examineSelf: createSelfExam({
        config,
        fromFile: terminal === undefined,
        db,
        service: serviceState,
        clock,
        logger,
      }),
    },
    changes: {
      silences,
      acknowledge: (ids, by) => announcer.step({ kind: 'acknowledged', ids, by }, clock.now()).incidents,
    },
    ...(reload
      ? { reload: { promise: (to) => reloads.promise(to), withdraw: (to) => reloads.withdraw(to), begin: reload } }
      : {}),
    send: async (inbound, message, n) => void (await answers.send(originOf(inbound), message, `${inbound.id} ${n}`)),
    answer: (inbound, message, about) => answers.answer(originOf(inbound), message, about),
  });
  begun.push(...channels.map((channel) => () => channel.stop()));
  await channelStart.begin((inbound) => bus.receive(inbound));
  firstPairing.start();
  await channelStart.settled(enough);
  logger.info(
    {
      ...event('lifeline.started'),
      version,
      gateways: config.gateways.map(({ name }) => name),
      channels: channels.map(({ name }) => name),
      store: store.where,
    },
    'Lifeline runs',
  );

  return {
    outdated,
    stuck: () => watchdog.stuck(),
    failing: () => alarm.failing(),
    reloads,
    figures: () => ({
      gateways: monitors.seen(),
      channels: channels.map((channel) => ({ name: channel.name, link: channel.status().link })),
      openIncidents: book.open().length,
      undelivered: outbox.undelivered(),
      oldestUndeliveredAt: outbox.stuck(clock.now(), 0).oldestAt,
      now: clock.now(),
      startedAt,
      lastRoundAt,
      storeProblem: store.problem?.detail ?? null,
      failing: alarm.failing(),
      loops: watchdog.names(),
      stuck: watchdog.stuck(),
    }),
    stop: async ({ limitMs, hurry }) => {
      endUpkeep();
      answers.end();
      clearInterval(keeping);
      ending.abort();
      firstPairing.stop();
      ping?.stop();
      alarm.stop();
      // The store may be what has failed; what can be ended is ended all the same. Channels come last: answers take
      // them.
      const stages = [
        {
          until: 0.35,
          parts: { rounds: () => rounds.stop(), gateways: () => monitors.stop(), commands: () => bus.idle() },
        },
        { until: 0.75, parts: { outbox: () => notifier.stop() } },
        { until: 1, parts: Object.fromEntries(channels.map((channel) => [channel.name, () => channel.stop()])) },
      ];
      const left = await endInTime(stages, { limitMs, hurry, logger });
      const state = leftBehind(() => stateNow(0));
      alive.stop();
      try {
        store.close();
      } catch (err) {
        logger.error({ err }, 'the store could not be closed');
      }
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
