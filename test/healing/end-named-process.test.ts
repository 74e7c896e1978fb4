/** Real processes: the one that an operator named ends, gently and then for sure, and nothing else does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { ProcessIdentity, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import type { TreatmentRecord } from '../../src/healing/treatment.ts';
import { endProcess } from '../../src/healing/end-named-process.ts';
import { treat, type TreatOptions } from '../../src/healing/treat.ts';
import { isAlive, readProcess } from '../../src/sensors/process/proc.ts';
import type { ProcessSnapshot } from '../../src/sensors/process/process-table.ts';
import type { ActionResult } from '../../src/supervisors/supervisor.ts';
import { createGatewayFolder, patience, type GatewayFolder, type SCRIPTS } from '../supervisors/gateway-script.ts';
import { createWorld, NEW, recordOf, runningOf, type World } from './fake-supervisor.ts';

const clock = scaledClock(0, 1);
const never = new AbortController().signal;

let folder: GatewayFolder;
beforeEach(async () => {
  folder = await createGatewayFolder();
});
afterEach(async () => {
  await folder.remove();
});

const running = async (script: keyof typeof SCRIPTS, not?: number): Promise<ProcessSnapshot> => {
  const [program = '', ...args] = folder.command(script);
  const child = spawn(program, args, { cwd: folder.dir, stdio: 'ignore' });
  await once(child, 'spawn');
  return folder.running(not);
};
const alive = async ({ pid }: ProcessIdentity): Promise<boolean> => isAlive(await readProcess(pid));
const actions = ({ steps }: Pick<ActionResult, 'steps'>): readonly string[] =>
  steps.map(({ action, pid }) => `${action} ${pid}`);
const end = (target: ProcessIdentity, gateway: ProcessSeen | null = null, signal = never) =>
  endProcess(target, { findProcess: async () => runningOf(gateway), clock, signal });

describe('the end of one process', () => {
  it('is its own alone: the gateway and another one that looks like it live on', async () => {
    const gateway = await running('obedient');
    const named = await running('obedient', gateway.pid);
    const other = await running('obedient', named.pid);
    const result = await end(named, gateway);
    expect(result.outcome).toBe('done');
    expect(actions(result)).toEqual([`sigterm ${named.pid}`, `exited ${named.pid}`]);
    expect([await alive(gateway), await alive(named), await alive(other)]).toEqual([true, false, true]);
  });

  it('comes by SIGKILL where SIGTERM is ignored, at once when Lifeline is in a hurry', async () => {
    const named = await running('ignores_sigterm');
    const stop = new AbortController();
    const ending = end(named, null, stop.signal);
    await vi.waitFor(async () => expect(await alive(named)).toBe(true), patience);
    stop.abort(new Error('Lifeline ends'));
    expect(actions(await ending).slice(-2)).toEqual([`sigkill ${named.pid}`, `exited ${named.pid}`]);
    expect(await alive(named)).toBe(false);
  });

  it('never touches a process that got the pid later', async () => {
    const other = await running('obedient');
    const result = await end({ pid: other.pid, startTime: other.startTime - 1 });
    expect(actions(result)).toEqual([`exited ${other.pid}`]);
    expect(await alive(other)).toBe(true);
  });

  it('is refused where it has turned out to be the gateway: that has ways of its own to be ended', async () => {
    const gateway = await running('obedient');
    expect(await end(gateway, gateway)).toEqual({
      outcome: 'failed',
      steps: [],
      reason: `pid ${gateway.pid} has turned out to be the gateway itself`,
      hopeless: true,
    });
    expect(await alive(gateway)).toBe(true);
  });

  it.each([[1], [process.pid]])('is refused of pid %d, and says why', async (pid) => {
    const seen = await readProcess(pid);
    expect(await end({ pid, startTime: seen?.startTime ?? 0 })).toEqual({
      outcome: 'failed',
      steps: [],
      reason: `pid ${pid} is not one that Lifeline may end`,
      hopeless: true,
    });
  });
});

describe('the treatment', () => {
  const treatment = (
    world: World,
    target: ProcessIdentity,
    record: Partial<TreatmentRecord>,
    changed: Partial<TreatOptions> = {},
  ) => {
    const saved: TreatmentRecord[] = [];
    const result = treat({
      record: recordOf({
        remedy: 'end_process',
        requestedBy: 'me',
        links: [],
        before: world.process,
        stepBefore: world.process,
        target,
        ...record,
      }),
      supervisor: world.supervisor,
      graceful: null,
      control: null,
      findProcess: world.look,
      vitals: async () => ({
        process: world.process,
        readyAt: world.process ? 95_000 : null,
        turns: null,
        uncleanStarts: [],
        links: new Map(),
      }),
      uid: null,
      save: (next) => saved.push(next),
      limitMs: 20_000,
      gracefulMs: 0,
      pollMs: 20,
      clock,
      signal: never,
      logger: silentLogger(),
      ...changed,
    });
    return { result, saved };
  };
  const BESIDE = { planned: ['end'] } as const;
  const BLOCKED = { planned: ['end', 'supervisor', 'hard'] } as const;

  it('beside a gateway that runs ends the process and asks nothing of the supervisor', async () => {
    const gateway = await running('obedient');
    const named = await running('obedient', gateway.pid);
    const world = createWorld({ process: gateway, beside: [{ ...named, command: 'x' }] });
    expect(await treatment(world, named, BESIDE).result).toMatchObject({
      outcome: 'recovered',
      remedy: 'end_process',
      stepsTaken: ['end'],
      before: gateway,
      after: gateway,
    });
    expect([await alive(gateway), await alive(named)]).toEqual([true, false]);
    expect(world.calls).toEqual([]);
  });

  it('of a process that kept the gateway from its start starts the gateway then, and each step is on the disk before it is taken', async () => {
    const named = await running('obedient');
    const world: World = createWorld({ process: null, status: { state: 'inactive' } });
    const beside = [{ ...named, command: 'x' }];
    const look = async () => runningOf(world.process, (await alive(named)) ? beside : []);
    const { result, saved } = treatment(world, named, BLOCKED, { findProcess: look });
    expect(await result).toMatchObject({
      outcome: 'recovered',
      stepsTaken: ['end', 'supervisor'],
      before: null,
      after: NEW,
    });
    expect(await alive(named)).toBe(false);
    expect(world.calls).toEqual(['start']);
    expect(saved.map(({ stepIndex, phase }) => `${stepIndex} ${phase}`)).toEqual([
      '0 acting',
      '0 proving',
      '1 acting',
      '1 proving',
    ]);
  });

  it('starts nothing where the process could not be ended', async () => {
    const world = createWorld({ process: null, status: { state: 'inactive' } });
    const own = await readProcess(process.pid);
    expect(await treatment(world, { pid: process.pid, startTime: own?.startTime ?? 0 }, BLOCKED).result).toMatchObject({
      outcome: 'failed',
      stepsTaken: ['end'],
      problem: `pid ${process.pid} is not one that Lifeline may end`,
    });
    expect(world.calls).toEqual([]);
  });

  it('has failed where the process could not be ended, though the gateway runs as before', async () => {
    const gateway = await running('obedient');
    const world = createWorld({ process: gateway });
    const own = await readProcess(process.pid);
    expect(await treatment(world, { pid: process.pid, startTime: own?.startTime ?? 0 }, BESIDE).result).toMatchObject({
      outcome: 'failed',
      problem: `pid ${process.pid} is not one that Lifeline may end`,
    });
    expect(await treatment(world, gateway, BESIDE).result).toMatchObject({
      outcome: 'failed',
      problem: `pid ${gateway.pid} has turned out to be the gateway itself`,
    });
    expect(await alive(gateway)).toBe(true);
  });

  it('that was cut short after the end goes on with the start', async () => {
    const named = await running('obedient');
    process.kill(named.pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await alive(named)).toBe(false), patience);
    for (const [stepIndex, phase] of [
      [0, 'acting'],
      [0, 'proving'],
      [1, 'acting'],
    ] as const) {
      const world = createWorld({ process: null, status: { state: 'inactive' } });
      expect(await treatment(world, named, { ...BLOCKED, stepIndex, phase }).result).toMatchObject({
        outcome: 'recovered',
        after: NEW,
      });
      expect(world.calls).toEqual(['start']);
    }
  });
});
