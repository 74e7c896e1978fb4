/** The gateways under watch: for each its patient, its care, and what commands may ask of it. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { attempted, reported } from '../base/stage-report.ts';
import { createConcurrencyLimit } from '../base/concurrency-limit.ts';
import type { Config } from '../config/config.ts';
import type { GatewayPort } from '../chat/command.ts';
import { summary } from '../chat/verdict-words.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { RestartLedger } from '../healing/ledger.ts';
import { createStartups } from '../healing/startups.ts';
import { blipsBetween, type Blips } from '../incidents/blips.ts';
import type { IncidentBook } from '../incidents/incident-book.ts';
import { recheckIncidentsAt, type IncidentPolicy } from '../incidents/policy.ts';
import type { Announcer } from '../notify/announcer.ts';
import type { Silences } from '../store/silences.ts';
import { createMeta } from '../store/meta.ts';
import type { Watched } from '../store/watched.ts';
import { transaction } from '../store/transaction.ts';
import type { DatabaseSync } from 'node:sqlite';
import { createReconciler, type Reconciler, type TreatmentTeller } from './reconciler.ts';
import { createGatewayPort } from './gateway-port.ts';
import { createLogPositions, positionKey } from './log-positions.ts';
import type { Watchdog } from './watchdog.ts';
import type { Meter } from './meter.ts';
import { createMemoryBatch } from './memory-batch.ts';
import { createWatchMemory } from './memory.ts';
import { createDeathWatch } from '../sensors/death-watch.ts';
import { createMonitoredGateway, type MonitoredGateway } from './monitored-gateway.ts';
import type { SelfAlarm } from './self-alarm.ts';
import { isSilent, leaveAloneUntil } from './silence.ts';
import type { Look } from './watcher.ts';

export interface Monitors {
  readonly ports: readonly GatewayPort[];
  /** Takes up treatments that were cut short, and begins to watch. */
  start(): void;
  /** Looks at every gateway once. */
  round(): Promise<readonly { readonly name: string; readonly verdicts: readonly Verdict[] }[]>;
  /** What the last looks have found; null: nobody has looked yet. */
  seen(): readonly { readonly name: string; readonly verdicts: readonly Verdict[] | null }[];
  stop(): Promise<void>;
}

export interface MonitorsOptions {
  readonly config: Config;
  readonly db: DatabaseSync;
  readonly ledger: RestartLedger;
  readonly book: IncidentBook;
  readonly policy: IncidentPolicy;
  readonly silences: Silences;
  readonly blips: Blips;
  readonly watched: Pick<Watched, 'recordRound' | 'save'>;
  readonly announcer: Announcer;
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

/** A look reads whole logs at times, and asks slow tools. */
export const LOOK_LIMIT_MS = 180_000;

/** As many as keep the machine busy; one that waits for something slow does not count for longer than this. */
const AT_ONCE = { most: 16, patienceMs: 250 };

interface Cared {
  readonly monitored: MonitoredGateway;
  readonly reconciler: Reconciler;
  readonly port: GatewayPort;
}

/** A few looks may fail, or take long. */
export const watchGapMs = (pulseMs: number): number => Math.max(120_000, 3 * pulseMs);
const SAVE_WATCHED_MS = 30_000;

export const createMonitors = ({
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
  restUntil,
  watchdog,
  meter,
  alarm,
  clock,
  logger,
}: MonitorsOptions): Monitors => {
  const { watch } = config;
  const startups = createStartups(db);
  const memory = createMemoryBatch(createWatchMemory(db), logger);
  const turns = createConcurrencyLimit(AT_ONCE);
  const deathWatch = createDeathWatch();
  const positions = createLogPositions(positionKey(createMeta(db)));

  const cared = config.gateways.map((gateway): Cared => {
    const monitored = createMonitoredGateway(gateway, config, {
      clock,
      logger,
      memory,
      startups,
      deathWatch,
      turns,
      onLooked: (tookMs) => meter?.looked(gateway.name, tookMs),
      report: alarm.report,
      onProcess: (process) => alarm.sees(gateway.name, process),
    });
    let before: readonly Verdict[] = [];
    /** The history alone has these: nothing waits for it. */
    const noteBlips = (verdicts: readonly Verdict[]): void => {
      try {
        blips.record(blipsBetween(before, verdicts, clock.now()));
      } catch (err) {
        logger.error(
          { gateway: gateway.name, err },
          'what was lost for a moment could not be written into the history',
        );
      }
      before = verdicts;
    };
    const silent = (): boolean => isSilent(gateway, silences, clock.now());
    const reconciler = createReconciler({
      gateway: gateway.name,
      ...monitored,
      mode: gateway.heal,
      budget: gateway.healing,
      maintenanceUntil: (now) => leaveAloneUntil(gateway, silences, now),
      restUntil,
      ledger,
      limitMs: monitored.startLimitMs,
      gracefulMs: gateway.healing.gracefulMs,
      dryRun,
      report: alarm.report,
      teller,
      atomically: (work) => transaction(db, work),
      learn: ({ vitals }) => startups.seen(gateway.name, vitals),
      incidents: {
        judged: (verdicts, decision) =>
          reported(alarm.report, { stage: 'incident', gateway: gateway.name }, () => {
            announcer.step(
              { kind: 'judged', gateway: gateway.name, verdicts, decision, silent: silent() },
              clock.now(),
            );
            noteBlips(verdicts);
            return recheckIncidentsAt(book.open(), policy, clock.now());
          }),
        treated: (result, decision) => {
          reported(alarm.report, { stage: 'incident', gateway: gateway.name }, () =>
            announcer.step({ kind: 'treated', gateway: gateway.name, result, decision, silent: silent() }, clock.now()),
          );
          meter?.treated(gateway.name, result);
        },
      },
      clock,
      logger,
    });
    return {
      monitored,
      reconciler,
      port: createGatewayPort({
        monitored,
        reconciler,
        budget: gateway.healing,
        ledger,
        openIncidents: () => book.open(),
        positions,
        clock,
      }),
    };
  });
  /** For when it cannot be looked at any more. */
  const noteState = (name: string, { verdicts }: Look): void => {
    try {
      alarm.concluded(name, summary(verdicts, config.locale));
    } catch (err) {
      logger.error({ gateway: name, err }, 'how a gateway is could not be worded');
    }
  };
  const of = (name: string): Cared | undefined => cared.find(({ monitored }) => monitored.config.name === name);

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
    ports: cared.map(({ port }) => port),
    start: () => {
      keepSaving();
      // What an earlier Lifeline has left behind must not keep this one from watching.
      for (const { monitored } of cared) {
        attempted(alarm.report, { stage: 'start', gateway: monitored.config.name, part: 'stops' }, () => {
          const by = ledger.stoppedBy(monitored.config.name);
          if (by !== null) monitored.watcher.note({ kind: 'stopped-by-operator', by });
        });
      }
      attempted(alarm.report, { stage: 'start', gateway: null, part: 'incidents' }, () => {
        for (const gateway of new Set(book.open().map((incident) => incident.gateway))) {
          if (!of(gateway)) announcer.step({ kind: 'unwatched', gateway }, clock.now());
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
      for (const [index, { monitored, reconciler }] of cared.entries()) {
        const looked = watchdog.begin(`watch ${monitored.config.name}`, watch.pulseMs + LOOK_LIMIT_MS);
        monitored.watcher.start({
          pulseMs: watch.pulseMs,
          // Spread over the pulse: a thousand at once would be a storm every few seconds.
          firstPulseMs: (watch.pulseMs * (index + 1)) / cared.length,
          followLogs: watch.followLogs,
          onLook: (look) => {
            looked();
            watched.recordRound(monitored.config.name, look.at);
            noteState(monitored.config.name, look);
            reconciler.onLook(look);
          },
          // It turns, and that it fails is told elsewhere.
          onFailed: looked,
        });
      }
    },
    round: () =>
      Promise.all(
        cared.map(async ({ monitored, reconciler }) => {
          const look = await monitored.watcher.look();
          reconciler.onLook(look);
          return { name: monitored.config.name, verdicts: look.verdicts };
        }),
      ),
    seen: () =>
      cared.map(({ monitored }) => ({
        name: monitored.config.name,
        verdicts: monitored.watcher.last()?.verdicts ?? null,
      })),
    stop: async () => {
      // Even if one of them hangs, nothing new is begun.
      cancelSaving();
      deathWatch.stop();
      for (const { monitored } of cared) monitored.watcher.rest();
      await Promise.all(
        cared.map(async ({ monitored, reconciler }) => {
          await reconciler.stop();
          await monitored.watcher.stop();
        }),
      );
      memory.flush();
      saveWatched();
    },
  };
};
