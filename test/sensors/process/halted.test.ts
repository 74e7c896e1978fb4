import { expect, it, vi } from 'vitest';
import type { ProcessIdentity } from '../../../src/diagnosis/evidence.ts';
import { createHaltedSensor } from '../../../src/sensors/process/halted.ts';
import { instant } from '../../instant.ts';
import { living } from '../../supervisors/living.ts';

const factsOf = async (sensor: ReturnType<typeof createHaltedSensor>) =>
  (await sensor.look(instant(1))).map(({ fact, text }) => [fact, text]);

it.runIf(process.platform === 'linux')(
  'a process that is stopped by a signal is told, and that it goes on',
  async () => {
    const seen = await living();
    const sensor = createHaltedSensor(() => seen);
    expect(await factsOf(sensor)).toEqual([[{ kind: 'halted', halted: false }, 'it goes on']]);
    expect(await factsOf(sensor)).toEqual([]);
    process.kill(seen.pid, 'SIGSTOP');
    await vi.waitFor(
      async () =>
        expect(await factsOf(sensor)).toEqual([
          [
            { kind: 'halted', halted: true },
            `pid ${seen.pid} is stopped (state T); kill -CONT ${seen.pid} lets it go on`,
          ],
        ]),
      20_000,
    );
    process.kill(seen.pid, 'SIGCONT');
    await vi.waitFor(
      async () => expect(await factsOf(sensor)).toEqual([[{ kind: 'halted', halted: false }, 'it goes on']]),
      20_000,
    );
  },
);

it('nothing is told of a process that is gone, nor of one that cannot be read', async () => {
  let seen: ProcessIdentity | null = null;
  const sensor = createHaltedSensor(() => seen);
  await sensor.look(instant(1));
  expect(await factsOf(sensor)).toEqual([]);
  seen = { pid: 5_000_001, startTime: 1 };
  expect(await factsOf(sensor)).toEqual([]);
});
