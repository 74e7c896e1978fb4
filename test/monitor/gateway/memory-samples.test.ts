/** The samples of memory in the store: of the present process, and bounded. */
import { expect, test } from 'vitest';
import { MOST_SAMPLES } from '../../../src/diagnosis/memory-growth.ts';
import { createMemorySamples } from '../../../src/monitor/gateway/memory-samples.ts';
import { openDatabase } from '../../../src/store/database.ts';

const PROCESS = { pid: 7, startTime: 1 };

test('are those of the present process alone, oldest first and no more than are used', () => {
  const db = openDatabase(':memory:');
  const samples = createMemorySamples(db);
  samples.add('other', PROCESS, { at: 1, bytes: 1 });
  for (let hour = 0; hour < MOST_SAMPLES + 20; hour += 1) samples.add('main', PROCESS, { at: hour, bytes: hour + 0.4 });
  const kept = samples.of('main', PROCESS);
  expect(kept).toHaveLength(MOST_SAMPLES);
  expect(kept.at(-1)).toEqual({ at: MOST_SAMPLES + 19, bytes: MOST_SAMPLES + 19 });
  expect(kept[0]).toEqual({ at: 20, bytes: 20 });

  const next = { pid: 8, startTime: 2 };
  samples.add('main', next, { at: 1_000, bytes: 5 });
  expect(samples.of('main', PROCESS)).toEqual([]);
  expect(samples.of('main', next)).toEqual([{ at: 1_000, bytes: 5 }]);
  expect(samples.of('other', PROCESS)).toHaveLength(1);
  db.close();
});
