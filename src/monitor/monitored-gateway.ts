/** Puts together what Lifeline needs for one gateway: where it is, how it is found, watched and restarted. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { trustIn, type Trust } from '../base/foreign/trust.ts';
import type { Logger } from '../base/logger.ts';
import type { ConcurrencyLimit } from '../base/concurrency-limit.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { DEFAULT_POLICY } from '../diagnosis/policy.ts';
import { createKind } from '../gateways/index.ts';
import { isTreatable, type GatewayKind, type LinkControl, type Patience } from '../gateways/gateway-kind.ts';
import { mainLogOf } from '../sensors/main-log.ts';
import { gracefulOf } from '../healing/graceful.ts';
import type { Graceful } from '../healing/steps.ts';
import type { Startups } from '../healing/startups.ts';
import { startupLimit } from '../healing/startup-limit.ts';
import type { DeathWatch } from '../sensors/death-watch.ts';
import { parentOf } from '../sensors/parent.ts';
import type { Running } from '../sensors/process.ts';
import type { SupervisorDetection } from '../supervisors/detect.ts';
import { createKeeping } from '../supervisors/keeping.ts';
import { outputFileOf } from '../supervisors/output-log.ts';
import { runCommand } from '../supervisors/run-command.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { WatchMemory } from './memory.ts';
import { policyForKind } from './policy-for-kind.ts';
import { createKeeperSensor } from './keeper-sensor.ts';
import { createWatcher, type Watcher, type WatcherOptions } from './watcher.ts';

export interface MonitoredGateway {
  readonly config: GatewayConfig;
  readonly kind: GatewayKind;
  /** The log that `/logs` shows. */
  readonly mainLog: () => Promise<string>;
  /** Whose files are believed to be this gateway's. */
  readonly trust: Trust;
  readonly watcher: Watcher;
  /** What runs of it now, looked for anew. */
  readonly lookForProcess: () => Promise<Running>;
  readonly holder: SupervisorDetection;
  /** Whether Lifeline can start and stop it. */
  readonly isTreatable: boolean;
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  readonly patience: Patience;
  /** Whose home it is, by uid. */
  readonly owner: () => Promise<number>;
  /** How long a start may take. */
  readonly startLimitMs: () => number;
}

export interface MonitoredGatewayTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the running bot only: two that write the same memory would undo each other's. */
  readonly memory?: WatchMemory;
  /** What is known of how long starts take; without it the configuration counts. */
  readonly startups?: Startups;
  /** Sees the end of its process at once; without it the next look does. */
  readonly deathWatch?: DeathWatch;
  /** Lets not all gateways be looked at at once. */
  readonly turns?: ConcurrencyLimit;
  /** Hears how long each look took. */
  readonly onLooked?: (tookMs: number) => void;
  /** Hears of what fails, and which process each look has found. */
  readonly report?: WatcherOptions['report'];
  readonly onProcess?: WatcherOptions['onProcess'];
}

export const createMonitoredGateway = (
  gateway: GatewayConfig,
  config: Config,
  { clock, logger, memory, startups, deathWatch, turns, onLooked, report, onProcess }: MonitoredGatewayTools,
): MonitoredGateway => {
  const kind = createKind(gateway);
  const { home, name } = gateway;
  const trust = trustIn(home, kind.trustedUsers);
  const { finder, holder, services, owner, recall } = createKeeping({
    gateway,
    kind,
    userHome: homedir(),
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
  const watcher = createWatcher({
    gateway: name,
    kind,
    home,
    links: gateway.links === 'auto' ? null : gateway.links,
    policy: () =>
      policyForKind(
        {
          ...DEFAULT_POLICY,
          linkGraceMs: grace.linkGraceMs,
          defaultLinkGraceMs: grace.defaultLinkGraceMs,
          startGraceMs: startLimitMs(),
          goneGraceMs: grace.goneGraceMs,
          stopGraceMs: grace.stopGraceMs,
          networkGraceMs: grace.networkGraceMs,
        },
        kind,
      ),
    frozenAfterMs: grace.frozenGraceMs,
    hosts: gateway.hosts,
    // All gateways look every few seconds; one list of processes serves those of a moment.
    lookForProcess: (maxAgeMs) => finder.look(maxAgeMs),
    know: (process) => finder.know(process),
    recall,
    keeper: (process) => createKeeperSensor({ holder, process, isBare: gateway.supervisor === 'process', parentOf }),
    ...(deathWatch ? { deathWatch } : {}),
    ...(turns ? { turns } : {}),
    ...(memory ? { memory } : {}),
    ...(onLooked ? { onLooked } : {}),
    ...(report ? { report } : {}),
    ...(onProcess ? { onProcess } : {}),
    clock,
    logger,
  });
  return {
    lookForProcess: () => finder.look(),
    holder,
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
