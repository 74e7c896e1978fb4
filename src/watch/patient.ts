/** Puts together what Lifeline needs for one gateway: where it is, how it is found, watched and restarted. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { DEFAULT_POLICY } from '../diagnosis/policy.ts';
import { GATEWAY_KINDS } from '../gateways/index.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { findGatewayProcess } from '../sensors/process.ts';
import { createAutoSupervisor } from '../supervisors/auto.ts';
import { createProcessSupervisor } from '../supervisors/process.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { WatchMemory } from './memory.ts';
import { createWatcher, type Watcher } from './watcher.ts';

export interface Patient {
  readonly config: GatewayConfig;
  readonly kind: GatewayKind;
  /** The log that `/logs` shows. */
  readonly mainLog: string;
  readonly watcher: Watcher;
  readonly supervisor: Supervisor;
}

export interface PatientTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the running bot only: two that write the same memory would undo each other's. */
  readonly memory?: WatchMemory;
}

export const createPatient = (gateway: GatewayConfig, config: Config, { clock, logger, memory }: PatientTools): Patient => {
  const kind = kindOf(gateway);
  const { home, name } = gateway;
  const find = (): ReturnType<typeof findGatewayProcess> => findGatewayProcess(kind, home);
  const bare = createProcessSupervisor({
    find,
    command: gateway.command,
    cwd: home,
    env: { [kind.homeVariable]: home },
    outputFile: join(config.dataDir, `${name}.output.log`),
    stopTimeoutMs: gateway.stopTimeoutMs,
    clock,
    logger: logger.child({ gateway: name }),
  });
  const { watch } = config;
  return {
    config: gateway,
    kind,
    mainLog: join(home, kind.mainLog),
    supervisor: gateway.supervisor === 'auto' ? createAutoSupervisor(bare, kind.services(home, homedir())) : bare,
    watcher: createWatcher({
      gateway: name,
      kind,
      home,
      links: gateway.links === 'auto' ? null : gateway.links,
      policy: {
        ...DEFAULT_POLICY,
        linkGraceMs: watch.linkGraceMs,
        defaultLinkGraceMs: watch.defaultLinkGraceMs,
        startGraceMs: watch.startGraceMs,
        goneGraceMs: watch.goneGraceMs,
        stopGraceMs: watch.stopGraceMs,
        networkGraceMs: watch.networkGraceMs,
      },
      frozenAfterMs: watch.frozenGraceMs,
      hosts: gateway.hosts,
      find,
      ...(memory ? { memory } : {}),
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
