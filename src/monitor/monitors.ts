/** All monitored gateways: for each its stack, and what commands may ask of it. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { attempted, reported } from '../base/stage-report.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import type { GatewayPort } from '../chat/command/command.ts';
import { summary } from '../chat/message/verdict-words.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import { createStartups } from '../healing/startups.ts';
import { blipsBetween, type Blips } from '../incidents/blips.ts';
import type { IncidentBook } from '../incidents/incident-book.ts';
import { recheckIncidentsAt, type IncidentPolicy } from '../incidents/incident-policy.ts';
import type { IncidentTeller } from '../notify/tellers/incident-teller.ts';
import type { Silences } from '../store/silences.ts';
import { createMeta } from '../store/meta.ts';
import type { Watched } from '../store/watched.ts';
import { transaction } from '../store/transaction.ts';
import type { DatabaseSync } from 'node:sqlite';
import { createGatewayStack, portOf, type GatewayStack, type StackTools } from './gateway/gateway-stack.ts';
import { createChangeWatch, type ChangeWatch } from './gateway/change-watch.ts';
import type { IncidentPort } from './gateway/reconciler.ts';
import type { TreatmentTeller } from './gateway/treatment-runner.ts';
import { createLogPositions, positionKey } from './gateway/log-positions.ts';
import type { Watchdog } from './watchdog.ts';
import type { Figures, Meter } from './meter.ts';
import { createWatchMemory } from './gateway/saved-state.ts';
import { createMemorySamples } from './gateway/memory-samples.ts';
import { lookAtTraits } from '../sensors/changing.ts';
import { createDeathWatch } from '../sensors/process/death-watch.ts';
import type { SelfAlarm } from './self-alarm.ts';
import { isOfMaintenance, isSilent } from './gateway/left-alone.ts';
import type { Look } from './gateway/look.ts';

export interface Monitors {
  readonly ports: readonly GatewayPort[];
  /** Takes up treatments that were cut short, and begins to watch. */
  start(): void;
  /** Looks at every gateway once. */
  round(): Promise<readonly { readonly name: string; readonly verdicts: readonly Verdict[] }[]>;
  /** What the last looks have found; null: nobody has looked yet. */
  seen(): Figures['gateways'];
  stop(): Promise<void>;
}

export interface MonitorsOptions {
  readonly config: Config;
  readonly db: DatabaseSync;
  readonly stores: MonitorsStores;
  readonly policy: IncidentPolicy;
  /** Tells people. */
  readonly incidentTeller: IncidentTeller;
  readonly teller: TreatmentTeller;
  readonly dryRun: boolean;
  /** Until when nothing is concluded: after a sleep of the machine all looks stale. */
  readonly restUntil: (now: number) => number | null;
  readonly watchdog: Watchdog;
  /** Counts what is done. */
  readonly meter?: Pick<Meter, 'treated' | 'looked'>;
  /** Rings when a stage fails. */
  readonly alarm: Pick<SelfAlarm, 'report' | 'sees' | 'concluded'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface MonitorsStores {
  readonly ledger: RestartLedger;
  readonly book: IncidentBook;
  readonly silences: Silences;
  readonly blips: Blips;
  readonly watched: Pick<Watched, 'recordRound' | 'save'>;
}

/** A look reads whole logs at times, and asks slow tools. */
export const LOOK_LIMIT_MS = 180_000;

interface Monitor extends GatewayStack {
  readonly changes: ChangeWatch;
  readonly port: GatewayPort;
}

/** A few looks may fail, or take long. */
export const watchGapMs = (pulseMs: number): number => Math.max(120_000, 3 * pulseMs);
const SAVE_WATCHED_MS = 30_000;

export const createMonitors = (options: MonitorsOptions): Monitors => {
  const { config, db, stores, policy, incidentTeller, teller, watchdog, meter, alarm, clock, logger } = options;
  const { ledger, book, silences, watched } = stores;
  const { watch } = config;
  const memory = createWatchMemory(db);
  const deathWatch = createDeathWatch();
  const tools: StackTools = {
    config,
    stores: { ledger, silences, startups: createStartups(db), atomically: (work) => transaction(db, work) },
    shared: { memory, samples: createMemorySamples(db), deathWatch },
    restUntil: options.restUntil,
    dryRun: options.dryRun,
    clock,
    logger,
  };
  const meta = createMeta(db);
  const positions = createLogPositions(positionKey(meta));

  const incidentsOf = (gateway: GatewayConfig, changes: ChangeWatch): IncidentPort => {
    const { name } = gateway;
    const noteBlips = createBlipNotes(name, stores.blips, clock, logger);
    const silent = (decision: Decision): boolean =>
      isOfMaintenance(decision) || isSilent(gateway, silences, clock.now());
    const place = { stage: 'incident', gateway: name } as const;
    return {
      judged: (verdicts, decision) =>
        reported(alarm.report, place, () => {
          incidentTeller.step(
            {
              kind: 'judged',
              gateway: name,
              verdicts,
              decision,
              silent: silent(decision),
              before: (link) => changes.before(link),
            },
            clock.now(),
          );
          noteBlips(verdicts);
          return recheckIncidentsAt(book.open(), policy, clock.now());
        }),
      treated: (result, decision) => {
        reported(alarm.report, place, () =>
          incidentTeller.step(
            { kind: 'treated', gateway: name, result, decision, silent: silent(decision) },
            clock.now(),
          ),
        );
        meter?.treated(name, result);
      },
    };
  };

  const monitors = config.gateways.map((gateway): Monitor => {
    const changes = createChangeWatch({
      gateway: gateway.name,
      lookAtTraits: () => lookAtTraits(gateway.home, stack.monitored.kind.changing, stack.monitored.trust),
      meta,
      now: () => clock.now(),
      logger,
    });
    const stack: GatewayStack = createGatewayStack(gateway, tools, {
      incidents: incidentsOf(gateway, changes),
      follow: (look) => changes.follow(look),
      teller,
      report: alarm.report,
      onLooked: (tookMs) => meter?.looked(gateway.name, tookMs),
      onProcess: (process) => alarm.sees(gateway.name, process),
    });
    return { ...stack, changes, port: portOf(stack, tools, { book, positions }) };
  });
  /** For when it cannot be looked at any more. */
  const noteState = (name: string, { verdicts }: Look): void => {
    try {
      alarm.concluded(name, summary(verdicts, config.locale));
    } catch (err) {
      logger.error({ gateway: name, err }, 'how a gateway is could not be worded');
    }
  };
  const of = (name: string): Monitor | undefined => monitors.find(({ monitored }) => monitored.config.name === name);

  const saveWatched = (): void => {
    try {
      watched.save();
    } catch (err) {
      logger.warn({ err }, 'since when the gateways are watched could not be stored; trying again');
    }
  };
  let cancelSaving = (): void => undefined;
  const keepSaving = (): void => {
    cancelSaving = clock.timer(SAVE_WATCHED_MS, () => {
      saveWatched();
      keepSaving();
    });
  };

  return {
    ports: monitors.map(({ port }) => port),
    start: () => {
      keepSaving();
      // What an earlier Lifeline has left behind must not keep this one from watching.
      for (const { monitored } of monitors) {
        attempted(alarm.report, { stage: 'start', gateway: monitored.config.name, part: 'stops' }, () => {
          const by = ledger.stoppedBy(monitored.config.name);
          if (by !== null) monitored.watcher.note({ kind: 'stopped-by-operator', by });
        });
      }
      attempted(alarm.report, { stage: 'start', gateway: null, part: 'incidents' }, () => {
        for (const gateway of new Set(book.open().map((incident) => incident.gateway))) {
          if (!of(gateway)) incidentTeller.step({ kind: 'unwatched', gateway }, clock.now());
        }
      });
      attempted(alarm.report, { stage: 'start', gateway: null, part: 'treatments' }, () => {
        for (const record of ledger.unfinished()) {
          const found = of(record.gateway);
          if (found) found.reconciler.resume(record);
          else
            logger.warn(
              { gateway: record.gateway },
              'a treatment was cut short, and its gateway is not in the configuration any more',
            );
        }
      });
      for (const [index, { monitored, reconciler, changes }] of monitors.entries()) {
        void changes.begin();
        const beat = watchdog.begin(`watch ${monitored.config.name}`, watch.pulseMs + LOOK_LIMIT_MS);
        monitored.watcher.start({
          pulseMs: watch.pulseMs,
          // Spread over the pulse: all at once would be a storm every few seconds.
          firstPulseMs: (watch.pulseMs * (index + 1)) / monitors.length,
          followLogs: watch.followLogs,
          onLook: (look) => {
            beat();
            watched.recordRound(monitored.config.name, look.at);
            noteState(monitored.config.name, look);
            reconciler.onLook(look);
          },
          // The loop goes on, and that the look fails is told elsewhere.
          onFailed: beat,
        });
      }
    },
    round: () =>
      Promise.all(
        monitors.map(async ({ monitored, reconciler }) => {
          const look = await monitored.watcher.look();
          reconciler.onLook(look);
          return { name: monitored.config.name, verdicts: look.verdicts };
        }),
      ),
    seen: () =>
      monitors.map(({ monitored }) => ({
        name: monitored.config.name,
        verdicts: monitored.watcher.last()?.verdicts ?? null,
        logDoubts: monitored.watcher.last()?.logDoubts ?? [],
        resources: monitored.watcher.last()?.vitals.resources ?? {},
      })),
    stop: async () => {
      // Even if one of them hangs, nothing new is begun.
      cancelSaving();
      deathWatch.stop();
      for (const { monitored } of monitors) monitored.watcher.rest();
      await Promise.all(
        monitors.map(async ({ monitored, reconciler }) => {
          await reconciler.stop();
          await monitored.watcher.stop();
        }),
      );
      saveWatched();
    },
  };
};

/** Short losses stand in the history alone: nothing waits for them. */
const createBlipNotes = (
  gateway: string,
  blips: Blips,
  clock: Clock,
  logger: Logger,
): ((verdicts: readonly Verdict[]) => void) => {
  let before: readonly Verdict[] = [];
  return (verdicts) => {
    try {
      blips.record(blipsBetween(before, verdicts, clock.now()));
    } catch (err) {
      logger.error({ gateway, err }, 'what was lost for a moment could not be written into the history');
    }
    before = verdicts;
  };
};
