import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../src/healing/decision.ts';
import { recheckIncidentsAt, DEFAULT_INCIDENT_POLICY } from '../../src/incidents/policy.ts';
import { createStory, failed, gateway, hold, link, MINUTE, result, SECOND, T0, tell, TREAT, WAITING, WELL } from './helpers.ts';

const GATEWAYS = ['healthy', 'healthy', 'healthy', 'starting', 'stopped', 'frozen', 'misconfigured', 'stopped_on_purpose', 'unknown'] as const;
const LINKS = ['up', 'up', 'up', 'reconnecting', 'down', 'gave_up', 'rejected', 'unknown', 'disabled', 'connecting'] as const;
const DECISIONS: readonly Decision[] = [WELL, WAITING, TREAT, hold('pause', T0), hold('treatment_running'), tell('not_curable'), tell('out_of_budget'), tell('heal_off')];

const event = fc.record({
  afterMs: fc.integer({ min: 0, max: 3 * MINUTE }),
  own: fc.constantFrom(...GATEWAYS),
  qqbot: fc.constantFrom(...LINKS),
  feishu: fc.constantFrom(...LINKS),
  decision: fc.constantFrom(...DECISIONS),
  treatment: fc.constantFrom('none', 'none', 'none', 'recovered', 'login', 'process'),
});

const play = (events: readonly (typeof event extends fc.Arbitrary<infer Event> ? Event : never)[]) => {
  const story = createStory();
  let at = T0;
  for (const { afterMs, own, qqbot, feishu, decision, treatment } of events) {
    at += afterMs;
    if (treatment === 'recovered') story.treated(at, result(at - SECOND, { endedAt: at }), decision);
    if (treatment === 'login') story.treated(at, failed(at - SECOND, [{ what: 'login', link: 'qqbot' }]), decision);
    if (treatment === 'process') story.treated(at, failed(at - SECOND, [{ what: 'process' }]), decision);
    story.judged(at, decision, gateway(own, { since: at }), link('qqbot', qqbot, { since: at }), link('feishu', feishu, { since: at }));
    expect(new Set(story.open().map((incident) => incident.link)).size).toBe(story.open().length);
    if (story.open().some((incident) => incident.link === null)) expect(story.open()).toHaveLength(1);
  }
  return { story, at };
};

test('whatever happens, an incident is opened first, recovers last and once, and is out of budget at most once', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { story } = play(events);
      for (const said of Map.groupBy(story.notices, ({ incident }) => incident.id).values()) {
        const kinds = said.map(({ kind }) => kind);
        expect(kinds[0]).toBe('opened');
        expect(kinds.indexOf('recovered')).toBe(kinds.includes('recovered') ? kinds.length - 1 : -1);
        expect(kinds.filter((kind) => kind === 'out_of_budget').length).toBeLessThanOrEqual(1);
        expect(kinds.filter((kind) => kind === 'opened').length).toBeLessThanOrEqual(2);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happened, everything that is open recovers once all has been well for long enough', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { story, at } = play(events);
      const since = at + MINUTE;
      for (const later of [since, since + 61 * SECOND]) {
        story.judged(later, WELL, gateway('healthy', { since }), link('qqbot', 'up', { since }), link('feishu', 'up', { since }));
      }
      expect(story.open()).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('the time to look again is when the first of them may have recovered', () => {
  const story = createStory();
  story.judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'down'));
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0)).toBeNull();
  story.judged(T0 + MINUTE, TREAT, gateway('healthy'), link('qqbot', 'up', { since: T0 + MINUTE }), link('feishu', 'down'));
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0 + MINUTE)).toBe(T0 + 2 * MINUTE);
  expect(recheckIncidentsAt(story.open(), DEFAULT_INCIDENT_POLICY, T0 + 3 * MINUTE)).toBeNull();
});
