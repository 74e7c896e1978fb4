import { describe, expect, test } from 'vitest';
import { admit } from '../../src/diagnosis/admit.ts';
import type { Evidence, GatewayFact } from '../../src/diagnosis/evidence.ts';
import { notAfter } from '../../src/diagnosis/not-after.ts';
import { advance } from '../../src/diagnosis/advance.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { instant } from '../instant.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 10));
const MINUTE = 60_000;
const evidence = (at: number, fact: GatewayFact = { kind: 'gateway-starting' }): Evidence => ({
  at: instant(at),
  source: 'gateway.log',
  text: '',
  link: null,
  fact,
});

describe('the gate', () => {
  test.each<[string, number, number | null]>([
    ['of before', -MINUTE, -MINUTE],
    ['of now', 0, 0],
    ['a moment ahead, as of another clock', 5_000, 0],
    ['a minute ahead', MINUTE, 0],
    ['more than that', MINUTE + 1, null],
    ['of a replaced log, 40 minutes ahead', 40 * MINUTE, null],
    ['of the year 9999', 253_402_300_799_999 - NOW, null],
  ])('evidence %s', (_, ahead, expected) =>
    expect(admit(evidence(NOW + ahead), NOW)?.at ?? null).toBe(expected === null ? null : NOW + expected),
  );

  test.each<[string, number, number]>([
    ['a fraction', NOW - 10.5, NOW - 11],
    ['no number', NaN, NOW],
    ['in the future', NOW + 40 * MINUTE, NOW],
  ])('a start time that is %s', (_, startedAt, expected) =>
    expect(admit(evidence(NOW, { kind: 'process', process: { pid: 7, startTime: 1, startedAt } }), NOW)).toMatchObject({
      fact: { process: { pid: 7, startTime: 1, startedAt: expected } },
    }),
  );

  const other = { pid: 9, startTime: 1, startedAt: NOW + 40 * MINUTE + 0.5, command: 'hermes gateway run' };
  test.each<[string, GatewayFact]>([
    ['what is beside the gateway', { kind: 'duplicates', processes: [other] }],
    ['what is in its place', { kind: 'process', process: null, beside: [other] }],
    ['what has its port', { kind: 'port-taken', port: 1, holder: other }],
    ['when a loop last turned', { kind: 'loop', pid: 7, state: 'wedged', turnedAt: instant(NOW + 40 * MINUTE) }],
  ])('no time in %s lies ahead, or is a fraction', (_, fact) => {
    const times = [
      ...JSON.stringify(admit(evidence(NOW, fact), NOW)).matchAll(/"(?:startedAt|turnedAt)":([\d.]+)/g),
    ].map(([, time]) => Number(time));
    expect(times).toEqual([NOW]);
  });

  test.each([1e15, NaN, -5])('a pause of %d ms of a keeper is not waited for without end', (withinMs) => {
    const admitted = admit(evidence(NOW, { kind: 'keeper', outlook: { next: 'starts', withinMs }, bare: false }), NOW);
    expect(admitted?.fact).toSatisfy(
      (fact: GatewayFact) =>
        fact.kind === 'keeper' &&
        fact.outlook.next === 'starts' &&
        (fact.outlook.withinMs ?? NaN) >= 0 &&
        (fact.outlook.withinMs ?? NaN) <= 3_600_000,
    );
  });

  test.each([1e15, NaN, -5])('a brake of %d ms is not waited for without end', (pauseMs) => {
    const admitted = admit(evidence(NOW, { kind: 'respawn-brake', pauseMs }), NOW);
    expect(admitted?.fact).toSatisfy(
      (fact: GatewayFact) => fact.kind === 'respawn-brake' && fact.pauseMs >= 0 && fact.pauseMs <= 3_600_000,
    );
  });
});

test('what was known by a clock that was set back has no time ahead of now', () => {
  const gone = advance(
    advance(
      initialState,
      evidence(NOW - MINUTE, { kind: 'process', process: { pid: 7, startTime: 1, startedAt: NOW - MINUTE } }),
    ),
    evidence(NOW + 40 * MINUTE, { kind: 'process', process: null }),
  );
  const lost = advance(gone, {
    at: instant(NOW + 39 * MINUTE),
    source: 'gateway.log',
    text: '',
    link: 'qqbot',
    fact: { kind: 'link-lost' },
  });
  const state = notAfter(lost, NOW);
  expect(state.gone?.at).toBe(NOW);
  expect(state.links.get('qqbot')).toMatchObject({ since: NOW, loss: { at: NOW } });
  expect(notAfter(state, NOW)).toEqual(state);
});
