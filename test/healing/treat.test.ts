import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Vitals } from '../../src/diagnosis/vitals.ts';
import type { TreatmentRecord } from '../../src/healing/treatment.ts';
import { treat, type TreatOptions } from '../../src/healing/treat.ts';
import { createProcessSupervisor } from '../../src/supervisors/process.ts';
import type { ActionResult, ActionStep, Supervisor } from '../../src/supervisors/supervisor.ts';
import { createGatewayFolder } from '../supervisors/gateway-script.ts';
import { living } from '../supervisors/living.ts';
import { createWorld, NEW, OLD, recordOf, runningOf, statusOf, suspectOf, type World } from './fake-supervisor.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

const STEPS: readonly ActionStep[] = [
  { at: 1, action: 'sigterm', pid: OLD.pid },
  { at: 2, action: 'exited', pid: OLD.pid },
  { at: 3, action: 'start', pid: NEW.pid },
];
const RECOVERED: Vitals = {
  process: NEW,
  readyAt: 95_000,
  turns: null,
  uncleanStarts: [],
  links: new Map([['qqbot', { provenAt: 96_000, lostAt: null }]]),
};
const OLD_LIFE: Vitals = {
  process: OLD,
  readyAt: 51_000,
  turns: null,
  uncleanStarts: [],
  links: new Map([['qqbot', { provenAt: 52_000, lostAt: 53_000 }]]),
};

const supervisor = (
  restart: Supervisor['restart'],
  start: Supervisor['start'] = (signal) => restart(null, signal),
): Supervisor => ({
  ...createWorld({}, {}, 'process').supervisor,
  start,
  restart,
});
const done = async (): Promise<ActionResult> => ({ outcome: 'done', steps: STEPS });
const hangs = (): Promise<never> => new Promise(() => undefined);
/** Nothing but `record` and `save` differ between treatments that begin and those that are taken up. */
const options = (clock: ManualClock, changed: Partial<TreatOptions> = {}): TreatOptions => ({
  record: recordOf({ at: clock.now() }),
  supervisor: supervisor(done),
  graceful: null,
  control: null,
  findProcess: async () => runningOf(OLD),
  vitals: async () => RECOVERED,
  uid: null,
  save: () => undefined,
  limitMs: 180_000,
  gracefulMs: 0,
  pollMs: 1_000,
  windUpMs: 20,
  clock,
  signal: new AbortController().signal,
  logger: silentLogger(),
  ...changed,
});

describe('a treatment', () => {
  it('has helped when everything is proven', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    expect(await treat(options(clock))).toEqual({
      outcome: 'recovered',
      remedy: 'restart',
      requestedBy: 'auto',
      startedAt,
      endedAt: startedAt,
      before: OLD,
      after: NEW,
      stepsTaken: ['supervisor'],
      actions: STEPS,
      missing: [],
      problem: null,
    });
  });

  it('looks again until everything is proven', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    const lives: Vitals[] = [
      OLD_LIFE,
      { ...RECOVERED, process: null },
      { ...RECOVERED, readyAt: null },
      { ...RECOVERED, links: new Map() },
    ];
    const treating = treat(options(clock, { vitals: async () => lives.shift() ?? RECOVERED }));
    await clock.advance(10_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', missing: [], endedAt: startedAt + 4_000 });
  });

  it('has failed when the time is over, and says what is missing', async () => {
    const clock = manualClock();
    const startedAt = clock.now();
    const treating = treat(options(clock, { vitals: async () => ({ ...RECOVERED, links: new Map() }) }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      missing: [{ what: 'login', link: 'qqbot' }],
      after: NEW,
      problem: null,
      endedAt: startedAt + 180_000,
    });
  });

  it("has failed when the new process is another user's", async () => {
    const clock = manualClock();
    const treating = treat(
      options(clock, { uid: 1_000, vitals: async () => ({ ...RECOVERED, process: { ...NEW, uid: 0 } }) }),
    );
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', missing: [{ what: 'right_user' }] });
  });

  it('waits its whole time though the clock is set forward', async () => {
    const clock = manualClock();
    let looks = 0;
    const treating = treat(options(clock, { vitals: async () => (looks++ < 100 ? OLD_LIFE : RECOVERED) }));
    await clock.advance(50_000);
    clock.jump(86_400_000);
    await clock.advance(60_000);
    expect(await treating).toMatchObject({ outcome: 'recovered' });
  });

  it('waits no longer though the clock is set back', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { vitals: async () => OLD_LIFE }));
    await clock.advance(50_000);
    clock.jump(-86_400_000);
    await clock.advance(130_000);
    expect(await treating).toMatchObject({ outcome: 'failed', missing: [{ what: 'new_process' }] });
  });

  it('goes on looking when one look fails', async () => {
    const clock = manualClock();
    const vitals = vi.fn(async () => RECOVERED).mockRejectedValueOnce(new Error('disk'));
    const treating = treat(options(clock, { vitals }));
    await clock.advance(1_000);
    expect(await treating).toMatchObject({ outcome: 'recovered' });
  });

  it('asks the supervisor for what the remedy is', async () => {
    const start = vi.fn(done);
    const restart = vi.fn(done);
    const record = recordOf({ remedy: 'start', before: null, stepBefore: null });
    expect(
      await treat(
        options(manualClock(), {
          record,
          supervisor: supervisor(restart, start),
          findProcess: async () => runningOf(null),
        }),
      ),
    ).toMatchObject({ outcome: 'recovered', remedy: 'start' });
    expect(start).toHaveBeenCalledOnce();
    expect(restart).not.toHaveBeenCalled();
  });
});

describe('a treatment whose action fails', () => {
  it("hands the supervisor's reason on, with its steps and what there is", async () => {
    const failed: ActionResult = { outcome: 'failed', steps: STEPS.slice(0, 1), reason: 'not yours' };
    expect(
      await treat(options(manualClock(), { supervisor: supervisor(async () => failed), vitals: async () => OLD_LIFE })),
    ).toMatchObject({
      outcome: 'failed',
      problem: 'not yours',
      actions: STEPS.slice(0, 1),
      after: OLD,
      missing: [{ what: 'new_process' }],
    });
  });

  it('has helped all the same when everything is proven: an exit code says nothing, in either way', async () => {
    const failed: ActionResult = { outcome: 'failed', steps: [], reason: 'already running' };
    expect(await treat(options(manualClock(), { supervisor: supervisor(async () => failed) }))).toMatchObject({
      outcome: 'recovered',
      problem: null,
    });
  });

  it('goes no further when somebody else brought a new process meanwhile, but waits for its proof', async () => {
    const clock = manualClock();
    const world = createWorld(
      { process: null },
      {
        start: (its) => (its.spawn(), { outcome: 'failed', steps: [], reason: 'another instance is already running' }),
      },
    );
    const record = recordOf({ remedy: 'start', before: null, stepBefore: null, planned: ['supervisor', 'hard'] });
    let looks = 0;
    const treating = treat(
      options(clock, {
        record,
        supervisor: world.supervisor,
        findProcess: world.look,
        vitals: async () => (looks++ < 5 ? { ...RECOVERED, readyAt: null } : RECOVERED),
      }),
    );
    await clock.advance(20_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', stepsTaken: ['supervisor'] });
    expect(world.calls).toEqual(['start']);
    expect(world.process).toEqual(NEW);
  });

  it.each<[string, Supervisor['restart']]>([
    ['rejects', async () => Promise.reject(new Error('no bus'))],
    [
      'throws at once',
      () => {
        throw new Error('no bus');
      },
    ],
  ])('never throws when the supervisor %s', async (_how, restart) => {
    expect(
      await treat(options(manualClock(), { supervisor: supervisor(restart), vitals: async () => OLD_LIFE })),
    ).toMatchObject({ outcome: 'failed', problem: 'no bus', actions: [] });
  });

  it('never throws when the process cannot be found', async () => {
    const look = (): Promise<never> => Promise.reject(new Error('EACCES'));
    expect(
      await treat(
        options(manualClock(), {
          findProcess: look,
          vitals: async () => OLD_LIFE,
          record: recordOf({ planned: ['supervisor', 'hard'] }),
        }),
      ),
    ).toMatchObject({ outcome: 'failed', problem: 'EACCES' });
  });

  it('never hangs when the supervisor does', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { supervisor: supervisor(hangs), vitals: async () => OLD_LIFE }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      problem: 'The supervisor "process" did not finish the restart in time.',
    });
  });

  it('never hangs when neither the supervisor nor the look comes back', async () => {
    const clock = manualClock();
    const treating = treat(
      options(clock, {
        supervisor: supervisor(async () => ({ outcome: 'failed', steps: [], reason: 'no' })),
        vitals: hangs,
      }),
    );
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      problem: 'no',
      missing: [{ what: 'process' }],
      after: null,
    });
  });

  it('never hangs when the looks do', async () => {
    const clock = manualClock();
    const treating = treat(options(clock, { vitals: hangs }));
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', problem: null, missing: [{ what: 'process' }] });
  });
});

describe('the steps of a treatment', () => {
  const vitalsOf = (world: World) => async (): Promise<Vitals> => ({ ...RECOVERED, process: world.process });
  /** From a gateway that is a real process, and hears no wish. */
  const climb = async (world: World, changed: Partial<TreatOptions> = {}) => {
    const clock = manualClock();
    const saved: TreatmentRecord[] = [];
    const before = await living();
    world.process = before;
    const treating = treat(
      options(clock, {
        record: recordOf({ planned: ['graceful', 'supervisor', 'hard'], before, stepBefore: before }),
        supervisor: world.supervisor,
        graceful: { command: () => 'ask', ask: async () => ({ outcome: 'failed', steps: [], reason: 'deaf' }) },
        findProcess: world.look,
        vitals: vitalsOf(world),
        save: (record) => saved.push(record),
        ...changed,
      }),
    );
    return { before, clock, saved, treating };
  };
  /** What is asked of the system itself is not in the hands of the clock. */
  const proving = (saved: readonly TreatmentRecord[], stepIndex: number) =>
    vi.waitFor(() => expect(saved.at(-1)).toMatchObject({ stepIndex, phase: 'proving' }), { timeout: 20_000 });
  const failing = (reason: string) => () => ({ outcome: 'failed', steps: [], reason }) as const;

  it('takes the next step only when one has failed, and each step is on the disk before it is taken', async () => {
    const world = createWorld({}, { restart: failing('job failed') });
    const { before, treating, saved } = await climb(world);
    expect(await treating).toMatchObject({
      outcome: 'recovered',
      stepsTaken: ['graceful', 'supervisor', 'hard'],
      problem: null,
    });
    expect(world.calls).toEqual(['restart', 'kill', 'reset', 'start']);
    expect(world.victims.map((victim) => victim?.pid)).toEqual([before.pid, before.pid]);
    expect(saved.map(({ stepIndex, phase }) => `${stepIndex} ${phase}`)).toEqual([
      '0 acting',
      '0 proving',
      '1 acting',
      '1 proving',
      '2 acting',
      '2 proving',
    ]);
  });

  it('ends with the first step that is proven', async () => {
    const world = createWorld();
    expect(await (await climb(world)).treating).toMatchObject({
      outcome: 'recovered',
      stepsTaken: ['graceful', 'supervisor'],
    });
    expect(world.calls).toEqual(['restart']);
  });

  it('takes the next step when the new process does not become ready, and counts from that process', async () => {
    const world = createWorld();
    const { clock, treating, saved } = await climb(world, {
      vitals: async () => ({ ...RECOVERED, process: world.process, readyAt: world.calls.includes('kill') ? 1 : null }),
    });
    await proving(saved, 1);
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', stepsTaken: ['graceful', 'supervisor', 'hard'] });
    expect(saved.at(-1)?.stepBefore).toEqual(NEW);
    expect(world.calls).toEqual(['restart', 'kill', 'reset', 'start']);
  });

  it('ends nothing for its silence where its log cannot be read', async () => {
    const world = createWorld();
    const { clock, treating, saved } = await climb(world, {
      vitals: async () => ({ ...RECOVERED, process: world.process, readyAt: null, unheard: true }),
    });
    await proving(saved, 1);
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      stepsTaken: ['graceful', 'supervisor'],
      missing: [{ what: 'ready' }],
      problem: expect.stringContaining('cannot be heard') as string,
    });
    expect(world.calls).toEqual(['restart']);
  });

  it('knows whom the next step is to end also where the look after a failed one fails', async () => {
    const world = createWorld({}, { restart: failing('job failed') });
    const vitals = vi
      .fn(vitalsOf(world))
      .mockRejectedValueOnce(new Error('disk'))
      .mockRejectedValueOnce(new Error('disk'));
    const { before, treating } = await climb(world, { vitals });
    await vi.waitFor(() => expect(world.calls).toEqual(['restart', 'kill', 'reset', 'start']), { timeout: 20_000 });
    expect(await treating).toMatchObject({ outcome: 'recovered', stepsTaken: ['graceful', 'supervisor', 'hard'] });
    expect(world.victims.map((victim) => victim?.pid)).toEqual([before.pid, before.pid]);
  });

  it('goes no further when only a login is missing', async () => {
    const world = createWorld();
    const { clock, treating, saved } = await climb(world, {
      vitals: async () => ({ ...RECOVERED, process: world.process, links: new Map() }),
    });
    await proving(saved, 1);
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      stepsTaken: ['graceful', 'supervisor'],
      missing: [{ what: 'login', link: 'qqbot' }],
    });
    expect(world.calls).toEqual(['restart']);
  });

  it.each(['missing', 'masked'] as const)('goes no further when its unit is %s', async (state) => {
    const world = createWorld({ status: { state } });
    expect(await (await climb(world)).treating).toMatchObject({
      outcome: 'failed',
      stepsTaken: ['graceful'],
      problem: expect.stringContaining('hermes-gateway.service') as string,
    });
    expect(world.calls).toEqual([]);
  });

  it('tells exit 78 from exit 0: after the one nothing is tried again, after the other the next step is', async () => {
    for (const [code, calls] of [
      [78, ['restart']],
      [0, ['restart', 'kill', 'reset', 'start']],
    ] as const) {
      const world: World = createWorld(
        {},
        {
          restart: async (its) => (
            await its.end(),
            (its.status = { state: 'inactive', exit: { code } }),
            { outcome: 'done', steps: [] }
          ),
        },
      );
      const { clock, treating, saved } = await climb(world);
      await proving(saved, 1);
      await clock.advance(60_000);
      const result = await treating;
      expect(world.calls).toEqual(calls);
      expect(result?.outcome).toBe(code === 78 ? 'failed' : 'recovered');
      if (code === 78)
        expect(result?.problem).toBe(
          'hermes-gateway.service is not running (systemd-user), having ended with code 78: its own configuration is wrong, and another restart will not help',
        );
    }
  });

  it('waits while its supervisor still means to start it', async () => {
    const world: World = createWorld(
      {},
      {
        restart: async (its) => (
          await its.end(),
          (its.status = { state: 'activating' }),
          { outcome: 'done', steps: [] }
        ),
      },
    );
    const { clock, treating, saved } = await climb(world, { limitMs: 300_000 });
    await proving(saved, 1);
    await clock.advance(200_000);
    expect(world.calls).toEqual(['restart']);
    world.spawn();
    await clock.advance(2_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', stepsTaken: ['graceful', 'supervisor'] });
  });
});

describe('a start where something that only looks like the gateway stands in its place', () => {
  const lookalike = suspectOf(5_000_777);
  const starting = (world: World, clock: ManualClock) =>
    treat(
      options(clock, {
        record: recordOf({
          remedy: 'start',
          links: [],
          before: null,
          stepBefore: null,
          planned: ['supervisor', 'hard'],
        }),
        supervisor: world.supervisor,
        findProcess: world.look,
        vitals: async () => ({ ...RECOVERED, process: world.process }),
      }),
    );

  it('starts no second beside it and ends nothing; when its time is over it is told, and no harder try is made', async () => {
    const clock = manualClock();
    const world = createWorld({ process: null, beside: [lookalike], status: { state: 'inactive' } });
    const treating = starting(world, clock);
    await clock.advance(180_000);
    expect(await treating).toMatchObject({
      outcome: 'failed',
      stepsTaken: ['supervisor'],
      missing: [{ what: 'process' }],
      problem: expect.stringContaining(
        'pid 5000777 (hermes gateway run) looks like this gateway, and nothing proves that it is',
      ) as string,
    });
    expect(world.calls).toEqual([]);
  });

  it('has helped when it says who it is meanwhile: somebody has just started it', async () => {
    const clock = manualClock();
    const world = createWorld({ process: null, beside: [lookalike], status: { state: 'inactive' } });
    const treating = starting(world, clock);
    await clock.advance(60_000);
    world.process = NEW;
    world.beside = [];
    await clock.advance(2_000);
    expect(await treating).toMatchObject({ outcome: 'recovered', after: NEW, stepsTaken: ['supervisor'] });
    expect(world.calls).toEqual([]);
  });
});

describe('a treatment that is taken up', () => {
  const found = (process: World['process']): World => createWorld({ process });
  const takeUp = (record: Partial<TreatmentRecord>, world: World) =>
    treat(
      options(manualClock(), {
        record: recordOf({ planned: ['supervisor', 'hard'], ...record }),
        supervisor: world.supervisor,
        findProcess: world.look,
        vitals: async () => ({ ...RECOVERED, process: world.process }),
      }),
    );
  const PHASES = [
    ['planned', { phase: 'planned', stepIndex: -1, stepBefore: OLD }],
    ['acting', { phase: 'acting', stepIndex: 0, stepBefore: OLD }],
    ['proving', { phase: 'proving', stepIndex: 0, stepBefore: OLD, actions: STEPS.slice(0, 1) }],
  ] as const;

  it.each(PHASES)('while %s, with the old process still there, takes its step', async (_phase, record) => {
    const world = found(OLD);
    expect(await takeUp(record, world)).toMatchObject({ outcome: 'recovered', stepsTaken: ['supervisor'] });
    expect(world.calls).toEqual(['restart']);
  });

  it.each(PHASES)('while %s, with the old process gone, only starts it', async (_phase, record) => {
    const world = found(null);
    expect(await takeUp(record, world)).toMatchObject({ outcome: 'recovered' });
    expect(world.calls).toEqual(['start']);
  });

  it.each(PHASES)('while %s, with a new process there, repeats nothing', async (_phase, record) => {
    const world = found(NEW);
    expect(await takeUp(record, world)).toMatchObject({ outcome: 'recovered', after: NEW });
    expect(world.calls).toEqual([]);
  });

  it('on a later step goes on there, and keeps what was done before', async () => {
    const world = found(OLD);
    const result = await takeUp({ phase: 'acting', stepIndex: 1, stepBefore: OLD, actions: STEPS.slice(0, 1) }, world);
    expect(world.calls).toEqual(['kill', 'reset', 'start']);
    expect(result).toMatchObject({ outcome: 'recovered', stepsTaken: ['supervisor', 'hard'] });
    expect(result?.actions[0]).toEqual(STEPS[0]);
  });
});

describe('a stop', () => {
  it('is proven when nothing runs, and asks nothing else', async () => {
    const world = createWorld();
    const record = recordOf({ remedy: 'stop', links: [], planned: ['supervisor', 'hard'] });
    expect(
      await treat(
        options(manualClock(), {
          record,
          supervisor: world.supervisor,
          findProcess: world.look,
          vitals: async () => ({ ...RECOVERED, process: world.process }),
        }),
      ),
    ).toMatchObject({ outcome: 'recovered', after: null });
    expect(world.calls).toEqual(['stop']);
  });

  it.each([
    ['it', OLD_LIFE, []],
    ['a part of its tree', { ...RECOVERED, process: null }, [OLD]],
  ])('that leaves %s running has failed after the last step', async (_what, vitals, survivors) => {
    const clock = manualClock();
    const world = createWorld({}, { stop: () => ({ outcome: 'done', steps: [] }) });
    const record = recordOf({ remedy: 'stop', links: [], planned: ['supervisor'] });
    const treating = treat(
      options(clock, {
        record,
        supervisor: { ...world.supervisor, survivors: async () => survivors },
        findProcess: world.look,
        vitals: async () => vitals,
      }),
    );
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', missing: [{ what: 'stopped' }] });
  });
});

describe('a start that left nothing to be seen', () => {
  it('is told at once and not tried again by a harder step', async () => {
    const clock = manualClock();
    const world = createWorld({ process: null }, { start: () => ({ outcome: 'done', steps: [] }) });
    const record = recordOf({ remedy: 'start', before: null, stepBefore: null, planned: ['supervisor', 'hard'] });
    const treating = treat(
      options(clock, {
        record,
        supervisor: { ...world.supervisor, notAgain: () => 'set "pid_file"' },
        findProcess: world.look,
        vitals: async () => ({ ...RECOVERED, process: null }),
      }),
    );
    await clock.advance(180_000);
    expect(await treating).toMatchObject({ outcome: 'failed', problem: 'set "pid_file"', stepsTaken: ['supervisor'] });
    expect(world.calls).toEqual(['start']);
  });
});

describe('a treatment while Lifeline ends', () => {
  it('lets the supervisor bring the gateway back, waits for no proof, and leaves the end to the next Lifeline', async () => {
    const stop = new AbortController();
    const saved: TreatmentRecord[] = [];
    const begun = Promise.withResolvers<void>();
    const restart: Supervisor['restart'] = (_victim, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ outcome: 'done', steps: STEPS }), { once: true });
        begun.resolve();
      });
    const treating = treat(
      options(manualClock(), {
        supervisor: supervisor(restart),
        windUpMs: 60_000,
        vitals: async () => OLD_LIFE,
        signal: stop.signal,
        save: (record) => saved.push(record),
      }),
    );
    await begun.promise;
    stop.abort();
    expect(await treating).toBeNull();
    expect(saved.at(-1)).toMatchObject({ stepIndex: 0, phase: 'proving', actions: STEPS });
  });

  it('does not wait for ever for a supervisor that does not heed it', async () => {
    const stop = new AbortController();
    const treating = treat(
      options(manualClock(), { supervisor: supervisor(hangs), signal: stop.signal, vitals: async () => OLD_LIFE }),
    );
    stop.abort();
    expect(await treating).toBeNull();
  });

  it('that is proven already is told still', async () => {
    const stop = new AbortController();
    const restart = async (): Promise<ActionResult> => (stop.abort(), { outcome: 'done', steps: STEPS });
    expect(await treat(options(manualClock(), { supervisor: supervisor(restart), signal: stop.signal }))).toMatchObject(
      { outcome: 'recovered' },
    );
  });
});

it('does not give up on a supervisor that does not answer while the proof is awaited', async () => {
  const clock = manualClock();
  const world = createWorld({}, { restart: (its) => ((its.process = null), { outcome: 'done', steps: [] }) });
  let asked = 0;
  const keeps: Supervisor = {
    ...world.supervisor,
    status: async () => (asked++ === 0 ? statusOf() : Promise.reject(new Error('no bus'))),
  };
  const treating = treat(
    options(clock, {
      supervisor: keeps,
      findProcess: world.look,
      vitals: async () => ({ ...RECOVERED, process: world.process }),
    }),
  );
  await clock.advance(100_000);
  world.spawn();
  await clock.advance(2_000);
  expect(await treating).toMatchObject({ outcome: 'recovered' });
});

it('restarts a real process and proves it', async () => {
  const folder = await createGatewayFolder();
  try {
    const clock = scaledClock(0, 1);
    const real = createProcessSupervisor({
      look: async () => runningOf(await folder.find()),
      lockStart: async () => () => undefined,
      command: folder.command('obedient'),
      cwd: folder.dir,
      env: {},
      outputFile: folder.outputFile,
      stopTimeoutMs: 20_000,
      earlyExitMs: 20,
      clock,
      logger: silentLogger(),
    });
    await real.start(new AbortController().signal);
    const before = await folder.running();
    // This gateway is ready once it has noted its pid.
    const vitals = async (): Promise<Vitals> => {
      const process = await folder.find();
      const ready =
        process &&
        (await access(join(folder.dir, 'pid')).then(
          () => true,
          () => false,
        ));
      return { process, readyAt: ready ? clock.now() : null, turns: null, uncleanStarts: [], links: new Map() };
    };
    const record = recordOf({ before, stepBefore: before, links: [] });
    const result = await treat({
      ...options(manualClock(), {
        record,
        supervisor: real,
        findProcess: async () => runningOf(await folder.find()),
        vitals,
        limitMs: 20_000,
        pollMs: 20,
      }),
      clock,
    });
    expect(result).toMatchObject({ outcome: 'recovered', missing: [], problem: null });
    expect(result?.after?.pid).toBe((await folder.running(before.pid)).pid);
    expect(result?.actions.map(({ action }) => action)).toEqual(['sigterm', 'exited', 'start']);
  } finally {
    await folder.remove();
  }
});
