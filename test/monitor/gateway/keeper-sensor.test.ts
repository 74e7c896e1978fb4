import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import type { ContainerSeen, Outlook, ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { EngineError } from '../../../src/supervisors/engine.ts';
import type { SupervisorDetection } from '../../../src/supervisors/detect.ts';
import type { SupervisorStatus } from '../../../src/supervisors/supervisor.ts';
import { createKeeperSensor } from '../../../src/monitor/gateway/keeper-sensor.ts';
import { createWorld, statusOf } from '../../healing/fake-supervisor.ts';
import { instant } from '../../instant.ts';

const SEEN: ProcessSeen = { pid: 5_000_001, startTime: 1, startedAt: 1 };
const NEXT: ProcessSeen = { pid: 5_000_002, startTime: 2, startedAt: 2 };

interface World {
  process: ProcessSeen | null | undefined;
  status: Partial<SupervisorStatus>;
  error: Error | null;
  parent: 'nobody' | 'unknown';
}

const create = ({
  isBare = false,
  name = 'systemd-user' as const,
  ...world
}: Partial<World> & { readonly isBare?: boolean; readonly name?: 'systemd-user' | 'process' } = {}) => {
  const state: World = { process: undefined, status: {}, error: null, parent: 'nobody', ...world };
  const { supervisor } = createWorld({}, {}, name);
  const detection: SupervisorDetection = {
    choose: async () => {
      if (state.error) throw state.error;
      return {
        supervisor: { ...supervisor, status: async () => statusOf(state.status) },
        why: 'holds_process',
        rivals: [],
      };
    },
  };
  const sensor = createKeeperSensor({
    detection,
    process: () => state.process,
    isBare,
    parentOf: async () => state.parent,
  });
  const facts = async () => (await sensor.look(instant(7))).map(({ fact }) => fact);
  return { state, sensor, facts };
};

describe('who keeps a gateway', () => {
  it('is asked once its process has ended, and again at each look; before it was looked for nobody is', async () => {
    const { state, facts, sensor } = create();
    expect(await facts()).toEqual([]);
    state.process = null;
    const outlooks: Outlook[] = [
      { next: 'settling' },
      { next: 'starts', withinMs: 5_000 },
      { next: 'nothing', enabled: true },
      { next: 'stopped' },
      { next: 'blocked', reason: 'masked' },
    ];
    for (const outlook of outlooks) {
      state.status = { outlook };
      expect(await facts()).toEqual([{ kind: 'keeper', outlook, bare: false }]);
      expect(sensor.isAtWork()).toBe(outlook.next === 'settling' || outlook.next === 'starts');
    }
    state.process = SEEN;
    await facts();
    expect(sensor.isAtWork()).toBe(false);
  });

  it.each<[string, boolean, boolean, boolean, Outlook]>([
    [
      'enabled, and not seen since Lifeline runs: down after a boot',
      false,
      true,
      true,
      { next: 'nothing', enabled: true },
    ],
    ['enabled, and seen alive: it has ended', true, true, false, { next: 'ended' }],
    ['not enabled, and not seen', false, false, true, { next: 'ended' }],
    ['not enabled, and seen alive: it has ended', true, false, false, { next: 'ended' }],
    [
      'seen alive, and its keeper would have started it: somebody has stopped it',
      true,
      false,
      true,
      { next: 'stopped' },
    ],
  ])('has forgotten that it ran: %s', async (_what, seen, enabled, always, outlook) => {
    const { state, facts } = create({
      process: seen ? SEEN : null,
      status: { outlook: { next: 'forgotten', enabled, always } },
    });
    if (seen) await facts();
    state.process = null;
    expect(await facts()).toEqual([{ kind: 'keeper', outlook, bare: false }]);
  });

  it('is not known where it cannot be asked', async () => {
    const { facts } = create({ process: null, error: new UserError('X', 'docker does not answer') });
    expect(await facts()).toEqual([{ kind: 'keeper', outlook: { next: 'unknown' }, bare: false }]);
  });

  it.each<[string, Partial<World> & { isBare?: boolean }, boolean]>([
    ['the configuration says so', { isBare: true, parent: 'unknown' }, true],
    ['its parent was init', { parent: 'nobody' }, true],
    ['not where another parent may start it again', { parent: 'unknown' }, false],
  ])('is nobody: %s', async (_why, world, bare) => {
    const { state, facts } = create({ ...world, name: 'process', process: SEEN });
    await facts();
    state.process = null;
    expect(await facts()).toEqual([
      { kind: 'keeper', outlook: bare ? { next: 'nothing', enabled: false } : { next: 'unknown' }, bare },
    ]);
  });

  it('is not guessed of a process that was never seen alive', async () => {
    const { facts } = create({ name: 'process', process: null });
    expect(await facts()).toEqual([{ kind: 'keeper', outlook: { next: 'unknown' }, bare: false }]);
  });
});

describe('who started it', () => {
  it.each<[string, number | null, number | null, string | null]>([
    ['its keeper, which counts one restart more', 1, 2, 'keeper'],
    ['somebody: the count is back at nought', 3, 0, 'somebody'],
    ['somebody: the count is what it was', 2, 2, 'somebody'],
    ['nobody knows where restarts are not counted', null, null, null],
  ])('%s', async (_what, before, after, by) => {
    const { state, facts } = create({ process: SEEN, status: { restarts: before } });
    expect(await facts()).toEqual([]);
    state.process = NEXT;
    state.status = { restarts: after };
    expect(await facts()).toEqual(by === null ? [] : [{ kind: 'started-by', by }]);
    // Once for each process.
    expect(await facts()).toEqual([]);
  });
});

it('is asked again who started a process when nobody answered: a start by hand is no crash', async () => {
  const { state, facts } = create({ process: SEEN, status: { restarts: 0 } });
  await facts();
  state.process = NEXT;
  state.error = new UserError('X', 'docker does not answer');
  expect(await facts()).toEqual([]);
  state.error = null;
  expect(await facts()).toEqual([{ kind: 'started-by', by: 'somebody' }]);
  expect(await facts()).toEqual([]);
});

describe('an engine', () => {
  const BOX: ContainerSeen = { tool: 'podman', id: 'abc', name: 'gateway', askedAs: 'gateway' };

  /** Its answer is looked for in the background: the next look tells it. */
  const create = () => {
    const state = { error: null as Error | null, paused: false, asked: 0 };
    const { supervisor } = createWorld({}, {}, 'docker');
    const kept = {
      ...supervisor,
      tool: 'podman' as const,
      container: () => BOX,
      status: async () => statusOf(state.paused ? { paused: true } : {}),
    };
    const detection: SupervisorDetection = {
      container: () => BOX,
      choose: async () => {
        state.asked += 1;
        if (state.error) throw state.error;
        return { supervisor: kept, why: 'holds_process', rivals: [] };
      },
    };
    const sensor = createKeeperSensor({
      detection,
      process: () => SEEN,
      isBare: false,
      parentOf: async () => 'unknown',
      everyMs: 0,
    });
    onTestFinished(() => sensor.close?.());
    const look = async () => {
      await sensor.look(instant(7));
      await new Promise((resolve) => setImmediate(resolve));
      return (await sensor.look(instant(7))).map(({ fact }) => fact);
    };
    return { state, sensor, look };
  };

  it('that does not answer is told once, and once that it answers again', async () => {
    const { state, look } = create();
    state.error = new EngineError('SUPERVISOR_UNREACHABLE', 'podman cannot be asked about gateway');
    expect(await look()).toEqual([{ kind: 'keeper-silent', silent: true }]);
    expect(await look()).toEqual([]);
    state.error = null;
    expect(await look()).toEqual([{ kind: 'keeper-silent', silent: false }]);
  });

  it('says that it has paused the container, where the kernel does not', async () => {
    const { state, sensor, look } = create();
    await look();
    expect(sensor.isPaused()).toBe(false);
    state.paused = true;
    await look();
    await look();
    expect(sensor.isPaused()).toBe(true);
  });
});
