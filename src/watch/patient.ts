/** Puts together what Lifeline needs for one gateway: where it is, how it is found, watched and restarted. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { DEFAULT_POLICY } from '../diagnosis/policy.ts';
import { GATEWAY_KINDS } from '../gateways/index.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { findGatewayProcess } from '../sensors/process.ts';
import { gracefulOf } from '../healing/graceful.ts';
import type { Graceful } from '../healing/rungs.ts';
import type { Startups } from '../healing/startups.ts';
import { startupLimit } from '../healing/startup-limit.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { createCandidates } from '../supervisors/candidates.ts';
import { configuredHolder, createHolder, type Holder } from '../supervisors/holder.ts';
import { outputFileOf } from '../supervisors/output-log.ts';
import { createProcessSupervisor } from '../supervisors/process.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { readAncestors } from '../sensors/proc.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { WatchMemory } from './memory.ts';
import { createWatcher, type Watcher } from './watcher.ts';

export interface Patient {
  readonly config: GatewayConfig;
  readonly kind: GatewayKind;
  /** The log that `/logs` shows. */
  readonly mainLog: string;
  readonly watcher: Watcher;
  readonly find: () => Promise<ProcessSeen | null>;
  readonly holder: Holder;
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Whose home it is, by uid. */
  readonly owner: () => Promise<number>;
  /** How long a start may take. */
  readonly startLimitMs: () => number;
}

export interface PatientTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the running bot only: two that write the same memory would undo each other's. */
  readonly memory?: WatchMemory;
  /** What is known of how long starts take; without it the configuration counts. */
  readonly startups?: Startups;
  /** Hears how long each look took. */
  readonly onLooked?: (tookMs: number) => void;
}

export const createPatient = (gateway: GatewayConfig, config: Config, { clock, logger, memory, startups, onLooked }: PatientTools): Patient => {
  const kind = kindOf(gateway);
  const { home, name } = gateway;
  const find = (): ReturnType<typeof findGatewayProcess> => findGatewayProcess(kind, home);
  const bare = createProcessSupervisor({
    find,
    command: gateway.command,
    cwd: home,
    env: { [kind.homeVariable]: home },
    outputFile: outputFileOf(config.dataDir, name),
    stopTimeoutMs: gateway.stopTimeoutMs,
    clock,
    logger: logger.child({ gateway: name }),
  });
  const { watch } = config;
  const owner = async (): Promise<number> => (await stat(home)).uid;
  const services = kind.services(home, homedir());
  const candidates = createCandidates({ services, unit: gateway.unit, homeOwner: owner, stopTimeoutMs: gateway.stopTimeoutMs, run: runCommand, clock });
  const { supervisor: wanted } = gateway;
  const startLimitMs = (): number => startupLimit(startups?.durations(name) ?? [], watch.startGraceMs);
  return {
    find,
    holder: wanted !== 'auto' ? configuredHolder(async () => (wanted === 'process' ? bare : candidates.named(wanted))) : createHolder({ candidates: (running) => candidates.likely(running), bare, find, ancestors: readAncestors }),
    graceful: (supervisor) => gracefulOf({ kind, home, start: gateway.command, supervisor, services, waitMs: config.healing.gracefulMs, run: runCommand, clock }),
    owner,
    startLimitMs,
    config: gateway,
    kind,
    mainLog: resolve(home, kind.mainLog),
    watcher: createWatcher({
      gateway: name,
      kind,
      home,
      links: gateway.links === 'auto' ? null : gateway.links,
      policy: () => ({
        ...DEFAULT_POLICY,
        linkGraceMs: watch.linkGraceMs,
        defaultLinkGraceMs: watch.defaultLinkGraceMs,
        startGraceMs: startLimitMs(),
        goneGraceMs: watch.goneGraceMs,
        stopGraceMs: watch.stopGraceMs,
        networkGraceMs: watch.networkGraceMs,
      }),
      frozenAfterMs: watch.frozenGraceMs,
      hosts: gateway.hosts,
      find,
      ...(memory ? { memory } : {}),
      ...(onLooked ? { onLooked } : {}),
      clock,
      logger,
    }),
  };
};

const kindOf = ({ kind }: GatewayConfig): GatewayKind => {
  const found = GATEWAY_KINDS[kind];
  if (!found) throw new Error(`no such kind of gateway: ${kind}`);
  return found;
};
