/**
 * In any world: no treatment without something that was seen after the last one began, and nothing is signalled but by
 * one hand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../src/diagnosis/state.ts';
import { decide, type DecisionInput } from '../../src/healing/decision.ts';

const START = 1_800_000_000_000;
const LINKS = ['qqbot', 'feishu'] as const;

const process = (pid: number | null): GatewayFact => ({
  kind: 'process',
  process: pid === null ? null : { pid, startTime: pid, startedAt: START },
});

const gatewayFacts: readonly GatewayFact[] = [
  process(1),
  process(2),
  process(null),
  { kind: 'process', process: null, beside: [{ pid: 9, startTime: 9, startedAt: START, command: 'x' }] },
  { kind: 'gateway-starting' },
  { kind: 'gateway-ready' },
  { kind: 'gateway-stopping', planned: false, forRestart: false },
  { kind: 'gateway-stopping', planned: true, forRestart: true },
  { kind: 'gateway-stopped' },
  { kind: 'executor-shutdown' },
  { kind: 'loop', pid: 1, state: 'wedged' },
  { kind: 'loop', pid: 2, state: 'wedged' },
  { kind: 'loop', pid: 1, state: 'alive' },
  { kind: 'duplicates', processes: [{ pid: 9, startTime: 9, startedAt: START, command: 'x' }] },
  { kind: 'keeper', outlook: { next: 'nothing', enabled: true }, bare: true },
  { kind: 'keeper', outlook: { next: 'starts', withinMs: 5_000 }, bare: false },
  { kind: 'keeper', outlook: { next: 'stopped' }, bare: false },
  { kind: 'keeper', outlook: { next: 'unknown' }, bare: false },
  { kind: 'check', check: 'tcp', ok: false, graceMs: 0, remedy: 'restart' },
  { kind: 'check', check: 'tcp', ok: true, graceMs: 0, remedy: 'restart' },
  { kind: 'another-instance', pid: null },
  { kind: 'reconnecter-dead' },
];
const linkFacts: readonly LinkFact[] = [
  { kind: 'link-login' },
  { kind: 'link-traffic' },
  { kind: 'link-open' },
  { kind: 'link-open', content: true },
  { kind: 'link-lost' },
  { kind: 'link-retrying' },
  { kind: 'link-retry-failed', failure: 'other', error: 'x' },
  { kind: 'link-gave-up' },
  { kind: 'link-held', reason: 'x' },
  { kind: 'link-closed' },
  { kind: 'link-silent', silentMs: 100_000 },
];

type Happening = { readonly after: number } & (
  | { readonly fact: GatewayFact; readonly link: null }
  | { readonly fact: LinkFact; readonly link: string }
  | { readonly fact: null }
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    after: fc.integer({ min: 0, max: 200 }),
    fact: fc.constantFrom(...gatewayFacts),
    link: fc.constant(null),
  }),
  fc.record({
    after: fc.integer({ min: 0, max: 200 }),
    fact: fc.constantFrom(...linkFacts),
    link: fc.constantFrom(...LINKS),
  }),
  fc.record({ after: fc.integer({ min: 0, max: 900 }), fact: fc.constant(null) }),
);

interface World {
  state: GatewayState;
  now: number;
  lastWhole: number | null;
  readonly lastLinks: Map<string, number>;
}

const input = ({ state, now, lastWhole, lastLinks }: World, linkRestarts: boolean): DecisionInput => ({
  isTreatable: true,
  verdicts: judge(state, {
    gateway: 'main',
    policy: {
      ...DEFAULT_POLICY,
      linkRestarts: linkRestarts ? { most: 2, windowMs: 1_800_000 } : null,
      connectMs: 60_000,
    },
    now,
    links: null,
  }).verdicts,
  mode: 'auto',
  budget: { perHour: 1_000, perDay: 1_000, pausesMs: [0] },
  restarts: [],
  starts: [],
  killBrakeUntil: null,
  treatmentRunning: false,
  maintenanceUntil: null,
  last: { gateway: lastWhole, links: lastLinks },
  now,
});

const tell = (world: World, fact: GatewayFact | LinkFact, link: string | null): void => {
  world.state = advance(world.state, { at: world.now, source: 'sensor', text: fact.kind, link, fact } as Evidence);
};

describe('in any world', () => {
  it('a treatment rests on something that was seen after the last one began, and time alone brings no second one', () => {
    let treatments = 0;
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), fc.boolean(), (story, linkRestarts) => {
        const world: World = { state: initialState, now: START, lastWhole: null, lastLinks: new Map() };
        let seenSince = true;
        for (const { after, ...what } of story) {
          world.now += after * 1_000 + 1;
          if (what.fact !== null) {
            tell(world, what.fact, what.link);
            seenSince = true;
          }
          const { verdicts, ...rest } = input(world, linkRestarts);
          const decision = decide({ verdicts, ...rest });
          if (decision.act !== 'treat') continue;
          treatments += 1;
          expect(seenSince, 'nothing was seen since the last treatment').toBe(true);
          const treated = verdicts.filter(
            ({ link, remedy }) =>
              remedy !== 'none' &&
              remedy !== 'wait' &&
              remedy !== 'alert' &&
              (decision.links.length === 0 || link === null || decision.links.includes(link)),
          );
          const last = Math.max(
            world.lastWhole ?? 0,
            ...(decision.remedy === 'restart_link' ? decision.links.map((link) => world.lastLinks.get(link) ?? 0) : []),
          );
          expect(treated.some(({ evidence }) => evidence.some(({ at }) => at > last))).toBe(true);
          if (decision.remedy === 'restart_link') {
            for (const link of decision.links) {
              world.lastLinks.set(link, world.now);
              tell(world, { kind: 'link-treated' }, link);
            }
          } else {
            world.lastWhole = world.now;
            tell(world, { kind: 'treated', cause: null }, null);
            tell(world, { kind: 'treatment-over' }, null);
          }
          seenSince = false;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(treatments).toBeGreaterThan(1_000);
  });
});

it('signals go out in one place, where pid and start time are checked at the moment of the act', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const signalling = files.filter((file) => /\bprocess\.kill\(/.test(readFileSync(join('src', file), 'utf8')));
  // An own command's program is Lifeline's own child; and signal 0 only asks whether a pid is there.
  expect(signalling.toSorted()).toEqual([
    'chat/own-commands/program.ts',
    'sensors/process/proc.ts',
    'supervisors/stop.ts',
  ]);
});
