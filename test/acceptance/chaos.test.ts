/**
 * The real program, killed at random moments while the gateway breaks, the platforms misbehave and an operator asks
 * for things. `LIFELINE_TEST_ALL=1`: 200 kills. `LIFELINE_TEST_SEED` makes the same choices again.
 */
import { expect, test } from 'vitest';
import { extent } from '../deep.ts';
import { judge, type Findings } from './fixtures/chaos-findings.ts';
import { storm } from './fixtures/chaos-storm.ts';

const ALL = process.env['LIFELINE_TEST_ALL'] === '1';
const SEED = process.env['LIFELINE_TEST_SEED'] ?? 'storm';
const [LANES, KILLS] = ALL ? [4, 50] : [extent(3, 1), 4];

const sum = (all: readonly Findings[], count: (findings: Findings) => number): number =>
  all.reduce((total, findings) => total + count(findings), 0);

test(
  `Lifeline killed ${LANES * KILLS} times in a storm: all is told, nothing is done twice`,
  { timeout: 1_800_000 },
  async () => {
    const began = Date.now();
    // All of them to their end, so that nothing is left running.
    const ended = await Promise.allSettled(
      Array.from({ length: LANES }, (_, lane) => storm({ seed: `${SEED} ${lane}`, kills: KILLS })),
    );
    const aftermaths = ended.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    const all = aftermaths.map(judge);
    const seconds = Math.round((Date.now() - began) / 1_000);
    console.log(
      [
        `${LANES * KILLS} kills in ${seconds} s: ${sum(all, ({ incidents }) => incidents)} incidents (${sum(all, ({ silent }) => silent)} that nobody was to hear of)`,
        `${aftermaths.reduce((total, { breaks }) => total + breaks.length, 0)} faults (seed ${SEED}), ${sum(all, ({ treatments }) => treatments)} treatments, ${sum(all, ({ commands }) => commands)} commands`,
        `${aftermaths.reduce((total, { redeliveries }) => total + redeliveries, 0)} redeliveries, ${aftermaths.reduce((total, { rings }) => total + rings.length, 0)} messages`,
        `duplicates: Feishu ${sum(all, ({ duplicates }) => duplicates.feishu)}, QQ ${sum(all, ({ duplicates }) => duplicates.qq)} (${aftermaths.reduce((total, { lost }) => total + lost, 0)} lost answers)`,
      ].join('; '),
    );
    expect(all.flatMap(({ problems }) => problems)).toEqual([]);
    // A storm in which nothing happens shows nothing.
    expect(sum(all, ({ incidents }) => incidents)).toBeGreaterThan(0);
    expect(sum(all, ({ commands }) => commands)).toBeGreaterThan(0);
  },
);
