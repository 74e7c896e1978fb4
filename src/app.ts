/** The composition root: a configuration in, a running bot out. The only file that knows all parts. */
import { join } from 'node:path';
import { schedule } from 'node-cron';
import { commands } from '../commands/index.ts';
import { scaledClock, type Clock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import type { Channel } from './channels/channel.ts';
import { createFeishuChannel } from './channels/feishu/channel.ts';
import { createQqChannel } from './channels/qq/channel.ts';
import { createBus } from './chat/bus.ts';
import type { LifelineReport } from './chat/command.ts';
import type { Operator, Config } from './config/config.ts';
import { createRestartLedger } from './healing/ledger.ts';
import { createIncidentBook } from './incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY, recheckIncidentsAt } from './incidents/policy.ts';
import { addressees } from './notify/addressees.ts';
import { createAnnouncer } from './notify/announcer.ts';
import { createAnswers } from './notify/answers.ts';
import { createDeliveries } from './notify/deliveries.ts';
import { DEFAULT_DELIVERY_POLICY } from './notify/delivery-policy.ts';
import { createOutbox } from './notify/outbox.ts';
import { createWorker } from './notify/worker.ts';
import { createAudit } from './store/audit.ts';
import { openDatabase } from './store/database.ts';
import { lockDataFolder } from './store/lock.ts';
import { createSeen } from './store/seen.ts';
import { createCare } from './watch/care.ts';
import { createGatewayPort } from './watch/gateway-port.ts';
import { createWatchMemory } from './watch/memory.ts';
import { createPatient } from './watch/patient.ts';

export interface AppOptions {
  readonly version: string;
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
export const startApp = async (config: Config, { version, clock, logger, console: terminal }: AppOptions): Promise<App> => {
  const startedAt = clock.now();
  const unlock = lockDataFolder(config.dataDir);
  const db = openDatabase(join(config.dataDir, 'lifeline.db'));
  const channels = [...channelsOf(config, logger), ...(terminal ? [terminal.channel] : [])];
  const operators = [...config.operators, ...(terminal ? [terminal.operator] : [])];
  const order = [...config.alerts.order, ...(terminal ? [terminal.channel.name] : [])];

  const outbox = createOutbox(db);
  const book = createIncidentBook(db);
  const ledger = createRestartLedger(db);
  const worker = createWorker({
    deliveries: createDeliveries(db),
    channels,
    policy: { ...DEFAULT_DELIVERY_POLICY, copies: config.alerts.copies, channelTimeoutMs: config.alerts.channelTimeoutMs },
    clock: scaledClock(0, 1),
    logger,
  });
  const incidentPolicy = { ...DEFAULT_INCIDENT_POLICY, settleMs: config.watch.settleMs };
  const announcer = createAnnouncer({
    db,
    book,
    outbox,
    policy: incidentPolicy,
    locale: config.locale,
    to: addressees(operators, order),
    logger,
    onQueued: () => worker.wake(),
  });

  const budget = config.healing;
  const memory = createWatchMemory(db);
  const cared = config.gateways.map((gateway) => {
    const patient = createPatient(gateway, config, { clock, logger, memory });
    const care = createCare({
      gateway: gateway.name,
      watcher: patient.watcher,
      supervisor: patient.supervisor,
      mode: gateway.heal,
      budget,
      ledger,
      limitMs: config.watch.startGraceMs,
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
  const bus = createBus({
    commands,
    operators,
    seen: createSeen(db),
    audit: createAudit(db),
    clock,
    logger,
    locale: config.locale,
    context: { gateways: cared.map(({ port }) => port), lifeline: report },
    send: createAnswers(new Map(channels.map((channel) => [channel.name, channel])), logger),
  });

  for (const { id, gateway } of ledger.unfinished()) {
    logger.warn({ gateway }, 'a treatment was cut short when Lifeline ended; the gateway is judged anew');
    ledger.abandon(id, startedAt);
  }
  worker.start();
  for (const channel of channels) await channel.start((inbound) => bus.receive(inbound));
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
      await worker.stop();
      for (const channel of channels) await channel.stop();
      db.close();
      unlock();
      logger.info('Lifeline ends');
    },
  };
};

const channelsOf = ({ channels: { feishu, qq } }: Config, logger: Logger): Channel[] => [
  ...(feishu ? [createFeishuChannel({ appId: feishu.appId, appSecret: feishu.appSecret.reveal(), domain: feishu.domain, logger })] : []),
  ...(qq ? [createQqChannel({ appId: qq.appId, clientSecret: qq.clientSecret.reveal(), apiBase: qq.apiBase, tokenUrl: qq.tokenUrl, logger })] : []),
];
