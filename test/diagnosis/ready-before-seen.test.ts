import { expect, it } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { GatewayFact } from '../../src/diagnosis/evidence.ts';
import { initialState, vitalsOf, type GatewayState } from '../../src/diagnosis/state.ts';
import { instant } from '../instant.ts';

const told = (story: readonly (readonly [number, GatewayFact])[]): GatewayState =>
  story.reduce(
    (state: GatewayState, [at, fact]) =>
      advance(state, {
        at: instant(at),
        source: fact.kind === 'process' ? 'process' : 'bot.log',
        text: fact.kind,
        link: null,
        fact,
      }),
    initialState,
  );
const process = (pid: number, startedAt: number): GatewayFact => ({
  kind: 'process',
  process: { pid, startTime: startedAt, startedAt },
});
const GONE: GatewayFact = { kind: 'process', process: null };
const READY: GatewayFact = { kind: 'gateway-ready' };

/** A service that writes no line when it begins to start: its log is read before its new process is found. */
it.each<[string, readonly (readonly [number, GatewayFact])[], number | null]>([
  [
    'after its end was seen',
    [
      [10_000, process(1, 9_000)],
      [11_000, READY],
      [60_000, GONE],
      [61_500, READY],
      [62_000, process(2, 61_000)],
    ],
    61_500,
  ],
  [
    'before its end was seen',
    [
      [10_000, process(1, 9_000)],
      [11_000, READY],
      [61_500, READY],
      [62_000, process(2, 61_000)],
    ],
    61_500,
  ],
  [
    'and what its old process said is no word of the new one',
    [
      [10_000, process(1, 9_000)],
      [11_000, READY],
      [12_000, READY],
      [62_000, process(2, 61_000)],
    ],
    null,
  ],
  [
    'and the first word of a process that repeats it counts',
    [
      [10_000, process(1, 9_000)],
      [11_000, READY],
      [12_000, READY],
      [13_000, process(1, 9_000)],
    ],
    11_000,
  ],
])('a new process is ready whose word came %s', (_when, story, at) => {
  expect(vitalsOf(told(story)).readyAt).toBe(at);
});
