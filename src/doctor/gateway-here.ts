/** The gateway as it is on this machine: its processes, its container, its environment, and its own commands. */
import { stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { KINDS } from '../gateways/index.ts';
import { findGatewayProcesses, type GatewayProcess } from '../sensors/process/process.ts';
import { isAlive, processEnvironment, readProcess } from '../sensors/process/proc.ts';
import type { ProcessSnapshot } from '../sensors/process/process-table.ts';
import { createCandidates, type Candidates } from '../supervisors/candidates.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import { containerOf } from '../supervisors/container-of.ts';
import { createDockerSupervisor, type DockerSupervisor } from '../supervisors/docker.ts';
import type { Container } from '../supervisors/docker-inspect.ts';
import type { EngineTool } from '../supervisors/docker-refusals.ts';
import { enginesHere, engineWith } from '../supervisors/engine-choice.ts';
import { keeperWitnesses } from '../supervisors/keeping.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import type { SystemdUnit } from './systemd-units.ts';

interface Tools {
  /** The folder that `~` stands for. */
  readonly userHome: string;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/**
 * Returns the gateway's processes, the oldest first; none when no sign leads to one. Throws a UserError when the
 * gateway's supervisor cannot be asked.
 */
export const processesOf = async (
  gateway: GatewayConfig,
  kind: GatewayKind,
  tools: Tools,
): Promise<readonly GatewayProcess[]> => {
  if (kind.foundBy === 'nobody') return [];
  const { supervisor, unit, home, stopTimeoutMs } = gateway;
  const services = kind.services(home, tools.userHome);
  const candidates = createCandidates({
    services,
    unit,
    homeOwner: async () => (await stat(home)).uid,
    stopTimeoutMs,
    run: tools.run,
    clock: tools.clock,
  });
  return kind.foundBy === 'itself'
    ? findGatewayProcesses(kind, home, keeperWitnesses({ services, unit, wanted: supervisor, candidates }))
    : mainProcesses(supervisor, candidates);
};

const mainProcesses = async (
  supervisor: GatewayConfig['supervisor'],
  candidates: Candidates,
): Promise<readonly ProcessSnapshot[]> => {
  if (supervisor === 'process') return [];
  const all = supervisor === 'auto' ? await candidates.likely(null) : [await candidates.named(supervisor)];
  const asked = await Promise.allSettled(all.map(async (each) => (await each.status()).main));
  const mains = asked.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value.pid] : []));
  const refusal = asked.find((answer) => answer.status === 'rejected');
  if (mains.length === 0 && refusal) throw refusal.reason;
  return (await Promise.all(mains.map(readProcess))).filter(isAlive);
};

/** A container that keeps a gateway. `tool` is null for an engine that Lifeline cannot ask. */
export interface KeptIn {
  readonly tool: EngineTool | null;
  /** The container's name for people. */
  readonly name: string;
  /** @returns null when the engine knows no such container. @throws UserError when it cannot be asked. */
  readonly inspect: () => Promise<Container | null>;
}

/**
 * The container that the configuration names, or in which the kernel has the gateway's process.
 *
 * @param pid returns the pid of the gateway; null when none runs
 * @returns null where no container keeps the gateway
 */
export const findContainer = async (
  { supervisor, unit }: Pick<GatewayConfig, 'supervisor' | 'unit'>,
  pid: () => Promise<number | null>,
  { run, clock }: Pick<Tools, 'run' | 'clock'>,
): Promise<KeptIn | null> => {
  const inContainer = (tool: EngineTool, container: string): DockerSupervisor =>
    createDockerSupervisor({ tool, container, run, clock });
  if (supervisor === 'docker')
    return unit === null ? null : keptIn(await engineWith(enginesHere().map((tool) => inContainer(tool, unit))));
  if (supervisor !== 'auto') return null;
  const running = await pid();
  const found = running === null ? null : await containerOf(running);
  if (found === null) return null;
  if (found.tool === null) return { tool: null, name: found.id, inspect: async () => null };
  const kept = keptIn(inContainer(found.tool, found.id));
  // The container is known by its id until the engine tells its name.
  await kept.inspect().catch(() => null);
  return kept;
};

const keptIn = (supervisor: DockerSupervisor): KeptIn => ({
  tool: supervisor.tool,
  get name() {
    return supervisor.unit;
  },
  inspect: () => supervisor.inspect(),
});

/** Returns the variables that are set, of those with these names. Never throws. */
export const gatewayVariables = async (
  context: {
    readonly processes: () => Promise<readonly GatewayProcess[]>;
    readonly units: () => Promise<readonly SystemdUnit[]>;
  },
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (names.length === 0) return new Map();
  const [process] = await context.processes().catch(() => []);
  const unit = process ? undefined : (await context.units().catch(() => []))[0];
  const environment = (process ? await processEnvironment(process.pid) : unit?.environment) ?? {};
  return new Map(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const])),
  );
};

/*
 * The gateway's own commands, called as the gateway is started, and so with the right profile. A gateway in a container
 * is started by the engine: its own commands, given outside the container, would make a second gateway.
 */

type Called = Pick<GatewayConfig, 'kind' | 'command'>;
/** One command, or none: not every kind has a command line of its own. */
type Commands = readonly string[];

/** Writes the definition anew, in today's form. */
export const reinstall = (gateway: Called): Commands => gatewayCommand(gateway, 'install', '--force');

export const install = (gateway: Called): Commands => gatewayCommand(gateway, 'install');

/** Starts the gateway by its service manager where there is one, else in the terminal of whoever types the command. */
export const start = (gateway: Called, container: KeptIn | null): Commands =>
  container ? engineCommand(container, 'start') : gatewayCommand(gateway, 'start');

export const restart = (gateway: Called, container: KeptIn | null): Commands =>
  container ? engineCommand(container, 'restart') : gatewayCommand(gateway, 'restart');

/** Ends the gateway, also one that no service manager keeps. */
export const stop = (gateway: Called): Commands => gatewayCommand(gateway, 'stop');

const engineCommand = ({ tool, name }: KeptIn, action: 'start' | 'restart'): Commands =>
  tool === null ? [] : [commandLine([tool, action, name])];

const gatewayCommand = ({ kind, command }: Called, ...words: readonly string[]): Commands => {
  const usual = upToGateway(KINDS[kind].usualCommand);
  return usual === null ? [] : [commandLine([...(upToGateway(command) ?? usual), ...words])];
};

/** Returns the command without the words that start the gateway; null when no word stands before those. */
const upToGateway = (command: readonly string[]): readonly string[] | null => {
  const at = command.lastIndexOf('gateway');
  return at < 1 ? null : command.slice(0, at + 1);
};
