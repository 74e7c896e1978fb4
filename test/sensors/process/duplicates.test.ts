import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { Suspect } from '../../../src/diagnosis/evidence.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { createDuplicatesSensor } from '../../../src/sensors/process/duplicates.ts';
import { readProcess } from '../../../src/sensors/process/proc.ts';
import { findGatewayProcesses, type Running } from '../../../src/sensors/process/process.ts';
import { createFamily, type Family } from './gateway-family.ts';
import { instant } from '../../instant.ts';

// `ps` elsewhere does not show another process's environment, and so not its home.
describe.runIf(process.platform === 'linux')('the processes of a gateway', () => {
  let family: Family;
  beforeEach(async () => {
    family = await createFamily();
  });
  afterEach(() => family.end());

  const found = async (): Promise<readonly number[]> =>
    (await findGatewayProcesses(hermes, family.home)).map(({ pid }) => pid).filter(family.has);

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
    expect(
      (await findGatewayProcesses(hermes, join(family.home, 'profiles/ops'))).filter(({ pid }) => family.has(pid)),
    ).toHaveLength(1);
  });

  test('are not a wrapper, but its child', async () => {
    const wrapper = [process.execPath, join(family.folder, 'wrapper.cjs'), '--error-log', 'x', '--'];
    const [, child] = await family.start([...wrapper, ...family.command('gateway', 'run')], { CHILD: 'wrapped' }, 2);
    expect(await found()).toEqual([child]);
  });

  test.each([1, 3])('are not the workers that a gateway forked: %s', async (workers) => {
    const [gateway] = await family.start(
      family.command('gateway', 'run'),
      { CHILD: `${workers} workers` },
      workers + 1,
    );
    expect(await found()).toEqual([gateway]);
  });

  test('are both, a gateway and another one that was started from its shell', async () => {
    const pids = await family.start(family.command('gateway', 'run'), { CHILD: 'behind-a-shell' }, 2);
    expect(await found()).toEqual(pids);
  });

  test('are not a command that waits to restart the gateway; where there is none to restart, it is the gateway itself', async () => {
    const names = async (pid = 0): Promise<void> =>
      writeFile(
        join(family.home, 'gateway.pid'),
        JSON.stringify({ pid, start_time: (await readProcess(pid))?.startTime }),
      );
    const [restart] = await family.start(family.command('gateway', 'restart'));
    await names(restart);
    expect(await found()).toEqual([restart]);
    const [gateway] = await family.start(family.command('gateway', 'run'));
    await names(gateway);
    expect(await found()).toEqual([gateway]);
  });

  test('are not a zombie', async () => {
    // Once the shell has become `sleep`, nobody asks for its child's exit code.
    const [pid = 0] = await family.start([
      'sh',
      '-c',
      '"$@" & exec sleep 300',
      'sh',
      ...family.command('gateway', 'run'),
    ]);
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
  const suspect = (pid: number, startTime: number): Suspect => ({
    pid,
    startTime,
    startedAt: startTime * 10,
    command: 'hermes gateway run',
  });
  const gateway = { pid: 10, startTime: 100, startedAt: 1_000 };
  const two = suspect(20, 200);
  const three = suspect(30, 300);
  const secondLifeOfTwo = suspect(20, 999);
  const proven = (...beside: readonly Suspect[]): Running => ({ gateway, beside, problem: null });
  const nobody = (...beside: readonly Suspect[]): Running => ({ gateway: null, beside, problem: null });

  /** Looks at the seconds given. @returns the pids told at the last of them. */
  const told = async (looks: readonly (readonly [number, Running])[]): Promise<readonly number[]> => {
    let running = nobody();
    const sensor = createDuplicatesSensor(() => Promise.resolve(running));
    let pids: readonly number[] = [];
    for (const [second, seen] of looks) {
      running = seen;
      const [evidence] = await sensor.look(instant(1_800_000_000_000 + second * 1_000));
      pids = evidence?.fact.kind === 'duplicates' ? evidence.fact.processes.map(({ pid }) => pid) : [];
    }
    return pids;
  };

  it.each<[string, readonly (readonly [number, Running])[], readonly number[]]>([
    [
      'seen at two looks 10 s apart are told',
      [
        [0, proven(two)],
        [10, proven(two)],
      ],
      [20],
    ],
    [
      'are all that lasted, and never the gateway itself',
      [
        [0, proven(two, three)],
        [10, proven(two, three)],
      ],
      [20, 30],
    ],
    [
      'are told for as long as they are there',
      [
        [0, proven(two)],
        [10, proven(two)],
        [11, proven(two)],
      ],
      [20],
    ],
    [
      'are counted without one that has just come',
      [
        [0, proven(two)],
        [10, proven(two, three)],
      ],
      [20],
    ],
    ['seen once are not told', [[0, proven(two)]], []],
    [
      'that are gone within 10 s are not told: a restart',
      [
        [0, proven(two)],
        [9.999, proven(two)],
        [12, proven()],
      ],
      [],
    ],
    [
      'that changed in between are not told',
      [
        [0, proven(two)],
        [10, proven(three)],
      ],
      [],
    ],
    [
      'with a pid that was used again are not told',
      [
        [0, proven(two)],
        [10, proven(secondLifeOfTwo)],
      ],
      [],
    ],
    [
      'of which one was away in between are not told',
      [
        [0, proven(two)],
        [5, proven()],
        [10, proven(two)],
      ],
      [],
    ],
    [
      'are told though the clock was set back',
      [
        [3_600, proven(two)],
        [0, proven(two)],
        [10, proven(two)],
      ],
      [20],
    ],
    [
      'are told no more once they are gone: no dead pid is ever named',
      [
        [0, proven(two, three)],
        [10, proven(two, three)],
        [11, proven(three)],
      ],
      [30],
    ],
    [
      'are none when there is but the gateway',
      [
        [0, proven()],
        [60, proven()],
      ],
      [],
    ],
    [
      'are none when there is no process',
      [
        [0, nobody()],
        [60, nobody()],
      ],
      [],
    ],
    [
      'are none while no process is proven to be the gateway: they are what holds its start back',
      [
        [0, nobody(two, three)],
        [60, nobody(two, three)],
      ],
      [],
    ],
    [
      'count from when the gateway is proven',
      [
        [0, nobody(two)],
        [60, proven(two)],
      ],
      [],
    ],
  ])('%s', async (_, looks, pids) => expect(await told(looks)).toEqual(pids));

  it('are told as evidence for people, with their command lines', async () => {
    const sensor = createDuplicatesSensor(() => Promise.resolve(proven(two, three)));
    await sensor.look(instant(0));
    expect(await sensor.look(instant(10_000))).toEqual([
      {
        at: 10_000,
        source: 'process',
        text: 'beside the gateway (pid 10): pid 20 (hermes gateway run), pid 30 (hermes gateway run)',
        link: null,
        fact: { kind: 'duplicates', processes: [two, three] },
      },
    ]);
  });
});
