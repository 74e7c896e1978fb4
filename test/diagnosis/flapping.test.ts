/** Links that are lost and come back, again and again: which of them are ill, which work, and what is done about it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../src/diagnosis/state.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { instant } from '../instant.ts';
import { at, conclusion, healthyStart, verdictsAt, type Chapter } from './story.ts';

const GRACE = DEFAULT_POLICY.linkGraceMs['qqbot'] ?? 0;
const START = at(100);

/** A gateway whose QQ link is up. */
const wellAtFirst = (): GatewayState =>
  [
    gatewaySays(START - 60_000, { kind: 'gateway-starting' }),
    gatewaySays(START - 59_000, { kind: 'gateway-ready' }),
    linkSays(START - 58_000, { kind: 'link-login' }),
  ].reduce(advance, initialState);
const dated = (ms: number, kind: string) => ({ at: instant(Math.round(ms)), source: 'gateway.log', text: kind });
const linkSays = (ms: number, fact: LinkFact): Evidence => ({ ...dated(ms, fact.kind), link: 'qqbot', fact });
const gatewaySays = (ms: number, fact: GatewayFact): Evidence => ({ ...dated(ms, fact.kind), link: null, fact });

interface Loop {
  readonly periodMs: number;
  /** The part of each period for which it is lost; 1: no login comes. */
  readonly lost: number;
  readonly forMs: number;
  readonly reason?: string;
}

/** What was said of the link, at each loss, at each return and at the end. */
const saidOf = ({ periodMs, lost, forMs, reason = 'closed' }: Loop): readonly Verdict[] => {
  let state = wellAtFirst();
  const said: Verdict[] = [];
  // As a round would: not more often than every two seconds.
  let lookedAt = -Infinity;
  const look = (now: number): void => {
    if (now - lookedAt < 2_000 && now < START + forMs - periodMs) return;
    lookedAt = now;
    const { verdicts } = judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now, links: null });
    said.push(...verdicts.filter(({ link }) => link !== null));
  };
  for (let from = START; from < START + forMs; from += periodMs) {
    state = advance(state, linkSays(from, { kind: 'link-lost', reason }));
    look(from);
    const back = from + periodMs * Math.min(lost, 0.9);
    look(back);
    state = advance(state, linkSays(back, { kind: 'link-open' }));
    if (lost < 1) state = advance(state, linkSays(back, { kind: 'link-login' }));
    look(back);
  }
  return said;
};

const remediesOf = (said: readonly Verdict[]): ReadonlySet<string> => new Set(said.map(({ remedy }) => remedy));

/** From a tenth of a second to ten minutes, the short ones as often as the long ones. */
const period = fc.double({ min: 0, max: 1, noNaN: true }).map((part) => 100 * 6_000 ** part);
const longEnough = (periodMs: number): number => Math.max(3 * GRACE, 12 * periodMs);
const runs = { numRuns: 40 };

describe('a loop of any period from 0.1 s to 10 min', () => {
  test('without a login is told, and a restart advised', () => {
    fc.assert(
      fc.property(period, (periodMs) => {
        const said = saidOf({ periodMs, lost: 1, forMs: longEnough(periodMs) });
        expect(said.find(({ remedy }) => remedy === 'restart')?.condition).toMatch(/^(?:flapping|down)$/);
      }),
      runs,
    );
  });

  test('that is up for most of the time works: nobody is told', () => {
    fc.assert(
      fc.property(period, fc.double({ min: 0.01, max: 0.15, noNaN: true }), (periodMs, lost) => {
        const said = saidOf({ periodMs, lost, forMs: longEnough(periodMs) });
        expect([...remediesOf(said)].filter((remedy) => remedy !== 'none' && remedy !== 'wait')).toEqual([]);
      }),
      runs,
    );
  });

  test('that is lost for most of the time is told, but where each loss is rare and heals within its grace', () => {
    const most = DEFAULT_POLICY.flapping.windowMs / DEFAULT_POLICY.flapping.losses;
    fc.assert(
      fc.property(period, fc.double({ min: 0.55, max: 0.85, noNaN: true }), (periodMs, lost) => {
        const remedies = remediesOf(saidOf({ periodMs, lost, forMs: longEnough(periodMs) }));
        if (periodMs < most * 0.9) expect(remedies).toContain('restart');
        if (periodMs > most * 1.5 && periodMs * lost < GRACE) expect(remedies).not.toContain('restart');
      }),
      runs,
    );
  });

  test('that is lost for a third of the time is told, and not restarted', () => {
    fc.assert(
      fc.property(fc.double({ min: 100, max: 100_000, noNaN: true }), (periodMs) => {
        const remedies = remediesOf(saidOf({ periodMs, lost: 0.35, forMs: longEnough(periodMs) }));
        expect(remedies).toContain('alert');
        expect(remedies).not.toContain('restart');
      }),
      runs,
    );
  });
});

describe('a link that is lost again and again', () => {
  const last = (said: readonly Verdict[]): string => {
    const verdict = said.at(-1);
    return verdict ? `${verdict.condition}/${verdict.remedy} ${verdict.cause}` : 'nothing';
  };

  test('in a loop that one remembered list of losses would not reach over is told all the same (#22179)', () => {
    expect(last(saidOf({ periodMs: 2_500, lost: 0.9, forMs: 400_000 }))).toBe('flapping/restart keeps_dropping');
    expect(last(saidOf({ periodMs: 100, lost: 0.9, forMs: 200_000 }))).toBe('flapping/restart keeps_dropping');
  });

  test('by another client that uses its place is told as such, and not restarted (#76793)', () => {
    const reason = 'received 1000 (OK) bye; then sent 1000 (OK) bye';
    for (const lost of [0.05, 0.3, 0.9])
      expect(last(saidOf({ periodMs: 5_000, lost, forMs: 400_000, reason }))).toBe(
        'flapping/alert kicked_by_another_client',
      );
  });

  const closedEachMinute: readonly Chapter[] = Array.from({ length: 10 }, (_, n): Chapter[] => [
    [100 + n * 60, 'WARNING [QQBot:1001] WebSocket error: WebSocket closed'],
    [103 + n * 60, 'INFO [QQBot:1001] Session resumed'],
  ]).flat();

  test('each minute, and healed within seconds, is up (#19821)', () => {
    expect(conclusion([...healthyStart(), ...closedEachMinute], 645, 'qqbot')).toBe('up/none');
  });

  test('each minute while the event loop is held up is told with that cause, and not restarted', () => {
    const blocked: Chapter = [90, '  2026-11-21 10:01:30,000 INFO agent.tool: Tool terminal completed (150.00s)'];
    const [, qq] = verdictsAt([...healthyStart(), blocked, ...closedEachMinute], 645).filter(
      ({ link }) => link !== 'feishu',
    );
    expect(qq).toMatchObject({ condition: 'flapping', cause: 'loop_blocked', remedy: 'alert' });
  });

  test('and that a restart has not cured is not restarted for it again within a day', () => {
    const treated: Chapter = [60, { kind: 'treated', cause: 'keeps_dropping' }];
    const neverHolds: Chapter[] = Array.from({ length: 40 }, (_, n): Chapter[] => [
      [100 + n * 5, 'WARNING [QQBot:1001] WebSocket error: WebSocket closed'],
      [104 + n * 5, 'INFO [QQBot:1001] Session resumed'],
    ]).flat();
    expect(conclusion([...healthyStart(), ...neverHolds], 299, 'qqbot')).toBe('flapping/restart');
    expect(conclusion([...healthyStart(), treated, ...neverHolds], 299, 'qqbot')).toBe('flapping/alert');
  });

  test('is judged by its open sockets where logins are not logged (#20531)', () => {
    const start: Chapter[] = [
      [0, 'INFO Starting Hermes Gateway...'],
      [1, 'INFO Gateway running with 1 platform(s)'],
      [2, 'INFO [QQBot:1001] Reconnected'],
    ];
    const rounds: Chapter[] = Array.from({ length: 10 }, (_, n): Chapter[] => [
      [100 + n * 75, 'WARNING [QQBot:1001] WebSocket error: WebSocket closed'],
      [103 + n * 75, 'INFO [QQBot:1001] Reconnected'],
    ]).flat();
    for (let second = 100; second < 775; second += 5)
      expect(
        conclusion([...start, ...rounds.filter(([when]) => when <= second)], second, 'qqbot'),
        String(second),
      ).toMatch(/^(?:reconnecting\/wait)$/);
  });
});
