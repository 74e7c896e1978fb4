/** The container that keeps a gateway: the one that the configuration names, or in which the kernel has its process. */
import { createDockerSupervisor, type DockerSupervisor } from '../supervisors/docker.ts';
import type { Container } from '../supervisors/docker-inspect.ts';
import type { EngineTool } from '../supervisors/docker-refusals.ts';
import { enginesHere, engineWith } from '../supervisors/engine-choice.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import { containerOf } from '../supervisors/container-of.ts';

/** A container that keeps a gateway. `tool` is null for an engine that Lifeline cannot ask. */
export interface KeptIn {
  readonly tool: EngineTool | null;
  /** The container's name for people. */
  readonly name: string;
  /** @returns null when the engine knows no such container. @throws UserError when it cannot be asked. */
  readonly inspect: () => Promise<Container | null>;
}

export interface KeptInOptions {
  readonly gateway: Pick<GatewayConfig, 'supervisor' | 'unit'>;
  /** Returns the pid of the gateway; null when none runs. */
  readonly pid: () => Promise<number | null>;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/** Returns null where no container keeps the gateway. */
export const findContainer = async ({
  gateway: { supervisor, unit },
  pid,
  run,
  clock,
}: KeptInOptions): Promise<KeptIn | null> => {
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
