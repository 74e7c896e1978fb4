/** The composition root: a configuration in, a running bot out. The only file that knows all parts. */
import { schedule } from 'node-cron';
import { commands as builtIn } from '../commands/index.ts';
import { scaledClock, type Clock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import type { Channel } from './channels/channel.ts';
import { openChannels } from './channels/open.ts';
import { createAccess } from './chat/access.ts';
import { createBus, originOf } from './chat/bus.ts';
import { createButtons } from './chat/buttons.ts';
import type { IncidentsPort, LifelineReport } from './chat/command.ts';
import { createConfirmations } from './chat/confirm.ts';
import { createFirstPairing } from './chat/first-pairing.ts';
import { interrupted } from './chat/interrupted.ts';
import { loadOwnCommands } from './chat/own/load.ts';
import { createPairing } from './chat/pairing.ts';
import { interruptedReply } from './chat/replies.ts';
import { PERSONAL_CHANNELS, type Config, type Operator } from './config/config.ts';
import { settingsOf } from './config/show.ts';
import { createRestartLedger } from './healing/ledger.ts';
import { createBlips } from './incidents/blips.ts';
import { createIncidentBook } from './incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY, type IncidentPolicy } from './incidents/policy.ts';
import { addressees } from './notify/addressees.ts';
import { createDesk } from './notify/desk.ts';
import type { Addressee, Seal } from './notify/entry.ts';
import { tellOfStore } from './notify/store-watch.ts';
import { ownThread } from './notify/thread.ts';
import { createAudit } from './store/audit.ts';
import { createPairedOperators } from './store/operators.ts';
import { createQuotes } from './store/quotes.ts';
import { prune } from './store/retention.ts';
import { createSeen } from './store/seen.ts';
import { createSilences } from './store/silences.ts';
import { openStore, type Store } from './store/store.ts';
import { createAlive } from './watch/alive.ts';
import { awayMessage } from './watch/away.ts';
import { ownApps } from './watch/own-apps.ts';
import { exitCodeOf, exitText, STUCK_AFTER_MS, type OwnState } from './watch/own-state.ts';
import { createLoops, type StuckLoop } from './watch/loops.ts';
import { createPing } from './watch/ping.ts';
import { createRound } from './watch/round.ts';
import { createWard } from './watch/ward.ts';

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
}

export interface App {
  /** Resolves when the store was lost or can be on the disk again: the app must be stopped and started anew. */
  readonly outdated: Promise<void>;
  /** Which of its loops do not turn any more. */
  stuck(): readonly StuckLoop[];
  /**
   * Ends links, looks and deliveries; a treatment under way is wound up. What is open is taken up at the next start.
   * @returns the exit code of the process, and what belongs on stderr: alerts that nobody got, for one.
   */
  stop(): Promise<{ readonly code: number; readonly text: string }>;
}

/** After a sleep of the machine all looks stale, until everything has had its turn. */
const REST_MS = 60_000;
const STORE_CHECK_MS = 10_000;
const PRUNE_EVERY_MS = 3_600_000;
/** QQ has some fifty a day: enough for a year. */
const MOST_BLIPS = 20_000;

/** Starts the bot. @throws UserError when another Lifeline has the data folder, or a channel cannot be set up. */
export const startApp = async (config: Config, options: AppOptions): Promise<App> => {
  const store = openStore(config.dataDir, { logger: options.logger });
  try {
    return await startOn(store, config, options);
  } catch (error) {
    store.close();
    throw error;
  }
};

const startOn = async (store: Store, config: Config, { version, dryRun = false, clock, logger, console: terminal, say }: AppOptions): Promise<App> => {
  const { locale, alerts } = config;
  const startedAt = clock.now();
  const { db } = store;
  const apps = await ownApps(config.gateways, logger);
  const channels = [...(await openChannels(config, { db, apps, logger, onMayPush: (user) => desk.retry('qq', user), isKnown: (channel, sender) => access.knows({ channel, sender }) })), ...(terminal ? [terminal.channel] : [])];
  const order = [...alerts.order, ...(terminal ? [terminal.channel.name] : [])];

  const configured = [...config.operators, ...(terminal ? [terminal.operator] : [])];
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured, paired });
  const access = createAccess({ configured, paired, clock, logger });
  const people = (): readonly Addressee[] => addressees(access.everybody(), order);

  const buttons = createButtons(db);
  const seal: Seal = (message, to) => buttons.seal(message, to, clock.now());
  const book = createIncidentBook(db);
  const ledger = createRestartLedger(db);
  const silences = createSilences(db);
  const blips = createBlips(db);
  const policy: IncidentPolicy = { ...DEFAULT_INCIDENT_POLICY, settleMs: config.watch.settleMs, againMs: config.watch.againMs, steadyMs: config.watch.steadyMs, remindMs: alerts.remindMs };
  const desk = createDesk({ db, config, channels, people, book, policy, ledger, seal, clock, logger });
  const { announcer, answers, outbox, teller } = desk;

  const loops = createLoops();
  let restUntil = -Infinity;
  const alive = createAlive({
    db,
    clock: scaledClock(0, 1),
    logger,
    awayMs: alerts.awayMs,
    onAway: (away) => {
      const now = Date.now();
      outbox.enqueue({ thread: ownThread('away', now), kind: 'away', message: awayMessage(away, locale, now), at: clock.now() }, people());
      desk.wake();
    },
    onWoke: () => {
      restUntil = clock.now() + REST_MS;
    },
  });
  const resting = (now: number): number | null => {
    // After a sleep another timer may fire before its own.
    alive.look();
    return now < restUntil && restUntil <= now + REST_MS ? restUntil : null;
  };
  const ward = createWard({ config, db, ledger, book, policy, silences, blips, announcer, teller, dryRun, restUntil: resting, loops, clock, logger });

  const report = (): LifelineReport => ({
    version,
    startedAt,
    channels: channels.map((channel) => ({ name: channel.name, ...channel.status() })),
    undelivered: outbox.undelivered(),
  });
  const incidents: IncidentsPort = {
    open: () => book.open(),
    since: (at) => book.since(at),
    get: (id) => book.get(id),
    blips: (at) => blips.since(at, MOST_BLIPS),
    acknowledge: (ids, by) => announcer.step({ kind: 'acknowledged', ids, by }, clock.now()).incidents,
  };
  const ending = new AbortController();
  const own = await loadOwnCommands(config.ownCommands, builtIn, { locale, logger, signal: ending.signal });
  for (const { where, what } of own.problems) logger.error({ where, what }, 'one of your own commands is left out');
  const audit = createAudit(db);
  const seen = createSeen(db);
  const bus = createBus({
    commands: [...builtIn, ...own.commands],
    access,
    pairing,
    quotes: createQuotes(db),
    seen,
    audit,
    buttons,
    confirmations: createConfirmations(db),
    clock,
    logger,
    locale,
    context: { gateways: ward.ports, lifeline: report, incidents, silences, audit, settings: () => settingsOf(config) },
    send: async (inbound, message, n) => void (await answers.send(originOf(inbound), message, `${inbound.id} ${n}`)),
  });
  const personal = channels.map(({ name }) => name).filter((name) => PERSONAL_CHANNELS.some((each) => each === name));
  const firstPairing = createFirstPairing({ pairing, anybody: () => access.everybody().length > 0, channels: personal, say, clock: scaledClock(0, 1), logger, locale });

  const state = (afterMs: number): OwnState => ({ stuck: outbox.stuck(clock.now(), afterMs), storeProblem: store.problem?.detail ?? null });
  const ping = alerts.pingUrl === null ? null : createPing({ url: alerts.pingUrl.reveal(), clock: scaledClock(0, 1), logger, version });
  const round = createRound({
    ping,
    look: () => ward.round(),
    own: () => ({ ...state(STUCK_AFTER_MS), undelivered: outbox.undelivered() }),
    version,
    startedAt,
    locale,
    now: () => clock.now(),
    logger,
  });

  alive.start();
  if (tellOfStore({ db, store, folder: config.dataDir, outbox, to: people(), locale, now: clock.now() })) desk.wake();
  for (const { origin, text } of interrupted(seen, (channel, id) => ledger.askedBy(channel, id), startedAt)) {
    logger.warn({ channel: origin.channel }, 'a command was cut short when Lifeline ended; it is not run again');
    void answers.send(origin, interruptedReply(text, locale), `interrupted ${origin.id ?? ''}`).catch((err: unknown) => logger.error({ err }, 'an answer could not be sent'));
  }
  desk.start();
  for (const channel of channels) await channel.start((inbound) => bus.receive(inbound));
  ward.start();
  firstPairing.start();
  const task = schedule(config.watch.schedule, round, { noOverlap: true });

  const { promise: outdated, resolve: outdate } = Promise.withResolvers<void>();
  let prunedAt = -Infinity;
  const upkeepRan = loops.begin('upkeep', STORE_CHECK_MS * 6);
  const upkeep = setInterval(() => {
    upkeepRan();
    const now = Date.now();
    try {
      if (store.check(now) !== 'ok') outdate();
      // In small steps, so that nothing waits for it.
      else if (Math.abs(now - prunedAt) >= PRUNE_EVERY_MS && !prune(db, now).more) prunedAt = now;
    } catch (error) {
      logger.error({ err: error }, 'the upkeep of the store failed; trying again');
    }
  }, STORE_CHECK_MS);
  logger.info({ version, gateways: config.gateways.map(({ name }) => name), channels: channels.map(({ name }) => name), store: store.where }, 'Lifeline runs');

  return {
    outdated,
    stuck: () => loops.stuck(),
    stop: async () => {
      clearInterval(upkeep);
      ending.abort();
      firstPairing.stop();
      ping?.stop();
      // The store may be what has failed; what can be ended is ended all the same.
      const parts = [() => task.destroy(), () => ward.stop(), () => bus.idle(), () => desk.stop(), ...channels.map((channel) => () => channel.stop())];
      for (const end of parts) await Promise.resolve(end()).catch((err: unknown) => logger.error({ err }, 'a part of Lifeline did not end in order'));
      const left = leftBehind(() => state(0));
      alive.stop();
      store.close();
      logger.info('Lifeline ends');
      return { code: exitCodeOf(left), text: exitText(left, locale, clock.now()) };
    },
  };
};

/** A store that is lost does not tell what is in it. */
const leftBehind = (read: () => OwnState): OwnState => {
  try {
    return read();
  } catch (error) {
    return { stuck: { count: 0, oldestAt: null }, storeProblem: error instanceof Error ? error.message : String(error) };
  }
};
