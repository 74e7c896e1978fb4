import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { createLoopSensor } from '../../src/sensors/event-loop.ts';
import { instant } from '../instant.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-loop-'));
  await mkdir(join(home, 'state'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const NOW = Date.now();
/** A version whose loop writes it: its age alone is proof. */
const heartbeatAt = (at: number): Promise<void> =>
  writeFile(join(home, 'state/gateway.heartbeat'), JSON.stringify({ pid: 7, updated_at: at / 1_000 }));

const create = () => {
  const sensor = createLoopSensor({
    kind: hermes,
    home,
    process: () => ({ pid: 7, startTime: 1, startedAt: 1 }),
    frozenMs: 90_000,
  });
  return async (seconds: number): Promise<unknown> => {
    const [found] = await sensor.look(instant(NOW + seconds * 1_000));
    return found?.fact.kind === 'loop' ? found.fact.state : null;
  };
};

it('a heartbeat that was out of sight has its whole time once more when it is back', async () => {
  await heartbeatAt(NOW);
  const look = create();
  expect(await look(10)).toBe('alive');
  await rename(join(home, 'state'), join(home, 'away'));
  for (const second of [20, 60, 140]) expect(await look(second)).toBeNull();
  await rename(join(home, 'away'), join(home, 'state'));
  expect(await look(154)).toBe('unknown');
  expect(await look(240)).toBe('unknown');
  expect(await look(245)).toBe('wedged');
});

it('one that nobody looked at for long has its time too, and one that was seen to grow old has not', async () => {
  await heartbeatAt(NOW);
  const look = create();
  expect(await look(10)).toBe('alive');
  expect(await look(200)).toBe('unknown');
  for (const second of [240, 280]) expect(await look(second)).toBe('unknown');
  expect(await look(295)).toBe('wedged');
});

it('is old at the first look where it is old', async () => {
  await heartbeatAt(NOW - 200_000);
  await writeFile(
    join(home, 'state/gateway.heartbeat'),
    JSON.stringify({ pid: 7, updated_at: (NOW - 200_000) / 1_000 }),
  );
  expect(await create()(100)).toBe('wedged');
});
