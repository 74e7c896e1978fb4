import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { createDockerSupervisor, type DockerSupervisor } from '../../src/supervisors/docker.ts';
import type { EngineTool } from '../../src/supervisors/docker-refusals.ts';
import { enginesHere, engineWith } from '../../src/supervisors/engine-choice.ts';
import { DOCKER, PODMAN, REFUSALS } from './docker-outputs.ts';
import { createFakeTools, type Answer, type FakeTools } from './fake-tools.ts';

let tools: FakeTools;
beforeEach(async () => {
  tools = await createFakeTools();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await tools.remove();
});

const engine = (tool: EngineTool): DockerSupervisor =>
  createDockerSupervisor({ tool, container: 'gateway', run: tools.run, clock: scaledClock(0, 1) });
const both = (): readonly DockerSupervisor[] => [engine('docker'), engine('podman')];
const asked = async (): Promise<readonly string[]> => (await tools.calls()).map((call) => call.split(' ')[0] ?? '');
const has = (stdout: string): Answer => ({ args: '^inspect', stdout });
const NONE: Readonly<Record<EngineTool, Answer>> = {
  docker: { args: '^inspect', ...REFUSALS.dockerMissing },
  podman: { args: '^inspect', ...REFUSALS.podmanMissing },
};

it('is the only one that is installed, without a question', async () => {
  expect((await engineWith([engine('podman')])).tool).toBe('podman');
  expect(await asked()).toEqual([]);
});

it('is the one that has a container of this name; the others are asked no more', async () => {
  await tools.play('docker', [NONE.docker]);
  await tools.play('podman', [has(PODMAN.stopped)]);
  const engines = both();
  expect((await engineWith(engines)).tool).toBe('podman');
  expect(await asked()).toEqual(['docker', 'podman']);
  expect((await engineWith(engines)).tool).toBe('podman');
  expect(await asked()).toEqual(['docker', 'podman']);
});

it('is the one that has it, also where another one cannot be asked at all', async () => {
  await tools.play('docker', [{ args: '^inspect', ...REFUSALS.dockerDown }]);
  await tools.play('podman', [has(PODMAN.stopped)]);
  expect((await engineWith(both())).tool).toBe('podman');
});

it('stays the one that had it last where none has it now, and is another one once that has it', async () => {
  await tools.play('docker', [NONE.docker]);
  await tools.play('podman', [has(PODMAN.stopped)]);
  const engines = both();
  const podman = await engineWith(engines);
  await tools.play('podman', [NONE.podman]);
  expect((await podman.status()).state).toBe('missing');
  expect((await engineWith(engines)).tool).toBe('podman');
  await tools.play('docker', [has(DOCKER.running)]);
  expect((await engineWith(engines)).tool).toBe('docker');
});

it('is the first where nobody ever had it', async () => {
  await tools.play('docker', [NONE.docker]);
  await tools.play('podman', [NONE.podman]);
  expect((await engineWith(both())).tool).toBe('docker');
});

it.each([
  [
    ['docker', 'podman'],
    ['docker', 'podman'],
  ],
  [['podman'], ['podman']],
  [['docker'], ['docker']],
  [[], ['docker']],
] as const)('of %j on the PATH are asked %j', async (installed, expected) => {
  for (const tool of installed) await tools.play(tool, []);
  vi.stubEnv('PATH', tools.dir);
  expect(enginesHere()).toEqual(expected);
});
