/** The docker supervisor against real engines. A daemon of our own is started where there is none and root may. */
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { createDockerSupervisor, type DockerSupervisor } from '../../../src/supervisors/docker.ts';
import type { EngineTool } from '../../../src/supervisors/docker-refusals.ts';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import type { SupervisorStatus } from '../../../src/supervisors/supervisor.ts';
import { openEngine } from './engine.ts';

const patience = { timeout: 60_000, interval: 100 };
const never = new AbortController().signal;
const WAITS = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

const engines = [];
for (const tool of ['docker', 'podman'] satisfies EngineTool[]) {
  const engine = await openEngine(tool);
  if (typeof engine === 'string') console.log(`skipped: ${engine}`);
  engines.push({ tool, engine });
}

describe.each(engines)('$tool', ({ tool, engine }) => {
  const name = `lifeline-real-${process.pid}`;
  const ready = typeof engine === 'string' ? null : engine;
  afterEach(
    () =>
      void spawnSync(tool, ['rm', '--force', '--time', '0', name]).status === 0 ||
      spawnSync(tool, ['rm', '--force', name]),
  );
  afterAll(() => ready?.end());

  const supervise = (flags: readonly string[], script: string): DockerSupervisor => {
    ready?.container(name, flags, script);
    return createDockerSupervisor({
      tool,
      container: name,
      run: runCommand,
      clock: scaledClock(0, 1),
      stopTimeoutMs: 5_000,
    });
  };
  const until = (
    supervisor: DockerSupervisor,
    holds: (status: SupervisorStatus) => boolean,
  ): Promise<SupervisorStatus> =>
    vi.waitFor(async () => {
      const status = await supervisor.status();
      if (!holds(status)) throw new Error(`not yet: ${JSON.stringify(status)}`);
      return status;
    }, patience);
  const running = (supervisor: DockerSupervisor, not?: number): Promise<SupervisorStatus> =>
    until(supervisor, ({ state, main }) => state === 'active' && main !== null && main.pid !== not);

  it.skipIf(!ready)('tells the process, and a restart makes a new one', async () => {
    const supervisor = supervise([], WAITS);
    const before = await running(supervisor);
    expect((await supervisor.inspect())?.restartPolicy.name).toBe('no');
    expect((await supervisor.restart(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it.skipIf(!ready)('stops a container that would be revived, and starts it', async () => {
    const supervisor = supervise(['--restart', 'always'], WAITS);
    const before = await running(supervisor);
    expect((await supervisor.stop(before.main, never)).outcome).toBe('done');
    expect(await supervisor.status()).toMatchObject({
      state: 'inactive',
      main: null,
      exit: { code: 0 },
      outlook: { next: 'stopped' },
    });
    expect((await supervisor.start(never)).outcome).toBe('done');
    await running(supervisor);
  });

  it.skipIf(!ready)('kills one, which nothing revives before it is started', async () => {
    const supervisor = supervise(['--restart', 'always'], WAITS);
    const before = await running(supervisor);
    expect((await supervisor.kill(before.main, never)).outcome).toBe('done');
    await until(supervisor, ({ state }) => state === 'inactive');
    expect((await supervisor.kill(before.main, never)).outcome).toBe('done');
    expect((await supervisor.start(never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it.skipIf(!ready)('lets whoever came since live: a restart and a kill are for their victim alone', async () => {
    const supervisor = supervise([], WAITS);
    const { main: victim } = await running(supervisor);
    expect((await supervisor.restart(victim, never)).outcome).toBe('done');
    const { main: newer } = await running(supervisor, victim?.pid);
    for (const action of ['restart', 'kill'] as const)
      expect(await supervisor[action](victim, never)).toEqual({ outcome: 'done', steps: [] });
    expect((await running(supervisor)).main).toEqual(newer);
  });

  it.skipIf(!ready)('restarts a paused one', async () => {
    const supervisor = supervise([], WAITS);
    const before = await running(supervisor);
    ready?.tool('pause', name);
    expect((await supervisor.status()).state).toBe('inactive');
    expect((await supervisor.restart(before.main, never)).outcome).toBe('done');
    await running(supervisor, before.main?.pid);
  });

  it.skipIf(!ready)('tells a loop by its count, and one that was given up', async () => {
    const loop = supervise(['--restart', 'always'], 'exit 78');
    expect((await until(loop, ({ restarts }) => (restarts ?? 0) >= 2)).restarts).toBeGreaterThanOrEqual(2);
    expect((await loop.stop(null, never)).outcome).toBe('done');
    spawnSync(tool, ['rm', '--force', name]);
    const gaveUp = supervise(['--restart', 'on-failure:2'], 'exit 3');
    expect(await until(gaveUp, ({ state }) => state === 'latched')).toMatchObject({
      main: null,
      restarts: 2,
      exit: { code: 3 },
    });
  });

  it.skipIf(!ready)('knows no container that is not there', async () => {
    const nowhere = createDockerSupervisor({
      tool,
      container: 'lifeline-nowhere',
      run: runCommand,
      clock: scaledClock(0, 1),
    });
    expect((await nowhere.status()).state).toBe('missing');
    expect((await nowhere.restart(null, never)).outcome).toBe('failed');
  });

  it.skipIf(!ready || tool !== 'docker')('says what to run when the daemon does not answer', async () => {
    const supervisor = createDockerSupervisor({
      tool,
      container: name,
      run: (argv, options) => runCommand(argv, { ...options, env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } }),
      clock: scaledClock(0, 1),
    });
    await expect(supervisor.status()).rejects.toMatchObject({
      code: 'SUPERVISOR_UNREACHABLE',
      message: expect.stringContaining('daemon does not answer') as string,
    });
  });
});
