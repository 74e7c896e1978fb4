/** Puts together what Lifeline needs for one gateway: where it is, how it is found, watched and restarted. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { trustIn, type Trust } from '../base/foreign/trust.ts';
import type { Logger } from '../base/logger.ts';
import type { Turns } from '../base/turns.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { DEFAULT_POLICY } from '../diagnosis/policy.ts';
import { createKind } from '../gateways/index.ts';
import type { GatewayKind, LinkControl, Patience } from '../gateways/gateway-kind.ts';
import { mainLogOf } from '../sensors/main-log.ts';
import { findGatewayProcess } from '../sensors/process.ts';
import { gracefulOf } from '../healing/graceful.ts';
import type { Graceful } from '../healing/rungs.ts';
import type { Startups } from '../healing/startups.ts';
import { startupLimit } from '../healing/startup-limit.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { createCandidates } from '../supervisors/candidates.ts';
import { configuredHolder, createHolder, type Choice, type Holder } from '../supervisors/holder.ts';
import { outputFileOf } from '../supervisors/output-log.ts';
import { createProcessSupervisor } from '../supervisors/process.ts';
import { runCommand } from '../supervisors/run-command.ts';
import { readAncestors } from '../sensors/proc.ts';
import { MOMENT_MS } from '../sensors/survey.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { WatchMemory } from './memory.ts';
import { patientPolicy } from './patient-policy.ts';
import { createWatcher, type Watcher } from './watcher.ts';

export interface Patient {
  readonly config: GatewayConfig;
  readonly kind: GatewayKind;
  /** The log that `/logs` shows. */
  readonly mainLog: () => Promise<string>;
  /** Whose files are believed to be this gateway's. */
  readonly trust: Trust;
  readonly watcher: Watcher;
  readonly find: () => Promise<ProcessSeen | null>;
  readonly holder: Holder;
  readonly graceful: (supervisor: Supervisor) => Graceful | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  readonly patience: Patience;
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
  /** Lets not all gateways be looked at at once. */
  readonly turns?: Turns;
  /** Hears how long each look took. */
  readonly onLooked?: (tookMs: number) => void;
}

export const createPatient = (gateway: GatewayConfig, config: Config, { clock, logger, memory, startups, turns, onLooked }: PatientTools): Patient => {
  const kind = createKind(gateway);
  const { home, name } = gateway;
  const trust = trustIn(home, kind.trustedUsers);
  // The supervisor is asked for its main process where the gateway has no sign of its own.
  const ofSupervisor = mainProcess(() => holder.choose());
  const findIn = async (maxAgeMs: number): Promise<ProcessSeen | null> => (kind.foundBy === 'itself' ? findGatewayProcess(kind, home, maxAgeMs) : kind.foundBy === 'supervisor' ? ofSupervisor() : null);
  const find = (): Promise<ProcessSeen | null> => findIn(0);
  const bare = createProcessSupervisor({
    find,
    command: gateway.command,
    cwd: home,
    env: kind.homeVariables[0] === undefined ? {} : { [kind.homeVariables[0]]: home },
    outputFile: outputFileOf(config.dataDir, name),
    stopTimeoutMs: gateway.stopTimeoutMs,
    clock,
    logger: logger.child({ gateway: name }),
  });
  const { grace } = gateway;
  const owner = async (): Promise<number> => (await stat(home)).uid;
  const services = kind.services(home, homedir());
  const candidates = createCandidates({ services, unit: gateway.unit, homeOwner: owner, stopTimeoutMs: gateway.stopTimeoutMs, run: runCommand, clock });
  const { supervisor: wanted } = gateway;
  const holder: Holder = wanted !== 'auto' ? configuredHolder(async () => (wanted === 'process' ? bare : candidates.named(wanted))) : createHolder({ candidates: (running) => candidates.likely(running), bare, find: kind.foundBy === 'itself' ? find : async () => null, ancestors: readAncestors });
  const startLimitMs = (): number => Math.max(startupLimit(startups?.durations(name) ?? [], grace.startGraceMs), Math.min(grace.startGraceMs, kind.patience.startMs));
  const { patience } = kind;
  const watcher = createWatcher({
    gateway: name,
    kind,
    home,
    links: gateway.links === 'auto' ? null : gateway.links,
    policy: () => patientPolicy({
      ...DEFAULT_POLICY,
      linkGraceMs: grace.linkGraceMs,
      defaultLinkGraceMs: grace.defaultLinkGraceMs,
      startGraceMs: startLimitMs(),
      goneGraceMs: grace.goneGraceMs,
      stopGraceMs: grace.stopGraceMs,
      networkGraceMs: grace.networkGraceMs,
    }, patience),
    frozenAfterMs: grace.frozenGraceMs,
    hosts: gateway.hosts,
    // All gateways look every few seconds; one list of processes serves those of a moment.
    find: () => findIn(MOMENT_MS),
    ...(turns ? { turns } : {}),
    ...(memory ? { memory } : {}),
    ...(onLooked ? { onLooked } : {}),
    clock,
    logger,
  });
  return {
    find,
    holder,
    graceful: (supervisor) => gracefulOf({ kind, home, start: gateway.command, supervisor, services, waitMs: gateway.healing.gracefulMs, run: runCommand, clock }),
    owner,
    startLimitMs,
    config: gateway,
    kind,
    mainLog: () => mainLogOf(kind.mainLogs.map((log) => resolve(home, log)), trust),
    trust,
    watcher,
    control: watcher.control,
    patience,
  };
};

/** Who keeps it changes seldom, and to find out costs more than to ask. */
const CHOICE_MS = 60_000;

const mainProcess = (choose: () => Promise<Choice>): (() => Promise<ProcessSeen | null>) => {
  let known: { readonly at: number; readonly choice: Choice } | null = null;
  return async () => {
    if (known === null || Math.abs(performance.now() - known.at) > CHOICE_MS) known = { at: performance.now(), choice: await choose() };
    const { supervisor } = known.choice;
    // The bare process would ask here in its turn.
    return supervisor.name === 'process' ? null : (await supervisor.status()).main;
  };
};
