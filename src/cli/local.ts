/**
 * What the chat commands need, for those at the machine: gateways that this process looks at itself, and the bot's
 * database opened for reading. Works beside a running bot and without one; writes nothing and takes no lock.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { createLogger } from '../base/logger.ts';
import { suggest } from '../base/suggest.ts';
import type { CommandContext, GatewayPort, IncidentsPort } from '../chat/command/command.ts';
import type { Config } from '../config/config.ts';
import { settingsOf } from '../config/show.ts';
import { createRestartLedger } from '../healing/ledger.ts';
import { createStartups } from '../healing/startups.ts';
import { createBlips } from '../incidents/blips.ts';
import { createIncidentBook } from '../incidents/incident-book.ts';
import { createAudit } from '../store/audit.ts';
import { openDatabase } from '../store/database.ts';
import { createSilences } from '../store/silences.ts';
import { createWatched } from '../store/watched.ts';
import { transaction } from '../store/transaction.ts';
import { localText } from '../text/cli/local.ts';
import { createReconciler } from '../monitor/reconciler.ts';
import { createGatewayPort } from '../monitor/gateway-port.ts';
import { createWatchMemory } from '../monitor/memory.ts';
import { createMonitoredGateway, type MonitoredGateway } from '../monitor/monitored-gateway.ts';
import { createLogPositions } from '../monitor/log-positions.ts';
import { leaveAloneUntil } from '../monitor/silence.ts';
import { findConfig } from './find-config.ts';
import { openToRead } from './open-to-read.ts';
import { applyTimezone } from './timezone.ts';

export interface Local {
  readonly config: Config;
  readonly context: CommandContext;
  readonly monitoredGateways: readonly MonitoredGateway[];
  readonly db: DatabaseSync;
  close(): Promise<void>;
}

const MOST_BLIPS = 20_000;

/** @throws UserError when the configuration is invalid or the database cannot be read. */
export const openLocal = (file: string | undefined): Local => {
  const { config } = findConfig(file);
  applyTimezone(config);
  const clock = processClock();
  const logger = createLogger('error');
  const db = openToRead(config.dataDir) ?? openDatabase(':memory:');
  const memory = createWatchMemory(db);
  const startups = createStartups(db);
  const ledger = createRestartLedger(db);
  const silences = createSilences(db);
  const book = createIncidentBook(db);
  const blips = createBlips(db);
  const watched = createWatched(db, Infinity);
  // There are no buttons here.
  const positions = createLogPositions(randomBytes(32));

  const portOf = (monitored: MonitoredGateway): GatewayPort => {
    const reconciler = createReconciler({
      gateway: monitored.config.name,
      ...monitored,
      mode: monitored.config.heal,
      budget: monitored.config.healing,
      maintenanceUntil: (now) => leaveAloneUntil(monitored.config, silences, now),
      ledger,
      limitMs: monitored.startLimitMs,
      gracefulMs: monitored.config.healing.gracefulMs,
      // What it would decide is asked; it never gets to act.
      dryRun: false,
      teller: { progress: unused, ended: unused },
      atomically: (work) => transaction(db, work),
      learn: () => undefined,
      incidents: { judged: () => null, treated: unused },
      clock,
      logger,
    });
    return createGatewayPort({
      monitored,
      reconciler: { ...reconciler, onLook: () => undefined, act: unused, treat: unused, resume: unused },
      budget: monitored.config.healing,
      ledger,
      openIncidents: () => book.open(),
      positions,
      clock,
    });
  };

  // What the bot knows of a gateway counts here too: since when, and what is only a moment's loss.
  const monitoredGateways = config.gateways.map((gateway) =>
    createMonitoredGateway(gateway, config, {
      clock,
      logger,
      memory: { load: (name, now) => memory.load(name, now), save: () => undefined },
      startups,
    }),
  );
  const incidents: IncidentsPort = {
    open: () => book.open(),
    since: (at) => book.since(at),
    get: (id) => book.get(id),
    blips: (at) => blips.since(at, MOST_BLIPS),
    watched: (gateway, window) => watched.spans(gateway, window),
  };
  return {
    config,
    db,
    monitoredGateways,
    context: {
      locale: config.locale,
      now: clock.now(),
      operator: { name: 'console', role: 'viewer', ids: {} },
      gateways: monitoredGateways.map(portOf),
      commands: [],
      lifeline: unused,
      incidents,
      silences,
      audit: createAudit(db),
      settings: () => settingsOf(config),
      carryOut: unused,
      actOutside: unused,
      reload: unused,
      say: () => Promise.resolve(),
      origin: { channel: 'console', user: 'console' },
      by: 'typed',
      confirm: unused,
    },
    close: async () => {
      for (const { watcher } of monitoredGateways) await watcher.stop();
      db.close();
    },
  };
};

/** What only reads has no use for it. */
const unused = (): never => {
  throw new Error('a command that only reads has asked for more');
};

/** @throws UserError `USAGE_GATEWAY` when there is none of that name. */
export const gatewayNamed = (
  { gateways, locale }: Pick<CommandContext, 'gateways' | 'locale'>,
  name: string,
): GatewayPort => {
  const found = gateways.find((each) => each.name === name);
  const names = gateways.map((each) => each.name);
  if (!found) throw new UserError('USAGE_GATEWAY', localText(locale).noSuchGateway(name, suggest(name, names), names));
  return found;
};
