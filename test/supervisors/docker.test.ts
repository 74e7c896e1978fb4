import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';
import { createDockerSupervisor, type DockerSupervisor } from '../../src/supervisors/docker.ts';
import type { EngineTool } from '../../src/supervisors/docker-refusals.ts';
import { DOCKER, ID, inspected, PODMAN, REFUSALS } from './docker-outputs.ts';
import { createFakeTools, type Answer, type FakeTools } from './fake-tools.ts';
import { ended, living } from './living.ts';

const never = new AbortController().signal;

let tools: FakeTools;
beforeEach(async () => {
  tools = await createFakeTools();
});
afterEach(() => tools.remove());

const supervise = (tool: EngineTool = 'docker'): DockerSupervisor =>
  createDockerSupervisor({
    tool,
    container: 'gateway',
    run: tools.run,
    clock: scaledClock(0, 1),
    stopTimeoutMs: 12_000,
  });
const inspect = (stdout: string, when?: string): Answer => ({
  args: '^inspect --type container gateway$|^events ',
  stdout,
  ...(when === undefined ? {} : { when }),
});
/** A container whose first process is this real one. */
const holding = ({ pid, startedAt }: ProcessSeen, status: 'running' | 'paused' = 'running'): string =>
  inspected({
    state: {
      Status: status,
      Running: true,
      Paused: status === 'paused',
      Pid: pid,
      StartedAt: new Date(startedAt).toISOString(),
    },
  });
/** Whatever is done is done to the very container that was looked at, by its id. */
const acts = async (): Promise<readonly string[]> =>
  (await tools.calls()).filter((call) => !/ (?:inspect|events) /.test(call)).map((call) => call.replace(ID, 'ID'));
const byId = (command: string): string => command.replace('gateway', ID);

describe('status', () => {
  it('tells the first process by pid and start time', async () => {
    const self = await readProcess(process.pid);
    const startedAt = new Date(self?.startedAt ?? 0).toISOString();
    await tools.play('docker', [
      inspect(inspected({ state: { Status: 'running', Pid: process.pid, StartedAt: startedAt }, restarts: 4 })),
    ]);
    expect(await supervise().status()).toEqual({
      state: 'active',
      main: { pid: process.pid, startTime: self?.startTime, startedAt: self?.startedAt, uid: self?.uid },
      restarts: 4,
      since: Date.parse(startedAt),
      job: null,
      exit: null,
      outlook: { next: 'settling' },
    });
  });

  it("takes no other process for it where the pid is a virtual machine's", async () => {
    await tools.play('docker', [
      inspect(inspected({ state: { Status: 'running', Pid: process.pid, StartedAt: '2026-01-01T00:00:00Z' } })),
    ]);
    expect(await supervise().status()).toMatchObject({ state: 'active', main: null });
  });

  it('tells how and when the last process ended', async () => {
    await tools.play('podman', [inspect(PODMAN.gaveUp)]);
    expect(await supervise('podman').status()).toEqual({
      state: 'latched',
      main: null,
      restarts: 2,
      since: Date.parse('2026-11-21T12:36:09.765Z'),
      job: null,
      exit: { code: 3 },
      outlook: { next: 'nothing', enabled: true, endedAt: Date.parse('2026-11-21T12:36:09.765Z') },
    });
  });

  test.each([
    ['docker', REFUSALS.dockerMissing],
    ['podman', REFUSALS.podmanMissing],
  ] as const)('%s knows no such container', async (tool, answer) => {
    await tools.play(tool, [{ args: '^inspect', ...answer }]);
    expect((await supervise(tool).status()).state).toBe('missing');
    expect(await supervise(tool).inspect()).toBeNull();
  });

  test.each([
    ['docker', REFUSALS.dockerDenied, /usermod -aG docker/],
    ['docker', REFUSALS.dockerDown, /docker daemon does not answer/],
    ['podman', REFUSALS.podmanDown, /podman/],
  ] as const)('says what to run once where %s cannot be asked', async (tool, answer, words) => {
    await tools.play(tool, [{ args: '', ...answer }]);
    await expect(supervise(tool).status()).rejects.toMatchObject({
      name: 'UserError',
      code: 'SUPERVISOR_UNREACHABLE',
      message: expect.stringMatching(words) as string,
    });
    await expect(supervise(tool).restart(null, never)).rejects.toThrow(words);
  });

  it('never shows what is in the container', async () => {
    await tools.play('docker', [inspect(DOCKER.running.replace('"State"', '"Stats"'))]);
    const error = await supervise()
      .status()
      .then(
        () => null,
        (thrown: unknown) => thrown as Error,
      );
    expect(error?.message).toMatch(/cannot be understood/);
    expect(error?.message).not.toMatch(/hunter2/);
  });

  it('says so where there is no such tool', async () => {
    const nowhere = createDockerSupervisor({
      tool: 'docker',
      container: 'gateway',
      run: async () => ({ exitCode: null, stdout: '', stderr: '', failure: 'not_found' }),
      clock: scaledClock(0, 1),
    });
    await expect(nowhere.status()).rejects.toMatchObject({ code: 'SUPERVISOR_TOOL_MISSING' });
  });
});

describe('actions', () => {
  test.each([
    ['start', 'docker start gateway'],
    ['restart', 'docker restart -t 12 gateway'],
    ['stop', 'docker stop -t 12 gateway'],
    ['kill', 'docker kill gateway'],
  ] as const)('%s runs %s, and says the same to people', async (action, command) => {
    const victim = await living();
    await tools.play('docker', [inspect(holding(victim)), { args: `^${action} ` }]);
    const supervisor = supervise();
    expect(await (action === 'start' ? supervisor.start(never) : supervisor[action](victim, never))).toMatchObject({
      outcome: 'done',
      steps: [{ action: 'command', command: byId(command) }],
    });
    expect(await acts()).toEqual([command.replace('gateway', 'ID')]);
    expect(supervisor.command(action)).toBe(command);
  });

  it('wakes a paused container, because nothing else gets through to it', async () => {
    const victim = await living();
    await tools.play('podman', [inspect(holding(victim, 'paused')), { args: '^(unpause|restart)' }]);
    expect((await supervise('podman').start(never)).outcome).toBe('done');
    expect((await supervise('podman').restart(victim, never)).outcome).toBe('done');
    expect(await acts()).toEqual(['podman unpause ID', 'podman unpause ID', 'podman restart -t 12 ID']);
  });

  it.each([
    ['docker', REFUSALS.notRunning],
    ['podman', REFUSALS.podmanNotRunning],
  ] as const)('is content when nothing runs that could be killed (%s)', async (tool, answer) => {
    await tools.play(tool, [inspect(DOCKER.clean), { args: '^kill', ...answer }]);
    expect((await supervise(tool).kill(await ended(), never)).outcome).toBe('done');
  });

  it.each(['restart', 'kill'] as const)(
    'a %s is for the victim alone: whoever came since is let live, and so is what the container holds besides',
    async (action) => {
      const [gone, held, elsewhere] = [await ended(), await living(), await living()];
      await tools.play('docker', [inspect(holding(held))]);
      expect(await supervise()[action](gone, never)).toEqual({ outcome: 'done', steps: [] });
      expect(await supervise()[action](elsewhere, never)).toEqual({
        outcome: 'failed',
        steps: [],
        reason: `pid ${elsewhere.pid} is not what gateway holds, so gateway is left alone`,
      });
      expect(await acts()).toEqual([]);
    },
  );

  it('where nobody is to be ended, a restart is a start, which leaves whoever came since alone, and a kill is nothing', async () => {
    await tools.play('docker', [inspect(DOCKER.clean), { args: '^start ' }]);
    expect(await supervise().restart(null, never)).toMatchObject({ outcome: 'done' });
    expect(await supervise().kill(null, never)).toEqual({ outcome: 'done', steps: [] });
    expect(await acts()).toEqual(['docker start ID']);
    await tools.play('docker', [inspect(holding(await living()))]);
    expect(await supervise().restart(null, never)).toEqual({ outcome: 'done', steps: [] });
    expect(await acts()).toEqual(['docker start ID']);
  });

  it('a stop is of the container, whatever it holds: only an operator asks for that', async () => {
    const [gone, held] = [await ended(), await living()];
    await tools.play('docker', [inspect(holding(held)), { args: '^stop ' }]);
    expect(await supervise().stop(gone, never)).toMatchObject({ outcome: 'done' });
    expect(await acts()).toEqual(['docker stop -t 12 ID']);
  });

  it('tells why it was refused, and who has the containers of podman', async () => {
    await tools.play('docker', [
      inspect(DOCKER.badProgram),
      { args: '^start', code: 1, stderr: 'Error response from daemon: exec: "/nonexist": no such file\n' },
    ]);
    expect(await supervise().start(never)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^docker start gateway failed: .*no such file/) as string,
    });
    await tools.play('podman', [{ args: '', ...REFUSALS.podmanMissing }]);
    expect(await supervise('podman').start(never)).toMatchObject({
      outcome: 'failed',
      steps: [],
      reason: expect.stringMatching(/run Lifeline as that user.*podman ps --all/) as string,
    });
  });

  it('has nothing to reset, and does nothing after an abort', async () => {
    await tools.play('docker', []);
    expect(await supervise().reset(never)).toEqual({ outcome: 'done', steps: [] });
    expect(supervise().command('reset')).toBe('true');
    await expect(supervise().stop(null, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(await tools.calls()).toEqual([]);
  });
});
