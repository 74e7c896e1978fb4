import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { fast } from './fast.ts';
import { openScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const HOUR_MS = 3_600_000;

describe('a gateway that is well', () => {
  test('leads to no message at all in an hour with four routine closes of QQ', LIMIT, async () => {
    const speed = 120;
    // This hour is an hour to the bot. A close that does not heal by itself would be told before the next one.
    const { timings, ...options } = fast(speed, { grace: { qqbot: 5 }, watch: { schedule: '*/3 * * * * *' } });
    const scene = await openScene({
      ...options,
      timings: { timings: { ...timings.timings, routineCloseMs: HOUR_MS / 4 - 60_000 } },
    });
    try {
      const from = scene.sandbox.clock.now();
      await scene.quiet(HOUR_MS / speed);
      // A timer and the clock of the day may differ by some milliseconds.
      await scene.until('the end of the hour', () => scene.sandbox.clock.now() - from >= HOUR_MS);
      const log = await readFile(join(scene.sandbox.gateway.home, 'logs', 'gateway.log'), 'utf8');
      expect(log.match(/WebSocket closed: code=4009/g)?.length).toBeGreaterThanOrEqual(4);
      expect(log.match(/Session resumed/g)?.length).toBeGreaterThanOrEqual(4);
      expect(treatmentsOf(scene)).toEqual([]);
      expect(await startsOf(scene)).toBe(1);
    } finally {
      await scene.end();
    }
  });

  test('is left alone when somebody stopped it on purpose', LIMIT, async () => {
    const scene = await openScene();
    try {
      const target = scene.sandbox.gateway.current();
      if (!target) throw new Error('no gateway');
      const { startTime: target_start_time, pid: target_pid } = target;
      await writeFile(
        join(scene.sandbox.gateway.home, '.gateway-planned-stop.json'),
        JSON.stringify({ target_pid, target_start_time, written_at: new Date().toISOString() }),
      );
      process.kill(target.pid, 'SIGTERM');
      await scene.until('the gateway to end', () => scene.sandbox.gateway.current() === null);
      await scene.quiet(8_000);
      expect(treatmentsOf(scene)).toEqual([]);
    } finally {
      await scene.end();
    }
  });
});
