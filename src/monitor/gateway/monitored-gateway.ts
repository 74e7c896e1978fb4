/** Puts together what Lifeline needs for one gateway: where it is, how it is found, watched and restarted. */
import { resolve } from 'node:path';
import { userHome } from '../../base/account.ts';
import type { Clock } from '../../base/clock.ts';
import type { Trust } from '../../base/file-trust.ts';
import { trustIn } from '../../base/open-foreign.ts';
import type { Logger } from '../../base/logger.ts';
import type { Config, GatewayConfig } from '../../config/config.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../../diagnosis/policy.ts';
import { createKind } from '../../gateways/index.ts';
import { isTreatable, type GatewayKind, type LinkControl, type Patience } from '../../gateways/gateway-kind.ts';
import { mainLogOf } from '../../sensors/logs/main-log.ts';
import { gracefulOf } from '../../healing/graceful.ts';
import type { Graceful } from '../../healing/steps.ts';
import { startupLimit, type Startups } from '../../healing/startups.ts';
import { parentOf } from '../../sensors/process/parent.ts';
import type { Running } from '../../sensors/process/process.ts';
import type { SupervisorDetection } from '../../supervisors/detect.ts';
import { createKeeping } from '../../supervisors/keeping.ts';
import { outputFileOf } from '../../supervisors/output-log.ts';
import { runCommand } from '../../supervisors/run-command.ts';
import type { Supervisor } from '../../supervisors/supervisor.ts';
import { policyForKind } from './policy-for-kind.ts';
import { createKeeperSensor } from './keeper-sensor.ts';
import { createWatcher, type Watcher, type WatchListeners, type WatchShared } from './watcher.ts';

/** What healing needs of a gateway: how it is watched, found, started and stopped. */
export interface TreatableGateway {
  readonly name: string;
  readonly watcher: Watcher;
  /** What runs of it now, looked for anew. */
  readonly findProcess: () => Promise<Running>;
  readonly detection: SupervisorDetection;
  /** Whether Lifeline can start and stop it. */
  readonly isTreatable: boolean;
  /** How the gateway is asked to end its turns first, where this supervisor keeps it. */
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  readonly patience: Pick<Patience, 'kills' | 'drainMs'>;
  /** Whose home it is, by uid; whose process the gateway must be when none ran before. */
  readonly owner: () => Promise<number | null>;
  /** How long a start may take until it is proven. */
  readonly startLimitMs: () => number;
}

export interface MonitoredGateway extends TreatableGateway {
  readonly config: GatewayConfig;
  readonly kind: GatewayKind;
  /** The log that `/logs` shows. */
  readonly mainLog: () => Promise<string>;
  /** Whose files are believed to be this gateway's. */
  readonly trust: Trust;
}

export interface MonitoredGatewayTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the watchers of one process share. */
  readonly shared?: WatchShared;
  readonly listeners?: WatchListeners;
  /** What is known of how long starts take; without it the configuration counts. */
  readonly startups?: Pick<Startups, 'durations'>;
}

export const createMonitoredGateway = (
  gateway: GatewayConfig,
  config: Pick<Config, 'dataDir'>,
  { clock, logger, shared = {}, listeners = {}, startups }: MonitoredGatewayTools,
): MonitoredGateway => {
  const kind = createKind(gateway);
  const { home, name } = gateway;
  const trust = trustIn(home, kind.trustedUsers);
  const { finder, detection, services, owner, recall } = createKeeping({
    gateway,
    kind,
    userHome: userHome(),
    outputFile: outputFileOf(config.dataDir, name),
    run: runCommand,
    clock,
    logger: logger.child({ gateway: name }),
  });
  const { grace } = gateway;
  const startLimitMs = (): number =>
    Math.max(
      startupLimit(startups?.durations(name) ?? [], grace.startGraceMs),
      Math.min(grace.startGraceMs, kind.patience.startMs),
    );
  const { patience } = kind;
  const policy = (): DiagnosisPolicy =>
    policyForKind(
      {
        ...DEFAULT_POLICY,
        linkGraceMs: grace.linkGraceMs,
        defaultLinkGraceMs: grace.defaultLinkGraceMs,
        startGraceMs: startLimitMs(),
        goneGraceMs: grace.goneGraceMs,
        stopGraceMs: grace.stopGraceMs,
        networkGraceMs: grace.networkGraceMs,
        memoryBusyMs: gateway.memory.restartBusyMs,
      },
      kind,
    );
  const watcher = createWatcher({
    subject: {
      gateway: name,
      kind,
      home,
      links: gateway.links === 'auto' ? null : gateway.links,
      policy,
      frozenMs: grace.frozenGraceMs,
      memory: gateway.memory,
      hosts: gateway.hosts,
    },
    finder: {
      // All gateways look every few seconds; one list of processes serves those of a moment.
      findProcess: (maxAgeMs) => finder.look(maxAgeMs),
      know: (process) => finder.know(process),
      recall,
      keeper: (process) =>
        createKeeperSensor({ detection, process, isBare: gateway.supervisor === 'process', parentOf }),
    },
    shared,
    listeners,
    clock,
    logger,
  });
  return {
    name,
    findProcess: () => finder.look(),
    detection,
    isTreatable: isTreatable(kind),
    graceful: (supervisor) =>
      gracefulOf({
        kind,
        home,
        start: gateway.command,
        supervisor,
        services,
        waitMs: gateway.healing.gracefulMs,
        run: runCommand,
        clock,
      }),
    owner,
    startLimitMs,
    config: gateway,
    kind,
    mainLog: () =>
      mainLogOf(
        kind.mainLogs.map((log) => resolve(home, log)),
        trust,
      ),
    trust,
    watcher,
    control: watcher.control,
    patience,
  };
};
