import { describe, expect, it } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { instant } from '../instant.ts';

const MINUTE = 60_000;
const FIRST: ProcessSeen = { pid: 100, startTime: 1, startedAt: 1_000 };
const SECOND: ProcessSeen = { pid: 200, startTime: 2, startedAt: 10 * MINUTE };
const STOPPED: GatewayFact = { kind: 'stopped-by-operator', by: 'me' };
const process = (seen: ProcessSeen | null): GatewayFact => ({ kind: 'process', process: seen });

/** The gateway's verdict an hour after the last of the facts, which come a minute apart. */
const verdictAfter = (...facts: readonly GatewayFact[]) => {
  const told = facts.map((fact, at): Evidence => ({
    at: instant((at + 1) * MINUTE),
    source: 'process',
    text: fact.kind,
    link: null,
    fact,
  }));
  const state = told.reduce(advance, initialState);
  const { verdicts } = judge(state, {
    gateway: 'main',
    policy: DEFAULT_POLICY,
    now: (facts.length + 60) * MINUTE,
    links: null,
  });
  return `${verdicts[0]?.condition ?? ''}/${verdicts[0]?.remedy ?? ''}`;
};

const CLAIM: GatewayFact = { kind: 'gateway-claim', state: 'running', pid: 100 };

describe('a gateway that an operator had stopped', () => {
  it.each<[string, readonly GatewayFact[], string]>([
    ['stays stopped on purpose', [CLAIM, process(FIRST), STOPPED, process(null)], 'stopped_on_purpose/none'],
    [
      'is like any other once somebody has started it',
      [
        CLAIM,
        process(FIRST),
        STOPPED,
        process(null),
        process(SECOND),
        { kind: 'gateway-starting' },
        process(SECOND),
        process(null),
      ],
      'stopped/start',
    ],
    [
      'is not stopped while it runs, though a Lifeline that was restarted still has it in its book',
      [CLAIM, process(FIRST), STOPPED, process(FIRST), process(null)],
      'stopped/start',
    ],
  ])('%s', (_what, facts, expected) => expect(verdictAfter(...facts)).toBe(expected));
});
