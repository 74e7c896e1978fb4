/** Which of several supervisors holds a gateway, case by case. */
import { describe, expect, it } from 'vitest';
import type { ContainerSeen, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { configuredDetection, createDetection } from '../../src/supervisors/detect.ts';
import type { Supervisor, SupervisorStatus } from '../../src/supervisors/supervisor.ts';
import { createWorld, NEW, OLD, statusOf } from '../healing/fake-supervisor.ts';

const manager = (
  unit: string,
  answer: Partial<SupervisorStatus> | Error,
  name: Supervisor['name'] = 'systemd-user',
): Supervisor => ({
  ...createWorld().supervisor,
  name,
  unit,
  status: async () => {
    if (answer instanceof Error) throw answer;
    return statusOf(answer);
  },
});
const BARE = manager('hermes', {}, 'process');

const choose = async (running: ProcessSeen | null, candidates: readonly Supervisor[]): Promise<string> => {
  const detection = createDetection({
    candidates: async () => candidates,
    bare: BARE,
    find: async () => running,
    ancestors: async () => [50, 1],
  });
  const { supervisor, why, rivals } = await detection.choose();
  return [supervisor.unit, why, ...rivals.map(({ unit }) => `rival ${unit}`)].join(', ');
};

const idle = manager('idle', { state: 'inactive' });
const other = manager('other', { state: 'active', main: NEW });
const silent = manager('silent', new Error('no bus'));

describe('of a gateway that runs', () => {
  it.each<[string, readonly Supervisor[], string]>([
    ['one that merely has its name and holds another process is a rival', [other], 'hermes, nobody_else, rival other'],
    [
      'of two at work the one that holds it, and the other is a rival',
      [other, manager('mine', { main: OLD })],
      'mine, holds_process, rival other',
    ],
    [
      'one that lies idle, failed or is masked is no rival',
      [manager('mine', { main: OLD }), idle, manager('f', { state: 'failed' }), manager('m', { state: 'masked' })],
      'mine, holds_process',
    ],
    [
      'nobody, where all are missing',
      [manager('a', { state: 'missing' }), manager('b', { state: 'missing' })],
      'hermes, nobody_else',
    ],
    ['nobody, where there is none to ask', [], 'hermes, nobody_else'],
    [
      'the one that holds it, though another cannot be asked',
      [silent, manager('mine', { main: OLD })],
      'mine, holds_process',
    ],
  ])('%s', async (_who, candidates, expected) => expect(await choose(OLD, candidates)).toBe(expected));

  it('it cannot be told when none is known to hold it and one cannot be asked: that one may be it', async () => {
    await expect(choose(OLD, [idle, silent])).rejects.toThrow('no bus');
    await expect(choose(OLD, [silent, other])).rejects.toThrow('no bus');
  });
});

describe('of a gateway that does not run', () => {
  it.each<[string, readonly Supervisor[], string]>([
    ['the first that has a definition', [manager('first', { state: 'inactive' }), idle], 'first, has_definition'],
    [
      'the one that failed before those that lie idle',
      [idle, manager('failed', { state: 'failed' })],
      'failed, has_definition',
    ],
    [
      'the one that gave up before those that lie idle',
      [idle, manager('latched', { state: 'latched' })],
      'latched, has_definition',
    ],
    [
      'the one that is at it before one that failed',
      [manager('failed', { state: 'failed' }), manager('busy', { state: 'activating' })],
      'busy, has_definition',
    ],
    [
      'the one that has been asked to start it',
      [manager('failed', { state: 'failed' }), manager('asked', { state: 'inactive', job: 'start' })],
      'asked, has_definition',
    ],
    [
      'two that are at it: the other is a rival',
      [manager('a', { state: 'activating' }), manager('b', { state: 'activating' })],
      'a, has_definition, rival b',
    ],
    ['nobody, where all are missing', [manager('a', { state: 'missing' })], 'hermes, nobody_else'],
    [
      'the one that failed, though another cannot be asked',
      [silent, manager('failed', { state: 'failed' })],
      'failed, has_definition',
    ],
  ])('%s', async (_who, candidates, expected) => expect(await choose(null, candidates)).toBe(expected));

  it('it cannot be told when those that answer lie idle and one cannot be asked', async () => {
    await expect(choose(null, [silent])).rejects.toThrow('no bus');
    await expect(choose(null, [idle, silent])).rejects.toThrow('no bus');
  });
});

it('the one that the configuration names is asked for nothing', async () => {
  expect(await configuredDetection(async () => silent).choose()).toEqual({
    supervisor: silent,
    why: 'configured',
    rivals: [],
  });
});

describe('of a gateway that ran in a container', () => {
  const BOX: ContainerSeen = { tool: 'podman', id: 'abc', name: 'gateway', askedAs: 'gateway' };
  const box = (answer: Partial<SupervisorStatus> | Error): Supervisor => ({
    ...manager('gateway', answer, 'docker'),
    tool: 'podman',
    container: () => BOX,
  });
  const create = (
    world: { running: ProcessSeen | null; readonly candidates?: readonly Supervisor[] },
    around: Supervisor | null,
    recalled: Supervisor | null = null,
  ) =>
    createDetection({
      candidates: async () => world.candidates ?? [],
      bare: BARE,
      find: async () => world.running,
      ancestors: async () => [50, 1],
      container: async () => around,
      recalled: () => recalled,
    });

  it('nothing is started bare when the container has been removed: it is kept there, by this Lifeline and by the next', async () => {
    const removed = box({ state: 'missing' });
    const world = { running: OLD as ProcessSeen | null };
    const detection = create(world, removed);
    await detection.choose();
    expect(detection.container?.()).toEqual(BOX);
    world.running = null;
    for (const each of [detection, create({ running: null }, null, removed)]) {
      expect(await each.choose()).toEqual({ supervisor: removed, why: 'held_last', rivals: [] });
      expect(each.container?.()).toEqual(BOX);
    }
  });

  it('a definition outside of it that lies idle is not taken in its place; one that is at work on the gateway is', async () => {
    const removed = box({ state: 'missing' });
    expect((await create({ running: null, candidates: [idle] }, null, removed).choose()).supervisor).toBe(removed);
    const busy = manager('busy', { state: 'activating' });
    expect((await create({ running: null, candidates: [busy] }, null, removed).choose()).supervisor).toBe(busy);
  });

  it('nobody else is chosen when its engine cannot be asked, but the gateway is known to be in it', async () => {
    const hanging = box(new Error('podman does not answer'));
    const detection = create({ running: null, candidates: [idle] }, null, hanging);
    await expect(detection.choose()).rejects.toThrow('podman does not answer');
    expect(detection.container?.()).toEqual(BOX);
  });

  it('where it ran is noted as soon as it is seen: it may be gone when anybody asks', async () => {
    const removed = box({ state: 'missing' });
    const detection = create({ running: null }, removed);
    await detection.meet?.(OLD);
    expect(await detection.choose()).toEqual({ supervisor: removed, why: 'held_last', rivals: [] });
  });

  it('nothing is started bare when it ran in a container that nobody could name', async () => {
    const detection = create({ running: null }, null);
    await detection.meet?.({ ...OLD, ownPid: 1 });
    await expect(detection.choose()).rejects.toMatchObject({ code: 'CONTAINER_UNKNOWN' });
    await detection.meet?.(OLD);
    expect((await detection.choose()).why).toBe('nobody_else');
  });

  it('the container is forgotten once the gateway runs outside of it', async () => {
    const detection = create({ running: OLD }, null, box({ state: 'inactive' }));
    expect((await detection.choose()).supervisor).toBe(BARE);
    const world = { running: OLD as ProcessSeen | null };
    const moved = create(world, null);
    await moved.choose();
    world.running = null;
    expect((await moved.choose()).why).toBe('nobody_else');
  });
});
