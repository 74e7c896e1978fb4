import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { ProcessIdentity } from '../../src/diagnosis/evidence.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { createDuplicatesSensor } from '../../src/sensors/duplicates.ts';
import { findGatewayProcesses } from '../../src/sensors/gateway-processes.ts';
import { readProcess } from '../../src/sensors/proc.ts';
import { createFamily, type Family } from './gateway-family.ts';
import { instant } from '../instant.ts';

// `ps` elsewhere does not show another process's environment, and so not its home.
describe.runIf(process.platform === 'linux')('the processes of a gateway', () => {
  let family: Family;
  beforeEach(async () => {
    family = await createFamily();
  });
  afterEach(() => family.end());

  const found = async (): Promise<readonly number[]> => (await findGatewayProcesses(hermes, family.home)).map(({ pid }) => pid);

  test('are all that run it for this home, the oldest first', async () => {
    const [one] = await family.start(family.command('gateway', 'run'));
    expect(await found()).toEqual([one]);
    const [two] = await family.start(family.command('gateway', 'run', '--replace'));
    expect(await found()).toEqual([one, two]);
  });

  test('are not those of another home or profile, nor other commands', async () => {
    await family.start(family.command('gateway', 'run'), { HERMES_HOME: join(family.folder, 'elsewhere') });
    await family.start(family.command('-p', 'ops', 'gateway', 'run'));
    await family.start(family.command('gateway', 'status'));
    await family.start(family.command('chat', '--about=gateway', 'run'));
    expect(await found()).toEqual([]);
    expect((await findGatewayProcesses(hermes, join(family.home, 'profiles/ops'))).length).toBe(1);
  });

  test('are not a wrapper, but its child', async () => {
    const wrapper = [process.execPath, join(family.folder, 'wrapper.cjs'), '--error-log', 'x', '--'];
    const [, child] = await family.start([...wrapper, ...family.command('gateway', 'run')], { CHILD: 'wrapped' }, 2);
    expect(await found()).toEqual([child]);
  });

  test.each([1, 3])('are not the workers that a gateway forked: %s', async (workers) => {
    const [gateway] = await family.start(family.command('gateway', 'run'), { CHILD: `${workers} workers` }, workers + 1);
    expect(await found()).toEqual([gateway]);
  });

  test('are both, a gateway and another one that was started from its shell', async () => {
    const pids = await family.start(family.command('gateway', 'run'), { CHILD: 'behind-a-shell' }, 2);
    expect(await found()).toEqual(pids);
  });

  test('are not a command that waits to restart the gateway; alone, it is the gateway itself', async () => {
    const [restart] = await family.start(family.command('gateway', 'restart'));
    expect(await found()).toEqual([restart]);
    const [gateway] = await family.start(family.command('gateway', 'run'));
    expect(await found()).toEqual([gateway]);
  });

  test('are not a zombie', async () => {
    // Once the shell has become `sleep`, nobody asks for its child's exit code.
    const [pid = 0] = await family.start(['sh', '-c', '"$@" & exec sleep 300', 'sh', ...family.command('gateway', 'run')]);
    const [other] = await family.start(family.command('gateway', 'run'));
    expect(await found()).toEqual([pid, other]);
    const parent = (await readProcess(pid))?.ppid ?? 0;
    await vi.waitFor(async () => expect((await readProcess(parent))?.argv[0]).toBe('sleep'), { timeout: 20_000 });
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await readProcess(pid))?.state).toBe('Z'), { timeout: 20_000 });
    expect(await found()).toEqual([other]);
  });
});

describe('duplicates', () => {
  const one = { pid: 10, startTime: 100 };
  const two = { pid: 20, startTime: 200 };
  const three = { pid: 30, startTime: 300 };
  const secondLifeOfTwo = { pid: 20, startTime: 999 };

  /** Looks at the seconds given. @returns the pids told at the last of them. */
  const told = async (looks: readonly (readonly [number, readonly ProcessIdentity[]])[]): Promise<readonly number[]> => {
    let processes: readonly ProcessIdentity[] = [];
    const sensor = createDuplicatesSensor(() => Promise.resolve(processes));
    let pids: readonly number[] = [];
    for (const [second, seen] of looks) {
      processes = seen;
      const [evidence] = await sensor.look(instant(1_800_000_000_000 + second * 1_000));
      pids = evidence?.fact.kind === 'duplicates' ? evidence.fact.processes.map(({ pid }) => pid) : [];
    }
    return pids;
  };

  it.each<[string, readonly (readonly [number, readonly ProcessIdentity[]])[], readonly number[]]>([
    ['seen at two looks 10 s apart are told', [[0, [one, two]], [10, [one, two]]], [10, 20]],
    ['are told for as long as they are there', [[0, [one, two]], [10, [one, two]], [11, [one, two]]], [10, 20]],
    ['are counted without one that has just come', [[0, [one, two]], [10, [one, two, three]]], [10, 20]],
    ['seen once are not told', [[0, [one, two]]], []],
    ['that are gone within 10 s are not told: a restart', [[0, [one, two]], [9.999, [one, two]], [12, [two]]], []],
    ['that changed in between are not told', [[0, [one, two]], [10, [one, three]]], []],
    ['with a pid that was used again are not told', [[0, [one, two]], [10, [one, secondLifeOfTwo]]], []],
    ['of which one was away in between are not told', [[0, [one, two]], [5, [one]], [10, [one, two]]], []],
    ['are told though the clock was set back', [[3_600, [one, two]], [0, [one, two]], [10, [one, two]]], [10, 20]],
    ['are none when there is but one process', [[0, [one]], [60, [one]]], []],
    ['are none when there is no process', [[0, []], [60, []]], []],
  ])('%s', async (_, looks, pids) => expect(await told(looks)).toEqual(pids));

  it('are told as evidence for people', async () => {
    const sensor = createDuplicatesSensor(() => Promise.resolve([one, two]));
    await sensor.look(instant(0));
    expect(await sensor.look(instant(10_000))).toEqual([
      { at: 10_000, source: 'process', text: '2 gateway processes: 10, 20', link: null, fact: { kind: 'duplicates', processes: [{ pid: 10, startTime: 100 }, { pid: 20, startTime: 200 }] } },
    ]);
  });
});
