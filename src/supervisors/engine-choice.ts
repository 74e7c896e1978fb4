/** Which engine keeps a container that the configuration names: docker and podman may both be on one machine. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { DockerSupervisor } from './docker.ts';
import type { EngineTool } from './docker-refusals.ts';

/** Returns the engines on the `PATH`; where there is none, docker, whose absence is then told. */
export const enginesHere = (): readonly [EngineTool, ...EngineTool[]] => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const has = (program: EngineTool): boolean =>
    folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
  if (!has('podman')) return ['docker'];
  return has('docker') ? ['docker', 'podman'] : ['podman'];
};

/**
 * Returns the engine that has the container, asking all of them only while none is known to. Where none has it, that is
 * the one that had it last, else the first.
 */
export const engineWith = async (engines: readonly DockerSupervisor[]): Promise<DockerSupervisor> => {
  const [first, ...others] = engines.toSorted((one, other) => Number(hadIt(other)) - Number(hadIt(one)));
  if (!first) throw new Error('there is no engine to choose from');
  if (others.length === 0) return first;
  const knowing = engines.find((engine) => engine.hasIt());
  if (knowing) return knowing;
  for (const engine of [first, ...others]) if (await answers(engine)) return engine;
  return first;
};

const hadIt = (engine: DockerSupervisor): boolean => engine.container?.() != null;

/** An engine that cannot be asked, such as a docker that is installed and never started, is left out. */
const answers = async (engine: DockerSupervisor): Promise<boolean> => {
  try {
    return (await engine.inspect()) !== null;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
};
