import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { Outlook, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import type { Holder } from '../../src/supervisors/holder.ts';
import type { SupervisorStatus } from '../../src/supervisors/supervisor.ts';
import { createKeeperSensor } from '../../src/watch/keeper-sensor.ts';
import { createWorld, statusOf } from '../healing/fake-supervisor.ts';

const SEEN: ProcessSeen = { pid: 5_000_001, startTime: 1, startedAt: 1 };
const NEXT: ProcessSeen = { pid: 5_000_002, startTime: 2, startedAt: 2 };

interface World {
  process: ProcessSeen | null | undefined;
  status: Partial<SupervisorStatus>;
  error: Error | null;
  parent: 'nobody' | 'unknown';
}

const create = ({ isBare = false, name = 'systemd-user' as const, ...world }: Partial<World> & { readonly isBare?: boolean; readonly name?: 'systemd-user' | 'process' } = {}) => {
  const state: World = { process: undefined, status: {}, error: null, parent: 'nobody', ...world };
  const { supervisor } = createWorld({}, {}, name);
  const holder: Holder = {
    choose: async () => {
      if (state.error) throw state.error;
      return { supervisor: { ...supervisor, status: async () => statusOf(state.status) }, why: 'holds_process', rivals: [] };
    },
  };
  const sensor = createKeeperSensor({ holder, process: () => state.process, isBare, parentOf: async () => state.parent });
  const facts = async () => (await sensor.look(7)).map(({ fact }) => fact);
  return { state, sensor, facts };
};

describe('who keeps a gateway', () => {
  it('is asked once its process has ended, and again at each look; before it was looked for nobody is', async () => {
    const { state, facts, sensor } = create();
    expect(await facts()).toEqual([]);
    state.process = null;
    const outlooks: Outlook[] = [{ next: 'settling' }, { next: 'starts', withinMs: 5_000 }, { next: 'nothing', enabled: true }, { next: 'stopped' }, { next: 'blocked', reason: 'masked' }];
    for (const outlook of outlooks) {
      state.status = { outlook };
      expect(await facts()).toEqual([{ kind: 'keeper', outlook, bare: false }]);
      expect(sensor.isAtWork()).toBe(outlook.next === 'settling' || outlook.next === 'starts');
    }
    state.process = SEEN;
    await facts();
    expect(sensor.isAtWork()).toBe(false);
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
    expect(await facts()).toEqual([{ kind: 'keeper', outlook: bare ? { next: 'nothing', enabled: false } : { next: 'unknown' }, bare }]);
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
