/** Every trace, judged by the command in this process: what must be said is said in time, and nothing that must not. */
import { describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { replayHome } from '../../src/cli/replay.ts';
import { ALL } from './generate/all.ts';
import { expectJudged, type Replayed } from './judged.ts';
import type { Expected } from './generate/trace.ts';
import { THROUGH_PROGRAM } from './through-program.ts';

const replay = async (home: string, { until, tz }: Expected): Promise<Replayed> => {
  expect(tz, 'a trace from another zone needs a process of its own').toBe(process.env['TZ']);
  let stdout = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  try {
    await replayHome(home, { until: Date.parse(until), json: true });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { stdout, stderr: error.message };
  } finally {
    written.mockRestore();
  }
  return { stdout, stderr: '' };
};

describe.each(['healthy', 'sick'] as const)('%s', (kind) => {
  for (const trace of ALL)
    if (trace.kind === kind && !THROUGH_PROGRAM.has(trace.name))
      test(`${trace.name}: ${trace.about}`, async () => expectJudged(trace, replay));
});

test('each trace has a name of its own, and no known one is missing', () => {
  const names = ALL.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...THROUGH_PROGRAM].filter((name) => !names.includes(name))).toEqual([]);
  expect(['healthy', 'sick'].map((kind) => ALL.filter((trace) => trace.kind === kind).length)).toEqual([57, 65]);
});
