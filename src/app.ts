/** The composition root: a configuration in, a running bot out. The only file that knows all parts. */
import { join } from 'node:path';
import { schedule } from 'node-cron';
import { commands } from '../commands/index.ts';
import { scaledClock, type Clock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import type { Channel } from './channels/channel.ts';
import { openChannels } from './channels/open.ts';
import { createBus, originOf } from './chat/bus.ts';
import { createButtons } from './chat/buttons.ts';
import { interrupted } from './chat/interrupted.ts';
import { interruptedReply } from './chat/replies.ts';
import type { LifelineReport } from './chat/command.ts';
import { PERSONAL_CHANNELS, type Operator, type Config } from './config/config.ts';
import { createRestartLedger } from './healing/ledger.ts';
import { createStartups } from './healing/startups.ts';
import { createIncidentBook } from './incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY, recheckIncidentsAt } from './incidents/policy.ts';
import { addressees } from './notify/addressees.ts';
import { createAnnouncer } from './notify/announcer.ts';
import { createAnswers } from './notify/answers.ts';
import { createChannelWatch } from './notify/channel-watch.ts';
import { createDeliveries } from './notify/deliveries.ts';
import { DEFAULT_DELIVERY_POLICY } from './notify/delivery-policy.ts';
import { digestMessage } from './notify/digest.ts';
import { createDress } from './notify/dress.ts';
import type { Seal } from './notify/entry.ts';
import { createLiveCards } from './notify/live-cards.ts';
import { createOutbox } from './notify/outbox.ts';
import { createTeller } from './notify/treatment-teller.ts';
import { createWorker } from './notify/worker.ts';
import { createAudit } from './store/audit.ts';
import { openDatabase } from './store/database.ts';
import { lockDataFolder } from './store/lock.ts';
import { createSeen } from './store/seen.ts';
import { transaction } from './store/transaction.ts';
import { createCare } from './watch/care.ts';
import { createGatewayPort } from './watch/gateway-port.ts';
import { ownApps } from './watch/own-apps.ts';
import { createWatchMemory } from './watch/memory.ts';
import { createPatient } from './watch/patient.ts';

export interface AppOptions {
  readonly version: string;
  /** Start, stop and restart nothing; say what would be done. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A channel beside those of the configuration, and the person on it who may command. */
  readonly console?: { readonly channel: Channel; readonly operator: Operator };
}

export interface App {
  /** Ends links, looks and deliveries; a treatment under way is wound up. What is open is taken up at the next start. */
  stop(): Promise<void>;
}

/** Starts the bot. @throws UserError when another Lifeline has the data folder, or the store or a channel cannot be set up. */
export const startApp = async (config: Config, { version, dryRun = false, clock, logger, console: terminal }: AppOptions): Promise<App> => {
  const startedAt = clock.now();
  const unlock = lockDataFolder(config.dataDir);
  const db = openDatabase(join(config.dataDir, 'lifeline.db'));
  const apps = await ownApps(config.gateways, logger);
  const channels = [...(await openChannels(config, { db, apps, logger, onMayPush: (user) => worker.retry('qq', user) })), ...(terminal ? [terminal.channel] : [])];
  const operators = [...config.operators, ...(terminal ? [terminal.operator] : [])];
  const order = [...config.alerts.order, ...(terminal ? [terminal.channel.name] : [])];

  const buttons = createButtons(db);
  const seal: Seal = (message, to) => buttons.seal(message, to, clock.now());
  const outbox = createOutbox(db);
  const book = createIncidentBook(db);
  const ledger = createRestartLedger(db);
  const worker = createWorker({
    deliveries: createDeliveries(db),
    channels,
    policy: { ...DEFAULT_DELIVERY_POLICY, copies: config.alerts.copies, channelTimeoutMs: config.alerts.channelTimeoutMs },
    dress: createDress(seal, config.locale),
    digest: (items) => digestMessage(items, config.locale, Date.now()),
    onSettled: (thread) => cards.settled(thread),
    clock: scaledClock(0, 1),
    logger,
  });
  /** Not at once: what is new in the outbox may belong to a transaction that is still open, and no try may begin before it is on the disk. */
  const wake = (): void => void setImmediate(() => worker.wake());
  const incidentPolicy = { ...DEFAULT_INCIDENT_POLICY, settleMs: config.watch.settleMs };
  const people = addressees(operators, order);
  const announcer = createAnnouncer({
    db,
    book,
    outbox,
    policy: incidentPolicy,
    locale: config.locale,
    to: people,
    logger,
    onChanged: (incident, decision) => cards.changed(incident, decision),
    onQueued: wake,
  });
  const cards = createLiveCards({ db, channels, seal, locale: config.locale, clock, logger });

  const channelWatch = createChannelWatch({ db, channels: channels.filter(({ name }) => PERSONAL_CHANNELS.some((personal) => personal === name)), outbox, to: people, locale: config.locale, afterMs: config.alerts.channelDownMs, clock: scaledClock(0, 1), logger, onQueued: wake });
  const answers = createAnswers(new Map(channels.map((channel) => [channel.name, channel])), seal, logger);
  const teller = createTeller({ answers, outbox, ledger, addressees: people, locale: config.locale, now: () => clock.now(), logger, onQueued: wake });
  const budget = config.healing;
  const startups = createStartups(db);
  const memory = createWatchMemory(db);
  const cared = config.gateways.map((gateway) => {
    const patient = createPatient(gateway, config, { clock, logger, memory, startups });
    const care = createCare({
      gateway: gateway.name,
      ...patient,
      mode: gateway.heal,
      budget,
      maintenance: gateway.maintenance,
      ledger,
      limitMs: patient.startLimitMs,
      gracefulMs: budget.gracefulMs,
      dryRun,
      teller,
      atomically: (work) => transaction(db, work),
      learn: ({ vitals }) => startups.seen(gateway.name, vitals),
      incidents: {
        judged: (verdicts, decision) => {
          announcer.step({ kind: 'judged', gateway: gateway.name, verdicts, decision }, clock.now());
          return recheckIncidentsAt(book.open(), incidentPolicy, clock.now());
        },
        treated: (result, decision) => announcer.step({ kind: 'treated', gateway: gateway.name, result, decision }, clock.now()),
      },
      clock,
      logger,
    });
    const port = createGatewayPort({ patient, care, budget, ledger, openIncidents: () => book.open(), clock });
    return { patient, care, port };
  });

  const report = (): LifelineReport => ({
    version,
    startedAt,
    channels: channels.map((channel) => ({ name: channel.name, ...channel.status() })),
    undelivered: outbox.undelivered(),
  });
  const seen = createSeen(db);
  const bus = createBus({
    commands,
    operators,
    seen,
    audit: createAudit(db),
    buttons,
    clock,
    logger,
    locale: config.locale,
    context: { gateways: cared.map(({ port }) => port), lifeline: report },
    send: async (inbound, message, n) => void (await answers.send(originOf(inbound), message, `${inbound.id} ${n}`)),
  });

  for (const { patient } of cared) {
    const by = ledger.stoppedBy(patient.config.name);
    if (by !== null) patient.watcher.note({ kind: 'stopped-by-operator', by });
  }
  for (const { origin, text } of interrupted(seen, (channel, id) => ledger.askedBy(channel, id), startedAt)) {
    logger.warn({ channel: origin.channel }, 'a command was cut short when Lifeline ended; it is not run again');
    void answers.send(origin, interruptedReply(text, config.locale), `interrupted ${origin.id ?? ''}`).catch((err: unknown) => logger.error({ err }, 'an answer could not be sent'));
  }
  worker.start();
  channelWatch.start();
  for (const channel of channels) await channel.start((inbound) => bus.receive(inbound));
  for (const record of ledger.unfinished()) {
    const care = cared.find(({ patient }) => patient.config.name === record.gateway)?.care;
    if (care) care.resume(record);
    else logger.warn({ gateway: record.gateway }, 'a treatment was cut short, and its gateway is not in the configuration any more');
  }
  for (const { patient, care } of cared) {
    patient.watcher.start({ pulseMs: config.watch.pulseMs, followLogs: config.watch.followLogs, onLook: (look) => care.onLook(look) });
  }
  const round = schedule(
    config.watch.schedule,
    async () => {
      for (const { patient, care } of cared) care.onLook(await patient.watcher.look());
      logger.debug('round done');
    },
    { noOverlap: true },
  );
  logger.info({ version, gateways: config.gateways.map(({ name }) => name), channels: channels.map(({ name }) => name) }, 'Lifeline runs');

  return {
    stop: async () => {
      await round.destroy();
      for (const { patient, care } of cared) {
        await care.stop();
        await patient.watcher.stop();
      }
      await bus.idle();
      channelWatch.stop();
      await worker.stop();
      await cards.stop();
      for (const channel of channels) await channel.stop();
      db.close();
      unlock();
      logger.info('Lifeline ends');
    },
  };
};
