import { describe, expect, it, vi } from 'vitest';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import type { Step } from '../../src/healing/treatment.ts';
import { isAlive, readProcess } from '../../src/sensors/process/proc.ts';
import { commandsOf, takeStep, type Graceful, type StepContext } from '../../src/healing/steps.ts';
import type { ActionResult, SupervisorAction, SupervisorState } from '../../src/supervisors/supervisor.ts';
import { createWorld, NEW, OLD, suspectOf, type World } from './fake-supervisor.ts';
import { living } from '../supervisors/living.ts';
import { manualClock } from './manual-clock.ts';

const never = new AbortController().signal;

/** Asked, the gateway ends and its supervisor starts it again. */
const obliging = (world: World, then: 'back' | 'gone' = 'back'): Graceful => ({
  command: ({ pid }) => `kill -USR1 ${pid}`,
  ask: async ({ pid }) => {
    await world.end();
    if (then === 'back') world.spawn();
    return { outcome: 'done', steps: [{ at: 1, action: 'sigusr1', pid }] };
  },
});

const take = (step: Step, world: World, changed: Partial<StepContext> = {}) =>
  takeStep(step, {
    remedy: 'restart',
    supervisor: world.supervisor,
    graceful: obliging(world),
    control: null,
    links: [],
    before: OLD,
    ill: OLD,
    findProcess: world.look,
    gracefulMs: 60_000,
    clock: manualClock(),
    signal: never,
    ...changed,
  });

/** The same of a gateway that is a real process: whether that has ended, the system itself is asked. */
const takeReal = async (step: Step, world: World, changed: Partial<StepContext> = {}) => {
  world.process = await living();
  return take(step, world, { before: world.process, ...changed });
};

const isRunning = async (process: ProcessSeen): Promise<boolean> => isAlive(await readProcess(process.pid));

describe('each step in each state of the supervisor', () => {
  const RESTARTED: readonly SupervisorAction[] = ['restart'];
  it.each<[SupervisorState, readonly SupervisorAction[], readonly SupervisorAction[]]>([
    ['active', RESTARTED, ['kill', 'reset', 'start']],
    ['activating', RESTARTED, ['kill', 'reset', 'start']],
    ['deactivating', RESTARTED, ['kill', 'reset', 'start']],
    ['inactive', RESTARTED, ['kill', 'reset', 'start']],
    ['failed', ['reset', 'restart'], ['kill', 'reset', 'start']],
    ['latched', ['reset', 'restart'], ['kill', 'reset', 'start']],
  ])('that is %s, while the gateway runs', async (state, bySupervisor, byForce) => {
    for (const [step, calls] of [
      ['graceful', []],
      ['supervisor', bySupervisor],
      ['hard', byForce],
    ] as const) {
      const world = createWorld({ status: { state } });
      expect((await takeReal(step, world)).outcome).toBe('done');
      expect(world.calls).toEqual(calls);
      expect(world.process).toMatchObject({ pid: NEW.pid });
    }
  });

  it.each<[SupervisorState, readonly SupervisorAction[]]>([
    ['active', ['start']],
    ['inactive', ['start']],
    ['failed', ['reset', 'start']],
    ['latched', ['reset', 'start']],
  ])('that is %s, while the gateway is gone', async (state, calls) => {
    const world = createWorld({ process: null, status: { state } });
    expect((await take('supervisor', world, { before: null, remedy: 'start' })).outcome).toBe('done');
    expect(world.calls).toEqual(calls);
    const hard = createWorld({ process: null, status: { state } });
    expect((await take('hard', hard, { before: null, ill: null })).outcome).toBe('done');
    expect(hard.calls).toEqual(['reset', 'start']);
    // What it left behind may keep its port.
    const ended = createWorld({ process: null, status: { state } });
    expect((await take('hard', ended)).outcome).toBe('done');
    expect([ended.calls, ended.victims]).toEqual([['kill', 'reset', 'start'], [OLD]]);
    const asked = createWorld({ process: null, status: { state } });
    expect(await take('graceful', asked)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no process') as string,
    });
    expect(asked.calls).toEqual([]);
  });

  it.each<[SupervisorState, RegExp]>([
    ['missing', /knows no hermes-gateway\.service.*"unit" and "supervisor"/],
    ['masked', /forbids.*systemctl --user start hermes-gateway\.service/],
  ])('that is %s is hopeless, touches nothing and says what to do', async (state, reason) => {
    for (const step of ['graceful', 'supervisor', 'hard'] as const) {
      const world = createWorld({ status: { state } });
      expect(await take(step, world)).toEqual({
        outcome: 'failed',
        steps: [],
        reason: expect.stringMatching(reason) as string,
        hopeless: true,
      });
      expect(world.calls).toEqual([]);
      expect(world.process).toEqual(OLD);
    }
  });

  it('that cannot be asked throws its own words', async () => {
    const world = createWorld();
    world.supervisor.status = () => Promise.reject(new Error('no bus'));
    await expect(take('supervisor', world)).rejects.toThrow('no bus');
    expect(world.calls).toEqual([]);
  });
});

describe("somebody else's hands", () => {
  it.each(['graceful', 'supervisor', 'hard'] as const)(
    'their start or restart is as good as ours (%s)',
    async (step) => {
      for (const job of ['start', 'restart'] as const) {
        const world = createWorld({ status: { job } });
        expect(await take(step, world)).toEqual({ outcome: 'done', steps: [] });
        expect(world.calls).toEqual([]);
      }
    },
  );

  it.each(['graceful', 'supervisor', 'hard'] as const)('their stop is not crossed (%s)', async (step) => {
    const world = createWorld({ status: { job: 'stop' } });
    expect(await take(step, world)).toMatchObject({
      outcome: 'failed',
      hopeless: true,
      reason: 'hermes-gateway.service is being stopped by somebody else',
    });
    expect(world.calls).toEqual([]);
  });

  it.each<[string, ProcessSeen | null, ProcessSeen]>([
    ['a newer process', OLD, NEW],
    ['a new process with the old pid, as in a container', OLD, { ...OLD, startTime: OLD.startTime + 1 }],
    ['a process where there was none', null, OLD],
  ])('%s is all that a step wants: it has been reached', async (_what, before, process) => {
    for (const step of ['graceful', 'supervisor', 'hard'] as const) {
      const world = createWorld({ process });
      expect(await take(step, world, { before })).toEqual({ outcome: 'done', steps: [] });
      expect(world.calls).toEqual([]);
    }
  });

  it('a newer process counts though its unit is masked by now', async () => {
    expect(await take('supervisor', createWorld({ process: NEW, status: { state: 'masked' } }))).toEqual({
      outcome: 'done',
      steps: [],
    });
  });

  it('an older process, a stray, is no success', async () => {
    const world = createWorld({ process: { pid: 5_000_077, startTime: 1, startedAt: 10 } });
    await take('supervisor', world);
    expect(world.calls).toEqual(['restart']);
    // Nor is it what is to be ended.
    expect(world.victims).toEqual([OLD]);
  });

  it('a supervisor that was quicker after the kill needs no start', async () => {
    const world = createWorld({}, { reset: (its) => (its.spawn(), { outcome: 'done', steps: [] }) });
    expect((await take('hard', world)).outcome).toBe('done');
    expect(world.calls).toEqual(['kill', 'reset']);
  });
});

describe('whom a step ends', () => {
  it.each(['restart', 'stop'] as const)(
    'is the process that was there when it began, and no other (%s)',
    async (remedy) => {
      const bySupervisor = createWorld();
      await take('supervisor', bySupervisor, { remedy });
      expect(bySupervisor.victims).toEqual([OLD]);
      const byForce = createWorld();
      await take('hard', byForce, { remedy });
      expect(new Set(byForce.victims)).toEqual(new Set([OLD]));
    },
  );

  it('is nobody where none was there', async () => {
    const world = createWorld({ process: null, status: { state: 'failed' } });
    await take('supervisor', world, { before: null, remedy: 'start' });
    await take('hard', createWorld({ process: null }), { before: null, remedy: 'start' });
    expect(world.victims).toEqual([]);
  });
});

describe('what only looks like the gateway', () => {
  const lookalike = suspectOf(5_000_777);

  it.each(['graceful', 'supervisor', 'hard'] as const)(
    'is neither doubled nor ended: nothing is done, and the proof waits for its sign (%s)',
    async (step) => {
      for (const remedy of ['start', 'restart'] as const) {
        const world = createWorld({ process: null, beside: [lookalike] });
        expect(await take(step, world, { before: null, remedy })).toEqual({ outcome: 'done', steps: [] });
        expect(world.calls).toEqual([]);
      }
    },
  );

  it.each(['graceful', 'supervisor', 'hard'] as const)(
    'beside a proven gateway, or where it would be found once that has ended, forbids the end of that (%s)',
    async (step) => {
      const refusal = {
        outcome: 'failed',
        steps: [],
        reason: expect.stringMatching(
          /^pid 5000777 \(hermes gateway run\) looks like this gateway, too\. .*not been ended.*End it/,
        ) as string,
        hopeless: true,
      };
      const seen = createWorld({ beside: [lookalike] });
      expect(await takeReal(step, seen)).toEqual(refusal);
      const hidden = createWorld({}, {}, 'process');
      const supervisor = { ...hidden.supervisor, inTheWay: async () => [lookalike] };
      expect(await takeReal(step, hidden, { supervisor })).toEqual(refusal);
      for (const { calls, process } of [seen, hidden]) {
        expect(calls).toEqual([]);
        expect(process && (await isRunning(process))).toBe(true);
      }
    },
  );

  it('no longer stands there: the step is taken', async () => {
    const world = createWorld({}, {}, 'process');
    const supervisor = { ...world.supervisor, inTheWay: async () => [] };
    expect(await takeReal('supervisor', world, { supervisor })).toMatchObject({ outcome: 'done' });
    expect(world.calls).toEqual(['restart']);
  });

  it('does not keep an operator from a stop', async () => {
    const world = createWorld({ process: null, beside: [lookalike], status: { state: 'activating' } });
    expect(await take('supervisor', world, { remedy: 'stop', graceful: null, before: null })).toMatchObject({
      outcome: 'done',
    });
    expect(world.calls).toEqual(['stop']);
  });
});

describe('the graceful step', () => {
  it('says what it asked and that the gateway ended', async () => {
    const world = createWorld();
    const before = await living();
    world.process = before;
    expect(await take('graceful', world, { before })).toMatchObject({
      outcome: 'done',
      steps: [
        { action: 'sigusr1', pid: before.pid },
        { action: 'exited', pid: before.pid },
      ],
    });
  });

  it('asks nobody else where the process has ended that was to be asked', async () => {
    const other = await living();
    const world = createWorld({ process: { ...other, startTime: 1 } });
    const ask = vi.fn<Graceful['ask']>();
    // The pid is another process's by now.
    expect(
      await take('graceful', world, { before: { ...other, startTime: 2 }, graceful: { ...obliging(world), ask } }),
    ).toMatchObject({ outcome: 'failed', reason: 'there is no process that could be asked' });
    expect(ask).not.toHaveBeenCalled();
  });

  it('starts what nobody keeps, and leaves to a service manager what is its', async () => {
    const bare = createWorld({}, {}, 'process');
    expect(await takeReal('graceful', bare, { graceful: obliging(bare, 'gone') })).toMatchObject({ outcome: 'done' });
    expect(bare.calls).toEqual(['start']);
    const kept = createWorld();
    expect(await takeReal('graceful', kept, { graceful: obliging(kept, 'gone') })).toMatchObject({ outcome: 'done' });
    expect(kept.calls).toEqual([]);
  });

  it('hands on why nobody could be asked', async () => {
    const world = createWorld();
    const graceful: Graceful = {
      ...obliging(world),
      ask: async () => ({ outcome: 'failed', steps: [], reason: 'pid 123 belongs to another user' }),
    };
    expect(await takeReal('graceful', world, { graceful })).toMatchObject({
      outcome: 'failed',
      reason: 'pid 123 belongs to another user',
    });
  });

  it('is over at its deadline, but not before the gateway had some real time', async () => {
    const world = createWorld();
    const clock = manualClock();
    const ask = vi.fn<Graceful['ask']>(async () => ({ outcome: 'done', steps: [] }));
    const began = performance.now();
    const taking = takeReal('graceful', world, { clock, gracefulMs: 2_000, graceful: { ...obliging(world), ask } });
    await vi.waitFor(() => expect(ask).toHaveBeenCalled(), { timeout: 20_000 });
    await clock.advance(2_000);
    expect(await taking).toMatchObject({ outcome: 'failed', reason: 'the gateway did not end by itself within 2 s' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(4_900);
    expect(world.calls).toEqual([]);
  });

  it('cannot be taken where there is no way to ask', async () => {
    expect(await takeReal('graceful', createWorld(), { graceful: null })).toMatchObject({ outcome: 'failed' });
  });

  it('is over at once when Lifeline ends', async () => {
    const stop = new AbortController();
    const world = createWorld();
    const graceful: Graceful = {
      ...obliging(world),
      ask: async () => (stop.abort(new Error('Lifeline ends')), { outcome: 'done', steps: [] }),
    };
    expect(await takeReal('graceful', world, { graceful, signal: stop.signal })).toMatchObject({ outcome: 'failed' });
  });
});

describe('the hard step', () => {
  it('ends what an earlier gateway left behind, also where nobody knows any more which one that was', async () => {
    const world = createWorld({ process: null });
    const endLeftOver = vi.fn(async (): Promise<ActionResult> => ({
      outcome: 'done',
      steps: [{ at: 1, action: 'sigkill', pid: 42 }],
    }));
    const supervisor = { ...world.supervisor, endLeftOver };
    expect(await take('hard', world, { supervisor, before: null, ill: null, remedy: 'start' })).toMatchObject({
      outcome: 'done',
      steps: [{ pid: 42 }, {}, {}],
    });
    expect(endLeftOver).toHaveBeenCalledOnce();
    expect(world.calls).toEqual(['reset', 'start']);
    // Where it is known, it is ended under its own name.
    await take('hard', createWorld({ process: null }), { supervisor, before: null, remedy: 'start' });
    expect(endLeftOver).toHaveBeenCalledOnce();
  });

  it('gives up on what even SIGKILL does not end, and starts no second beside it', async () => {
    const world = createWorld({}, { kill: () => ({ outcome: 'done', steps: [] }) });
    expect(await takeReal('hard', world)).toMatchObject({
      outcome: 'failed',
      hopeless: true,
      reason: expect.stringContaining('the kernel holds it') as string,
    });
    expect(world.calls).toEqual(['kill']);
  });

  it('starts no second when the kill is refused', async () => {
    const world = createWorld(
      {},
      { kill: () => ({ outcome: 'failed', steps: [], reason: 'pid 123 belongs to another user' }) },
    );
    expect(await take('hard', world)).toMatchObject({ outcome: 'failed', reason: 'pid 123 belongs to another user' });
    expect(world.calls).toEqual(['kill']);
  });

  it('goes on to the start when a reset was refused', async () => {
    const world = createWorld({}, { reset: () => ({ outcome: 'failed', steps: [], reason: 'no' }) });
    expect(await take('hard', world)).toMatchObject({ outcome: 'done' });
    expect(world.calls).toEqual(['kill', 'reset', 'start']);
  });
});

describe('a Lifeline that ends in the middle', () => {
  it('begins no step', async () => {
    for (const step of ['graceful', 'supervisor', 'hard'] as const) {
      const world = createWorld();
      await expect(take(step, world, { signal: AbortSignal.abort(new Error('Lifeline ends')) })).rejects.toThrow(
        'Lifeline ends',
      );
      expect(world.calls).toEqual([]);
    }
  });

  it('starts again what it has killed', async () => {
    const stop = new AbortController();
    const world = createWorld(
      {},
      { kill: (its) => ((its.process = null), stop.abort(new Error('Lifeline ends')), { outcome: 'done', steps: [] }) },
    );
    expect(await take('hard', world, { signal: stop.signal })).toMatchObject({ outcome: 'done' });
    expect(world.process).toMatchObject({ pid: NEW.pid });
  });

  it('starts again what ended because it was asked and nobody keeps', async () => {
    const stop = new AbortController();
    const world = createWorld({}, {}, 'process');
    const graceful: Graceful = {
      ...obliging(world),
      ask: async () => (await world.end(), stop.abort(new Error('Lifeline ends')), { outcome: 'done', steps: [] }),
    };
    expect(await takeReal('graceful', world, { graceful, signal: stop.signal })).toMatchObject({ outcome: 'done' });
    expect(world.calls).toEqual(['start']);
  });
});

describe('a stop', () => {
  const stop = (step: Step, world: World) => take(step, world, { remedy: 'stop', graceful: null });

  it('asks the supervisor, and then uses force after that word', async () => {
    const gentle = createWorld();
    expect((await stop('supervisor', gentle)).outcome).toBe('done');
    expect(gentle.calls).toEqual(['stop']);
    const stubborn = createWorld({}, { stop: () => ({ outcome: 'failed', steps: [], reason: 'timeout' }) });
    expect((await stop('hard', stubborn)).outcome).toBe('done');
    expect(stubborn.calls).toEqual(['stop', 'kill']);
    expect(stubborn.process).toBeNull();
  });

  it('is not reached while something of its tree lives', async () => {
    const world = createWorld({ process: null, status: { state: 'inactive' } });
    const supervisor = { ...world.supervisor, survivors: async () => [OLD] };
    await take('supervisor', world, { supervisor, remedy: 'stop', graceful: null, before: null });
    expect(world.calls).toEqual(['stop']);
  });

  it('is reached when nothing runs and nothing is about to', async () => {
    for (const state of ['inactive', 'failed', 'latched', 'missing', 'masked'] as const) {
      const world = createWorld({ process: null, status: { state } });
      expect(await stop('supervisor', world)).toEqual({ outcome: 'done', steps: [] });
      expect(world.calls).toEqual([]);
    }
  });

  it.each([
    [{ state: 'activating' }],
    [{ state: 'active' }],
    [{ state: 'inactive', job: 'start' }],
    [{ state: 'inactive', job: 'restart' }],
  ] as const)('between two starts of a crash loop it must still be said: %j', async (status) => {
    const world = createWorld({ process: null, status });
    expect((await stop('supervisor', world)).outcome).toBe('done');
    expect(world.calls).toEqual(['stop']);
  });

  it('of a masked unit whose process runs is no problem', async () => {
    const world = createWorld({ status: { state: 'masked' } });
    expect((await stop('supervisor', world)).outcome).toBe('done');
    expect(world.process).toBeNull();
  });

  it("goes on though somebody else's job is under way", async () => {
    for (const job of ['start', 'restart', 'stop'] as const) {
      const world = createWorld({ status: { job } });
      expect((await stop('supervisor', world)).outcome).toBe('done');
      expect(world.calls).toEqual(['stop']);
    }
  });
});

it.each<[Step, StepContext['remedy'], ProcessSeen | null, readonly string[]]>([
  ['graceful', 'restart', OLD, [`kill -USR1 ${OLD.pid}`]],
  ['graceful', 'restart', null, []],
  ['supervisor', 'restart', OLD, ['systemctl --user restart hermes-gateway.service']],
  ['supervisor', 'start', null, ['systemctl --user start hermes-gateway.service']],
  ['supervisor', 'stop', OLD, ['systemctl --user stop hermes-gateway.service']],
  [
    'hard',
    'restart',
    OLD,
    ['kill', 'reset', 'start'].map((action) => `systemctl --user ${action} hermes-gateway.service`),
  ],
  ['hard', 'stop', OLD, ['stop', 'kill'].map((action) => `systemctl --user ${action} hermes-gateway.service`)],
])('the commands of the step %s of a %s', (step, remedy, before, commands) => {
  const world = createWorld();
  const ask = vi.fn<Graceful['ask']>();
  expect(
    commandsOf(step, {
      remedy,
      supervisor: world.supervisor,
      graceful: { ...obliging(world), ask },
      control: null,
      links: [],
      before,
    }),
  ).toEqual(commands);
  expect(ask).not.toHaveBeenCalled();
  expect(world.calls).toEqual([]);
});

it.each<[string, StepContext['remedy'], ProcessSeen | null, readonly string[]]>([
  ['names the process', 'restart', OLD, [`kill -KILL ${OLD.pid}`, 'hermes gateway run']],
  ['names none where there is none', 'start', null, ['hermes gateway run']],
])('the commands of a gateway that nobody keeps: %s', (_, remedy, before, commands) => {
  const { supervisor } = createWorld();
  const bare = {
    ...supervisor,
    command: (action: string) => ({ kill: 'kill -KILL PID', reset: 'true' })[action] ?? 'hermes gateway run',
  };
  expect(commandsOf('hard', { remedy, supervisor: bare, graceful: null, control: null, links: [], before })).toEqual(
    commands,
  );
});
