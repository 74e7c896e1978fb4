/**
 * What the chat commands need, for those at the machine: gateways that this process looks at itself, and the bot's
 * database opened for reading. Works beside a running bot and without one; writes nothing and takes no lock.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { processClock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import { createLogger } from '../../base/logger.ts';
import { suggest } from '../../base/suggest.ts';
import type { CommandContext, GatewayPort } from '../../chat/command/command.ts';
import type { Config } from '../../config/config.ts';
import { createBlips } from '../../incidents/blips.ts';
import { createIncidentBook } from '../../incidents/incident-book.ts';
import { createPlans } from '../../store/planned-maintenance.ts';
import { createAudit } from '../../store/audit.ts';
import { openDatabase } from '../../store/database.ts';
import { createWatched } from '../../store/watched.ts';
import { localText } from '../../text/cli/local.ts';
import {
  createGatewayStack,
  portOf,
  stackStores,
  type StackListeners,
  type StackTools,
} from '../../monitor/gateway/gateway-stack.ts';
import { createIncidentsPort } from '../../monitor/incidents-for-chat.ts';
import { createWatchMemory } from '../../monitor/gateway/saved-state.ts';
import type { MonitoredGateway } from '../../monitor/gateway/monitored-gateway.ts';
import type { Reconciler } from '../../monitor/gateway/reconciler.ts';
import { createLogPositions } from '../../monitor/gateway/log-positions.ts';
import { findConfig } from '../config/find-config.ts';
import { ASK_BY_PHONE, refuseHub } from './hub-here.ts';
import { openToRead } from '../../store/beside.ts';
import { readingContext, unused } from './reading-context.ts';
import { applyTimezone } from '../timezone.ts';

export interface Local {
  readonly config: Config;
  readonly context: CommandContext;
  readonly monitoredGateways: readonly MonitoredGateway[];
  readonly db: DatabaseSync;
  close(): Promise<void>;
}

/** @throws UserError when the configuration is invalid or the database cannot be read. */
export const openLocal = (file: string | undefined): Local => {
  const { config } = findConfig(file);
  refuseHub(config, ASK_BY_PHONE);
  applyTimezone(config);
  const clock = processClock();
  const logger = createLogger('error');
  const db = openToRead(config.dataDir) ?? openDatabase(':memory:');
  const memory = createWatchMemory(db);
  const book = createIncidentBook(db);
  const blips = createBlips(db);
  const watched = createWatched(db, Infinity);
  const tools: StackTools = {
    config,
    stores: stackStores(db),
    // What the bot knows of a gateway counts here too: since when, and what is only a moment's loss.
    shared: { memory: { load: (name, now) => memory.load(name, now), save: () => undefined } },
    dryRun: false,
    clock,
    logger,
  };
  const stacks = config.gateways.map((gateway) => createGatewayStack(gateway, tools, NOBODY));
  // There are no buttons here.
  const positions = createLogPositions(randomBytes(32));
  const ports = stacks.map(({ monitored, reconciler }) =>
    portOf({ monitored, reconciler: decidesOnly(reconciler) }, tools, { book, positions }),
  );
  return {
    config,
    db,
    monitoredGateways: stacks.map(({ monitored }) => monitored),
    context: readingContext(config, {
      now: clock.now(),
      gateways: ports,
      incidents: createIncidentsPort({ book, blips, watched }),
      silences: tools.stores.silences,
      plans: createPlans(db),
      audit: createAudit(db),
    }),
    close: async () => {
      for (const { monitored } of stacks) await monitored.watcher.stop();
      db.close();
    },
  };
};

/** Nobody is told anything: the decision is asked for, and nothing is done. */
const NOBODY: StackListeners = {
  teller: { progress: unused, ended: unused },
  incidents: { judged: () => null, treated: unused },
};

const decidesOnly = (reconciler: Reconciler): Reconciler => ({
  ...reconciler,
  onLook: () => undefined,
  act: unused,
  treat: unused,
  resume: unused,
});

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
