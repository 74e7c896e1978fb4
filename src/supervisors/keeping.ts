/** One gateway's process: how it is found, who keeps it, and how it is started where nobody does. */
import { dirname } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { ContainerSeen, ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import type { GatewayKind, ServiceName } from '../gateways/gateway-kind.ts';
import { readAncestors } from '../sensors/process/proc.ts';
import { createGatewayFinder, type GatewayFinder } from '../sensors/process/process.ts';
import { createProcessTree } from '../sensors/process/process-tree.ts';
import type { SightOptions, UnitName } from '../sensors/process/find-process.ts';
import { createCandidates, type Candidates } from './candidates.ts';
import { configuredDetection, createDetection, type SupervisorChoice, type SupervisorDetection } from './detect.ts';
import { createProcessSupervisor } from './process.ts';
import type { RunCommand } from './run-command.ts';
import { lockStartOf, startFolders } from './start-lock.ts';

export interface KeepingOptions {
  readonly gateway: Pick<GatewayConfig, 'name' | 'home' | 'command' | 'unit' | 'supervisor' | 'stopTimeoutMs'>;
  readonly kind: GatewayKind;
  /** The folder that `~` stands for. */
  readonly userHome: string;
  /** Where the output of a gateway goes that Lifeline starts. */
  readonly outputFile: string;
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Keeping {
  readonly finder: GatewayFinder;
  readonly detection: SupervisorDetection;
  /** The names under which the gateway's own installer sets it up. */
  readonly services: readonly ServiceName[];
  /** The uid of the owner of the gateway's home. */
  readonly owner: () => Promise<number>;
  /** Hears that the gateway ran in this container before this Lifeline started. */
  readonly recall: (container: ContainerSeen) => void;
}

export const createKeeping = ({ gateway, kind, userHome, outputFile, run, clock, logger }: KeepingOptions): Keeping => {
  const { name, home, command, unit, stopTimeoutMs, supervisor: wanted } = gateway;
  const services = kind.services(home, userHome);
  const owner = async (): Promise<number> => (await stat(home)).uid;
  const candidates = createCandidates({ services, unit, homeOwner: owner, stopTimeoutMs, run, clock });
  const tree = createProcessTree(`${name}@${home}`);
  const finder = createGatewayFinder({
    kind,
    home,
    ...keeperWitnesses({ services, unit, wanted, candidates }),
    // The supervisor is asked for its main process where the gateway has no sign of its own.
    ofSupervisor: mainProcess(() => detection.choose()),
    tree,
  });
  const [homeVariable] = kind.homeVariables;
  const bare = createProcessSupervisor({
    look: () => finder.look(),
    lockStart: lockStartOf(home, startFolders(process.env, dirname(outputFile))),
    inTheWay: () => finder.inTheWay(),
    onStarted: (process) => finder.know(process),
    tree,
    // Other kinds have signs of their own, and a helper of theirs that lives on is no gateway.
    mayLeaveService: kind.livesInHome,
    command,
    cwd: home,
    env: homeVariable === undefined ? {} : { [homeVariable]: home },
    outputFile,
    stopTimeoutMs,
    clock,
    logger,
  });
  const detection: SupervisorDetection =
    wanted === 'auto'
      ? createDetection({
          candidates: (running) => candidates.likely(running),
          bare,
          find: kind.foundBy === 'itself' ? () => finder.find() : async () => null,
          ancestors: readAncestors,
          container: (running) => candidates.container(running),
          recalled: () => candidates.recalled(),
        })
      : configuredDetection(async () => (wanted === 'process' ? bare : candidates.named(wanted)));
  return { finder, detection, services, owner, recall: (container) => candidates.recall(container) };
};

/** Returns by which units, or by which process, a supervisor vouches for the gateway. */
export const keeperWitnesses = ({
  services,
  unit,
  wanted,
  candidates,
}: {
  readonly services: readonly ServiceName[];
  readonly unit: string | null;
  readonly wanted: GatewayConfig['supervisor'];
  readonly candidates: Candidates;
}): Pick<SightOptions, 'units' | 'namedByKeeper'> => {
  const namedByKeeper = namingKeeper(wanted, candidates);
  return { units: unitsOf(services, unit, wanted), ...(namedByKeeper ? { namedByKeeper } : {}) };
};

const unitsOf = (
  services: readonly ServiceName[],
  unit: string | null,
  wanted: GatewayConfig['supervisor'],
): readonly UnitName[] => [
  ...services.flatMap((service): UnitName[] => {
    const scope = SCOPES[service.supervisor];
    // Who says which manager keeps it says of which the installer's name counts.
    const namedBy = wanted === service.supervisor ? 'configuration' : 'installer';
    return scope === undefined ? [] : [{ scope, unit: service.unit, namedBy }];
  }),
  ...(unit === null
    ? []
    : (['user', 'system'] as const).map((scope): UnitName => ({
        scope,
        unit: unit.includes('.') ? unit : `${unit}.service`,
        namedBy: 'configuration',
      }))),
];

const SCOPES: Readonly<Partial<Record<ServiceName['supervisor'], UnitName['scope']>>> = {
  'systemd-user': 'user',
  'systemd-system': 'system',
};

/**
 * The supervisors that must be asked, because the kernel does not show what they keep: a unit has a control group of
 * its name, a job of launchd has none.
 */
const namingKeeper = (
  wanted: GatewayConfig['supervisor'],
  candidates: Candidates,
): (() => Promise<ProcessIdentity | null>) | null => {
  if (wanted === 'process' || wanted === 'systemd-user' || wanted === 'systemd-system') return null;
  if (wanted !== 'auto') return async () => (await (await candidates.named(wanted)).status()).main;
  return async () => {
    for (const each of await candidates.likely(null)) {
      if (each.name !== 'launchd' && each.name !== 's6') continue;
      const { main } = await each.status();
      if (main) return main;
    }
    return null;
  };
};

/** The supervisor of a gateway changes seldom, and to find it costs more than to ask it. */
const CHOICE_MS = 60_000;

const mainProcess = (choose: () => Promise<SupervisorChoice>): (() => Promise<ProcessSeen | null>) => {
  let known: { readonly at: number; readonly choice: SupervisorChoice } | null = null;
  return async () => {
    if (known === null || Math.abs(performance.now() - known.at) > CHOICE_MS)
      known = { at: performance.now(), choice: await choose() };
    const { supervisor } = known.choice;
    // The bare process would ask this function in its turn.
    return supervisor.name === 'process' ? null : (await supervisor.status()).main;
  };
};
