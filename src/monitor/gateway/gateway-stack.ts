/**
 * The one way in which a gateway is put together, for `run`, for `check` and for the commands at the machine: how it is
 * watched, what is decided about it and how it is treated.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { GatewayPort } from '../../chat/command/command.ts';
import type { Config, GatewayConfig } from '../../config/config.ts';
import { createRestartLedger, type RestartLedger } from '../../healing/ledger.ts';
import { createStartups, type Startups } from '../../healing/startups.ts';
import type { IncidentBook } from '../../incidents/incident-book.ts';
import { createSilences, type Silences } from '../../store/silences.ts';
import { transaction } from '../../store/transaction.ts';
import { createGatewayPort } from './gateway-for-chat.ts';
import type { LogPositions } from './log-positions.ts';
import { createMonitoredGateway, type MonitoredGateway } from './monitored-gateway.ts';
import { createReconciler, type Reconciler, type ReconcilerListeners } from './reconciler.ts';
import { leaveAloneUntil } from './left-alone.ts';
import type { HealingRules } from './treatment-planner.ts';
import type { WatchListeners, WatchShared } from './watcher.ts';

/** Where the stacks of all gateways find and keep what outlives them. */
export interface StackStores {
  readonly ledger: RestartLedger;
  readonly silences: Silences;
  /** What is known of how long starts take; null: the configuration counts, and nothing is learned. */
  readonly startups: Startups | null;
  readonly atomically: (work: () => void) => void;
}

export interface StackTools {
  readonly config: Config;
  readonly stores: StackStores;
  readonly shared?: WatchShared;
  readonly restUntil?: NonNullable<HealingRules['restUntil']>;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who hears of what. */
export interface StackListeners extends Omit<ReconcilerListeners, 'learn'>, Omit<WatchListeners, 'report'> {}

export interface GatewayStack {
  readonly monitored: MonitoredGateway;
  readonly reconciler: Reconciler;
}

export const stackStores = (db: DatabaseSync): StackStores => ({
  ledger: createRestartLedger(db),
  silences: createSilences(db),
  startups: createStartups(db),
  atomically: (work) => transaction(db, work),
});

export const createGatewayStack = (
  gateway: GatewayConfig,
  { config, stores, shared = {}, restUntil, dryRun, clock, logger }: StackTools,
  { incidents, teller, report, follow, onLooked, onProcess }: StackListeners,
): GatewayStack => {
  const { ledger, silences, startups, atomically } = stores;
  const monitored = createMonitoredGateway(gateway, config, {
    shared,
    listeners: {
      ...(report ? { report } : {}),
      ...(onLooked ? { onLooked } : {}),
      ...(onProcess ? { onProcess } : {}),
    },
    ...(startups ? { startups } : {}),
    clock,
    logger,
  });
  const reconciler = createReconciler({
    gateway: monitored,
    rules: {
      mode: gateway.heal,
      budget: gateway.healing,
      gracefulMs: gateway.healing.gracefulMs,
      maintenanceUntil: (now) => leaveAloneUntil(gateway, silences, now),
      ...(restUntil ? { restUntil } : {}),
      dryRun,
    },
    stores: { ledger, atomically },
    listeners: {
      incidents,
      teller,
      ...(report ? { report } : {}),
      ...(follow ? { follow } : {}),
      learn: ({ vitals }) => startups?.seen(gateway.name, vitals),
    },
    clock,
    logger,
  });
  return { monitored, reconciler };
};

/** The gateway of a stack as the chat commands see it. */
export const portOf = (
  { monitored, reconciler }: GatewayStack,
  { stores: { ledger }, clock }: Pick<StackTools, 'stores' | 'clock'>,
  { book, positions }: { readonly book: Pick<IncidentBook, 'open'>; readonly positions: LogPositions },
): GatewayPort =>
  createGatewayPort({
    monitored,
    reconciler,
    budget: monitored.config.healing,
    ledger,
    openIncidents: () => book.open(),
    positions,
    clock,
  });
