/** Plays a trace in a folder of its own, has the home judged, and holds the verdicts against what is expected. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Expected, Trace } from './generate/trace.ts';
import { shortcomings, type Said } from './shortcomings.ts';

export interface Replayed {
  readonly stdout: string;
  readonly stderr: string;
}

export const expectJudged = async (
  trace: Trace,
  replay: (home: string, expected: Expected) => Promise<Replayed>,
): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'lifeline-trace-'));
  try {
    const { home, expected } = await trace.write(root);
    const { stdout, stderr } = await replay(home, expected);
    const said = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Said);
    const lines = said.map(
      ({ at, link, condition, remedy, cause }) => `  ${at}  ${link ?? 'gateway'} ${condition} ${remedy} (${cause})`,
    );
    expect(shortcomings(said, expected), [`verdicts of ${trace.name}:`, ...lines, stderr].join('\n')).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};
