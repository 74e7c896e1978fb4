import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayCondition, GatewayVerdict, LinkCondition, Remedy, Verdict } from '../../src/diagnosis/verdict.ts';
import { DAY_MS, HOUR_MS } from '../../src/healing/budget.ts';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import type { LastTreatments } from '../../src/healing/ledger.ts';
import type { Budget } from '../../src/config/config.ts';
import { stormBrakeUntil } from '../../src/healing/brakes.ts';
import {
  decide,
  finalDecision,
  heldBy,
  objectionTo,
  whenToJudge,
  type Decision,
  type DecisionInput,
  type TreatDecision,
} from '../../src/healing/decision.ts';
import { instant } from '../instant.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const BUDGET: Budget = { perHour: 3, perDay: 8, pausesMs: [0, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE] };

const seen = (at: number): Evidence => ({
  at: instant(at),
  source: 'process',
  text: 'no process',
  link: null,
  fact: { kind: 'process', process: null },
});
const concluded = (remedy: Remedy) =>
  ({ gateway: 'main', cause: 'no_evidence', remedy, since: NOW, at: NOW, evidence: [seen(NOW)] }) as const;
const gateway = (condition: GatewayCondition, remedy: Remedy): Verdict => ({
  ...concluded(remedy),
  link: null,
  condition,
});
const link = (name: string, condition: LinkCondition, remedy: Remedy): Verdict => ({
  ...concluded(remedy),
  link: name,
  condition,
});

const WELL = gateway('healthy', 'none');
const QQ_DOWN = link('qqbot', 'gave_up', 'restart');
const FEISHU_DOWN = link('feishu', 'down', 'restart');
const BANNED = link('qqbot', 'rejected', 'alert');
const UNPROVEN: Verdict = { ...gateway('unknown', 'alert'), cause: 'unproven_process' };
const DOUBLE: Verdict = { ...gateway('duplicate', 'alert'), cause: 'several_processes' };

const ALONE = link('qqbot', 'deaf', 'restart_link');
const LINK_ALONE: Decision = { act: 'treat', remedy: 'restart_link', links: ['qqbot'], attempt: 1, perHour: 3 };
const LOOPING: Verdict = { ...gateway('crash_looping', 'alert'), cause: 'starts_again_and_again' };
const NOT_TAKEN: Verdict = { ...gateway('misconfigured', 'alert'), cause: 'config_not_taken' };

/** Nothing was ever treated. */
const NEVER: LastTreatments = { gateway: null, links: new Map() };

const decideOn = (verdicts: readonly Verdict[], input: Partial<DecisionInput> = {}): Decision =>
  decide({
    verdicts,
    isTreatable: true,
    mode: 'auto',
    budget: BUDGET,
    restarts: [],
    starts: [],
    killBrakeUntil: null,
    treatmentRunning: false,
    maintenanceUntil: null,
    last: NEVER,
    now: NOW,
    ...input,
  });
const treat = (remedy: 'start' | 'restart', links: readonly string[], attempt = 1): Decision => ({
  act: 'treat',
  remedy,
  links,
  attempt,
  perHour: 3,
});

describe('what is done about the verdicts', () => {
  it.each<[string, readonly Verdict[], Decision]>([
    ['no verdict at all', [], { act: 'nothing', why: 'well' }],
    ['all is well', [WELL, link('qqbot', 'up', 'none')], { act: 'nothing', why: 'well' }],
    ['a link is within its grace', [WELL, link('qqbot', 'reconnecting', 'wait')], { act: 'nothing', why: 'waiting' }],
    ['the gateway starts', [gateway('starting', 'wait')], { act: 'nothing', why: 'waiting' }],
    ['one link is ill', [WELL, QQ_DOWN], treat('restart', ['qqbot'])],
    ['two links are ill: one restart for both', [WELL, QQ_DOWN, FEISHU_DOWN], treat('restart', ['qqbot', 'feishu'])],
    [
      'a link alone can be restarted',
      [WELL, link('qqbot', 'deaf', 'restart_link')],
      { act: 'treat', remedy: 'restart_link', links: ['qqbot'], attempt: 1, perHour: 3 },
    ],
    ['it started again and again, and its brake keeps a link off', [LOOPING, ALONE], LINK_ALONE],
    [
      'it starts again and again, and only a restart would help the link',
      [LOOPING, FEISHU_DOWN],
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'a link alone can be restarted, for the other one that has not helped',
      [WELL, link('qqbot', 'deaf', 'restart_link'), FEISHU_DOWN],
      treat('restart', ['qqbot', 'feishu']),
    ],
    [
      'an ill link beside one that comes back: only the ill one must be proven',
      [WELL, QQ_DOWN, link('feishu', 'reconnecting', 'wait')],
      treat('restart', ['qqbot']),
    ],
    ['the process is gone', [gateway('stopped', 'start')], treat('start', [])],
    ['the process is gone and a link was ill', [gateway('stopped', 'start'), QQ_DOWN], treat('start', ['qqbot'])],
    [
      'the loop is frozen and links were ill',
      [gateway('frozen', 'restart'), QQ_DOWN, FEISHU_DOWN],
      treat('restart', ['qqbot', 'feishu']),
    ],
    ["the link verdict comes before the gateway's", [QQ_DOWN, gateway('stopped', 'start')], treat('start', ['qqbot'])],
    ['there is no verdict on the gateway', [QQ_DOWN], treat('restart', ['qqbot'])],
    ['a banned bot', [WELL, BANNED], { act: 'tell', why: 'not_curable' }],
    [
      'a banned bot beside a link that a restart cures: the banned one need not log in',
      [WELL, BANNED, FEISHU_DOWN],
      treat('restart', ['feishu']),
    ],
    ['a wrong configuration', [gateway('misconfigured', 'alert')], { act: 'tell', why: 'not_curable' }],
    [
      'a wrong configuration, and its links are down',
      [gateway('misconfigured', 'alert'), QQ_DOWN],
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'a second gateway, and a link is down',
      [gateway('duplicate', 'alert'), QQ_DOWN],
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'somebody stops it, and a link is down',
      [gateway('stopping', 'wait'), QQ_DOWN],
      { act: 'hold', why: 'stop_in_progress', until: null },
    ],
    [
      'it is stopped on purpose, and a link is down',
      [gateway('stopped_on_purpose', 'none'), QQ_DOWN],
      { act: 'hold', why: 'stop_in_progress', until: null },
    ],
    [
      'an update runs, and a link is down',
      [gateway('updating', 'wait'), QQ_DOWN],
      { act: 'hold', why: 'update_in_progress', until: null },
    ],
    ['it starts, and a link is down', [gateway('starting', 'wait'), QQ_DOWN], { act: 'nothing', why: 'waiting' }],
    [
      'the network is down, and so is a link',
      [gateway('network_down', 'wait'), QQ_DOWN],
      { act: 'nothing', why: 'waiting' },
    ],
    [
      'an update runs and the bot is banned',
      [gateway('updating', 'wait'), BANNED],
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'nothing is known of the gateway, but a link gave up',
      [gateway('unknown', 'none'), QQ_DOWN],
      treat('restart', ['qqbot']),
    ],
    ['a stop that hangs is trouble of its own', [gateway('stopping', 'restart'), QQ_DOWN], treat('restart', ['qqbot'])],
  ])('%s', (_when, verdicts, decision) => expect(decideOn(verdicts)).toEqual(decision));
});

describe('what keeps it from treating', () => {
  it.each<[string, readonly Verdict[], Partial<DecisionInput>, Decision]>([
    [
      'a treatment runs',
      [WELL, QQ_DOWN],
      { treatmentRunning: true },
      { act: 'hold', why: 'treatment_running', until: null },
    ],
    [
      'a treatment runs, whatever the mode and the budget',
      [WELL, QQ_DOWN],
      { treatmentRunning: true, mode: 'off', restarts: [NOW, NOW, NOW] },
      { act: 'hold', why: 'treatment_running', until: null },
    ],
    ['a treatment runs and there is nothing else', [WELL], { treatmentRunning: true }, { act: 'nothing', why: 'well' }],
    [
      'a treatment runs and met a wrong configuration',
      [gateway('misconfigured', 'alert')],
      { treatmentRunning: true },
      { act: 'tell', why: 'not_curable' },
    ],
    ['the operator wants to be asked', [WELL, QQ_DOWN], { mode: 'ask' }, { act: 'tell', why: 'heal_ask' }],
    [
      'it can be neither started nor stopped',
      [WELL, QQ_DOWN],
      { isTreatable: false, mode: 'off' },
      { act: 'tell', why: 'no_means' },
    ],
    [
      'it can be neither started nor stopped, and is well',
      [WELL],
      { isTreatable: false },
      { act: 'nothing', why: 'well' },
    ],
    ['the operator wants no healing', [WELL, QQ_DOWN], { mode: 'off' }, { act: 'tell', why: 'heal_off' }],
    [
      'a maintenance window lasts',
      [WELL, QQ_DOWN],
      { maintenanceUntil: NOW + MINUTE },
      { act: 'hold', why: 'maintenance', until: NOW + MINUTE },
    ],
    [
      'a maintenance window lasts, whatever the mode and the budget',
      [WELL, QQ_DOWN],
      { maintenanceUntil: NOW + MINUTE, mode: 'ask', restarts: [NOW, NOW, NOW] },
      { act: 'hold', why: 'maintenance', until: NOW + MINUTE },
    ],
    [
      'a maintenance window hides nothing that needs a human',
      [WELL, BANNED],
      { maintenanceUntil: NOW + MINUTE },
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'a maintenance window, and all is well',
      [WELL],
      { maintenanceUntil: NOW + MINUTE },
      { act: 'nothing', why: 'well' },
    ],
    [
      'four starts within two minutes, whoever asked for them',
      [WELL, QQ_DOWN],
      { starts: [NOW - 100_000, NOW - 60_000, NOW - 30_000, NOW] },
      { act: 'hold', why: 'storm_brake', until: NOW + 20_000 },
    ],
    [
      'a pause comes before the storm brake',
      [WELL, QQ_DOWN],
      { starts: [NOW, NOW, NOW, NOW], restarts: [NOW, NOW] },
      { act: 'hold', why: 'pause', until: NOW + 2 * MINUTE },
    ],
    [
      'an update is in progress, and a window too',
      [gateway('updating', 'wait'), QQ_DOWN],
      { maintenanceUntil: NOW + MINUTE },
      { act: 'hold', why: 'update_in_progress', until: null },
    ],
    ['there are several processes, and nobody knows which is right', [DOUBLE], {}, { act: 'tell', why: 'not_curable' }],
    ['there are several processes, whatever the mode', [DOUBLE], { mode: 'ask' }, { act: 'tell', why: 'not_curable' }],
    [
      'there are several processes, and a link is down: nothing is ended and nothing restarted',
      [DOUBLE, QQ_DOWN],
      {},
      { act: 'tell', why: 'not_curable' },
    ],
    ['something unproven looks like it, and it is gone', [UNPROVEN], {}, { act: 'tell', why: 'not_curable' }],
    [
      'something unproven looks like it, and is given its time',
      [{ ...UNPROVEN, remedy: 'wait' }, QQ_DOWN],
      {},
      { act: 'nothing', why: 'waiting' },
    ],
    [
      'a link alone, with the budget spent and in a storm',
      [WELL, ALONE],
      { restarts: [NOW, NOW, NOW], starts: [NOW, NOW, NOW, NOW] },
      LINK_ALONE,
    ],
    [
      'a link alone, and the operator wants to be asked',
      [WELL, ALONE],
      { mode: 'ask' },
      { act: 'tell', why: 'heal_ask' },
    ],
    [
      'a link alone, in a maintenance window',
      [WELL, ALONE],
      { maintenanceUntil: NOW + MINUTE },
      { act: 'hold', why: 'maintenance', until: NOW + MINUTE },
    ],
    [
      'a link alone of a gateway that is being stopped',
      [gateway('stopping', 'wait'), ALONE],
      {},
      { act: 'hold', why: 'stop_in_progress', until: null },
    ],
    [
      'a link alone of a gateway that did not take its configuration: it does not start anew',
      [NOT_TAKEN, ALONE],
      {},
      LINK_ALONE,
    ],
    [
      'a gateway that did not take its configuration is not restarted for a link',
      [NOT_TAKEN, QQ_DOWN],
      {},
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'one that went back to an older configuration is restarted as any other',
      [{ ...NOT_TAKEN, cause: 'config_reverted' }, QQ_DOWN],
      {},
      treat('restart', ['qqbot']),
    ],
    [
      'a stuck loop, while one more kill would be too many',
      [gateway('frozen', 'restart')],
      { killBrakeUntil: NOW + MINUTE },
      { act: 'hold', why: 'kill_brake', until: NOW + MINUTE },
    ],
    [
      'a link, while one more kill would be too many: a restart kills nobody',
      [WELL, QQ_DOWN],
      { killBrakeUntil: NOW + MINUTE },
      treat('restart', ['qqbot']),
    ],
    [
      'no healing is wanted, but nothing could be healed',
      [WELL, BANNED],
      { mode: 'off' },
      { act: 'tell', why: 'not_curable' },
    ],
    [
      'a stop is in progress, whatever the mode',
      [gateway('stopping', 'wait'), QQ_DOWN],
      { mode: 'ask' },
      { act: 'hold', why: 'stop_in_progress', until: null },
    ],
    [
      'the budget of the hour is spent',
      [WELL, QQ_DOWN],
      { restarts: [NOW - 59 * MINUTE, NOW - 50 * MINUTE, NOW - 40 * MINUTE] },
      { act: 'tell', why: 'out_of_budget' },
    ],
    [
      'nothing is allowed at all',
      [WELL, QQ_DOWN],
      { budget: { ...BUDGET, perHour: 0 } },
      { act: 'tell', why: 'out_of_budget' },
    ],
  ])('%s', (_when, verdicts, input, decision) => expect(decideOn(verdicts, input)).toEqual(decision));
});

describe('what was seen before the last treatment began speaks for no other one', () => {
  const MINUTES_AGO = NOW - 5 * MINUTE;
  const at = (verdict: Verdict, ...times: readonly number[]): Verdict => ({ ...verdict, evidence: times.map(seen) });
  const whole = (gateway: number): LastTreatments => ({ gateway, links: new Map() });
  const alone = (...links: readonly (readonly [string, number])[]): LastTreatments => ({
    gateway: null,
    links: new Map(links),
  });
  const GONE = gateway('stopped', 'start');
  const FROZEN = gateway('frozen', 'restart');
  const FEISHU_ALONE = link('feishu', 'deaf', 'restart_link');
  const TRIED: Decision = { act: 'tell', why: 'tried' };

  it.each<[string, readonly Verdict[], LastTreatments, Partial<DecisionInput>, Decision]>([
    ['a gateway that was seen gone before', [at(GONE, MINUTES_AGO - 1)], whole(MINUTES_AGO), {}, TRIED],
    ['a gateway that was seen gone at that very moment', [at(GONE, MINUTES_AGO)], whole(MINUTES_AGO), {}, TRIED],
    ['a gateway that was seen gone after it', [at(GONE, MINUTES_AGO + 1)], whole(MINUTES_AGO), {}, treat('start', [])],
    [
      'one witness of before and one of after',
      [at(FROZEN, MINUTES_AGO - 1, MINUTES_AGO + 1)],
      whole(MINUTES_AGO),
      {},
      treat('restart', []),
    ],
    ['a verdict that rests on nothing', [at(FROZEN)], whole(MINUTES_AGO), {}, TRIED],
    [
      'a link that was lost before a restart of the whole',
      [WELL, at(QQ_DOWN, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      {},
      TRIED,
    ],
    [
      'a link that was lost after it',
      [WELL, at(QQ_DOWN, MINUTES_AGO + 1)],
      whole(MINUTES_AGO),
      {},
      treat('restart', ['qqbot']),
    ],
    [
      'a link that was lost before a restart of it alone',
      [WELL, at(ALONE, MINUTES_AGO - 1)],
      alone(['qqbot', MINUTES_AGO]),
      {},
      TRIED,
    ],
    [
      'a link that was lost after a restart of it alone',
      [WELL, at(ALONE, MINUTES_AGO + 1)],
      alone(['qqbot', MINUTES_AGO]),
      {},
      LINK_ALONE,
    ],
    [
      'a link that was lost before another one was restarted alone',
      [WELL, at(ALONE, MINUTES_AGO - 1)],
      alone(['feishu', MINUTES_AGO]),
      {},
      LINK_ALONE,
    ],
    [
      'two links, of which one was tried',
      [WELL, at(ALONE, MINUTES_AGO - 1), FEISHU_ALONE],
      alone(['qqbot', MINUTES_AGO]),
      {},
      { act: 'treat', remedy: 'restart_link', links: ['feishu'], attempt: 1, perHour: 3 },
    ],
    [
      'a gateway that was seen frozen before a link was restarted alone',
      [at(FROZEN, MINUTES_AGO - 1)],
      alone(['qqbot', MINUTES_AGO]),
      {},
      treat('restart', []),
    ],
    [
      'tried, and the budget is spent as well',
      [at(GONE, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      { restarts: [NOW, NOW, NOW] },
      TRIED,
    ],
    [
      'tried, and the operator wants to be asked anyway',
      [at(GONE, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      { mode: 'ask' },
      { act: 'tell', why: 'heal_ask' },
    ],
    [
      'tried, and no healing is wanted',
      [at(GONE, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      { mode: 'off' },
      { act: 'tell', why: 'heal_off' },
    ],
    [
      'tried, in a maintenance window',
      [at(GONE, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      { maintenanceUntil: NOW + MINUTE },
      { act: 'hold', why: 'maintenance', until: NOW + MINUTE },
    ],
    [
      'tried, while that treatment still runs',
      [at(GONE, MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      { treatmentRunning: true },
      { act: 'hold', why: 'treatment_running', until: null },
    ],
    [
      'what none cures is not tried either',
      [at(gateway('misconfigured', 'alert'), MINUTES_AGO - 1)],
      whole(MINUTES_AGO),
      {},
      { act: 'tell', why: 'not_curable' },
    ],
  ])('%s', (_when, verdicts, last, input, decision) =>
    expect(decideOn(verdicts, { last, ...input })).toEqual(decision),
  );

  it('in no world, whatever is ill and whenever it was seen', () => {
    const times = fc.array(fc.integer({ min: -HOUR_MS, max: 0 }), { maxLength: 3 });
    const oneOf = (...verdicts: readonly Verdict[]) => fc.record({ verdict: fc.constantFrom(...verdicts), times });
    const step = fc.record({
      passesMs: fc.integer({ min: 0, max: 30 * MINUTE }),
      ills: fc.tuple(
        oneOf(WELL, GONE, FROZEN, gateway('stopping', 'restart')),
        oneOf(link('qqbot', 'up', 'none'), QQ_DOWN, ALONE),
        oneOf(link('feishu', 'up', 'none'), FEISHU_DOWN, FEISHU_ALONE),
      ),
    });
    let treatments = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const links = new Map<string, number>();
        let whole: number | null = null;
        let now = NOW;
        for (const { passesMs, ills } of steps) {
          now += passesMs;
          const verdicts = ills.map(({ verdict, times }) => at(verdict, ...times.map((ago) => now + ago)));
          const decision = decideOn(verdicts, {
            now,
            last: { gateway: whole, links },
            budget: { perHour: 1_000, perDay: 1_000, pausesMs: [] },
          });
          if (decision.act !== 'treat') continue;
          const treatedAt = (name: string | null): number =>
            Math.max(whole ?? -Infinity, name === null ? -Infinity : (links.get(name) ?? -Infinity));
          const isNew = (verdict: Verdict): boolean =>
            verdict.evidence.some((evidence) => evidence.at > treatedAt(verdict.link));
          const ill = verdicts.filter(({ remedy }) => remedy !== 'none');
          expect(ill.some(isNew)).toBe(true);
          // Each link that it is for was seen ill since.
          for (const name of decision.links)
            expect(ill.some((verdict) => verdict.link === name && isNew(verdict))).toBe(true);
          if (decision.remedy === 'restart_link') for (const name of decision.links) links.set(name, now);
          else whole = now;
          treatments += 1;
        }
      }),
    );
    expect(treatments).toBeGreaterThan(0);
  });
});

describe('the budget', () => {
  /** Restarts of the last day outside the last hour. */
  const earlier = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => NOW - 23 * HOUR_MS + index * 2 * HOUR_MS);

  it.each<[string, readonly number[], Decision]>([
    ['none yet', [], treat('restart', ['qqbot'], 1)],
    ['older than a day: not counted', [NOW - DAY_MS - 1, NOW - 5 * DAY_MS], treat('restart', ['qqbot'], 1)],
    ['the second at once', [NOW], treat('restart', ['qqbot'], 2)],
    ['the third pauses', [NOW - 90_000, NOW - 60_000], { act: 'hold', why: 'pause', until: NOW + 60_000 }],
    ['in any order', [NOW - 60_000, NOW - 90_000], { act: 'hold', why: 'pause', until: NOW + 60_000 }],
    ['the pause is over to the millisecond', [NOW - 130_000, NOW - 120_000], treat('restart', ['qqbot'], 3)],
    [
      'the pauses grow with the restarts of the day, not of the hour',
      [...earlier(3), NOW - 20 * MINUTE],
      { act: 'hold', why: 'pause', until: NOW + 10 * MINUTE },
    ],
    ['the last pause repeats', [...earlier(6), NOW - 29 * MINUTE], { act: 'hold', why: 'pause', until: NOW + MINUTE }],
    [
      'an hour ago exactly still counts',
      [NOW - HOUR_MS, NOW - 50 * MINUTE, NOW - 40 * MINUTE],
      { act: 'tell', why: 'out_of_budget' },
    ],
    [
      'a moment more than an hour ago does not',
      [NOW - HOUR_MS - 1, NOW - 50 * MINUTE, NOW - 40 * MINUTE],
      treat('restart', ['qqbot'], 3),
    ],
    ['eight in the day, none in the hour', earlier(8), { act: 'tell', why: 'out_of_budget' }],
  ])('%s', (_when, restarts, decision) => expect(decideOn([WELL, QQ_DOWN], { restarts })).toEqual(decision));

  it('knows no pause when none is configured', () => {
    expect(decideOn([WELL, QQ_DOWN], { restarts: [NOW, NOW], budget: { ...BUDGET, pausesMs: [] } })).toEqual(
      treat('restart', ['qqbot'], 3),
    );
  });
});

describe('when the clock was set back, restarts lie in the future', () => {
  it.each<[string, readonly number[], Decision]>([
    [
      'they still count',
      [NOW + 30 * MINUTE, NOW + 40 * MINUTE, NOW + 50 * MINUTE],
      { act: 'tell', why: 'out_of_budget' },
    ],
    [
      'also with those before',
      [NOW - 50 * MINUTE, NOW - 40 * MINUTE, NOW + MINUTE],
      { act: 'tell', why: 'out_of_budget' },
    ],
    [
      'a pause is never longer than it is',
      [NOW + 2 * HOUR_MS, NOW + 3 * HOUR_MS],
      { act: 'hold', why: 'pause', until: NOW + 2 * MINUTE },
    ],
    [
      'the times of a clock that was years ahead leave one',
      Array.from({ length: 9 }, () => NOW + 1_000 * DAY_MS),
      treat('restart', ['qqbot'], 3),
    ],
    [
      'but only one',
      [...Array.from({ length: 9 }, () => NOW + 1_000 * DAY_MS), NOW - 30 * MINUTE],
      { act: 'tell', why: 'out_of_budget' },
    ],
  ])('%s', (_what, restarts, decision) => expect(decideOn([WELL, QQ_DOWN], { restarts })).toEqual(decision));

  it('what was seen since counts all the same: a treatment of the future was none of before', () => {
    for (const ahead of [MINUTE, 2 * HOUR_MS, 1_000 * DAY_MS]) {
      const now = NOW + 2 * DAY_MS;
      const ill: Verdict = { ...gateway('stopped', 'start'), evidence: [seen(now)] };
      expect(decideOn([ill], { now, last: { gateway: now + ahead, links: new Map() } })).toMatchObject({
        act: 'treat',
        remedy: 'start',
      });
    }
  });

  it('never blocks for ever, wherever they lie', () => {
    const anywhere = fc.oneof(
      fc.integer({ min: -2 * DAY_MS, max: 60 * DAY_MS }),
      fc.integer({ min: -2 * DAY_MS, max: 10_000 * DAY_MS }),
    );
    fc.assert(
      fc.property(
        fc.array(
          anywhere.map((offset) => NOW + offset),
          { maxLength: 20 },
        ),
        (restarts) => {
          // Each holds a restart up for two days and a pause at most: from a day before it until a day after it.
          const hours = 3 * 24 * (restarts.length + 1);
          const acts = Array.from(
            { length: hours },
            (_, hour) => decideOn([WELL, QQ_DOWN], { restarts, now: NOW + hour * HOUR_MS }).act,
          );
          expect(acts).toContain('treat');
        },
      ),
    );
  });
});

describe('however long a gateway stays ill', () => {
  const budgets = fc.record({
    perHour: fc.integer({ min: 1, max: 5 }),
    perDay: fc.integer({ min: 1, max: 12 }),
    pausesMs: fc.array(fc.integer({ min: 0, max: HOUR_MS }), { maxLength: 4 }),
  });
  const most = (times: readonly number[], windowMs: number): number =>
    Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at <= from + windowMs).length));

  it('is never restarted more than perHour in any hour nor perDay in any day, even when the clock is set back', () => {
    const step = fc.record({
      passesMs: fc.oneof(fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 0, max: 3 * HOUR_MS })),
      setBackMs: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 * HOUR_MS }) },
      ),
      verdicts: fc.constantFrom<readonly Verdict[]>(
        [WELL, QQ_DOWN],
        [gateway('stopped', 'start')],
        [gateway('frozen', 'restart'), FEISHU_DOWN],
      ),
    });
    fc.assert(
      fc.property(budgets, fc.array(step, { minLength: 50, maxLength: 300 }), (budget, steps) => {
        let truly = 0;
        let behind = 0;
        const stamps: number[] = [];
        const trueTimes: number[] = [];
        for (const { passesMs, setBackMs, verdicts } of steps) {
          truly += passesMs;
          // No further in all than what still counts as the future.
          behind = Math.min(behind + setBackMs, DAY_MS);
          const now = NOW + truly - behind;
          const decision = decideOn(verdicts, { budget, restarts: stamps, now });
          if (decision.act !== 'treat') continue;
          stamps.push(now);
          trueTimes.push(truly);
        }
        expect(trueTimes.length).toBeGreaterThan(0);
        expect(most(trueTimes, HOUR_MS)).toBeLessThanOrEqual(budget.perHour);
        expect(most(trueTimes, DAY_MS)).toBeLessThanOrEqual(budget.perDay);
      }),
    );
  });

  it('uses the whole budget of the day when it is ill all day', () => {
    const restarts: number[] = [];
    for (let now = NOW; now < NOW + DAY_MS; now += MINUTE) {
      if (decideOn([WELL, QQ_DOWN], { restarts, now }).act === 'treat') restarts.push(now);
    }
    expect(restarts).toHaveLength(8);
  });
});

describe('the conditions that no restart is ever for', () => {
  it.each<[string, readonly Verdict[]]>([
    ['rejected', [WELL, link('qqbot', 'rejected', 'alert')]],
    ['unreachable', [WELL, link('qqbot', 'unreachable', 'alert')]],
    ['unreachable, and waiting', [WELL, link('qqbot', 'unreachable', 'wait')]],
    ['misconfigured', [gateway('misconfigured', 'alert'), QQ_DOWN, FEISHU_DOWN]],
    ['network_down', [gateway('network_down', 'alert'), QQ_DOWN]],
    ['network_down, within its grace', [gateway('network_down', 'wait'), QQ_DOWN]],
    ['stopped_on_purpose', [gateway('stopped_on_purpose', 'none'), QQ_DOWN]],
  ])('%s', (_condition, verdicts) => {
    for (const mode of ['auto', 'ask', 'off'] as const) expect(decideOn(verdicts, { mode }).act).not.toBe('treat');
  });
});

describe('who is at work on the gateway', () => {
  it.each<[GatewayCondition, Remedy, ReturnType<typeof heldBy>]>([
    ['healthy', 'none', null],
    ['stopping', 'wait', 'stop_in_progress'],
    ['stopped_on_purpose', 'none', 'stop_in_progress'],
    ['updating', 'wait', 'update_in_progress'],
    ['stopping', 'restart', null],
    ['updating', 'alert', null],
    ['starting', 'wait', null],
  ])('%s with remedy %s: %s', (condition, remedy, held) => {
    const verdict = gateway(condition, remedy);
    expect(heldBy(verdict.link === null ? verdict : undefined)).toBe(held);
  });

  it('is nobody where there is no verdict', () => expect(heldBy(undefined)).toBeNull());
});

describe('the storm brake', () => {
  it.each<[string, readonly number[], number | null]>([
    ['no start', [], null],
    ['three starts at once', [0, 0, 0], null],
    ['four starts at once', [0, 0, 0, 0], 120_000],
    ['the oldest of four counts', [-119_999, -3, -2, -1], 1],
    ['two minutes ago does not count', [-120_000, -3, -2, -1], null],
    ['of five the fourth newest', [-100_000, -90_000, -80_000, -70_000, -60_000], 30_000],
    ['in any order', [-1, -90_000, -3, -2], 30_000],
    ['starts of a clock that was ahead', [1, 2, 3, 4], null],
  ])('%s', (_what, starts, until) =>
    expect(
      stormBrakeUntil(
        starts.map((at) => NOW + at),
        NOW,
      ),
    ).toBe(until === null ? null : NOW + until),
  );

  it('never lets a fifth start into two minutes, however often it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }), (passes) => {
        const starts: number[] = [];
        let now = NOW;
        for (const ms of passes) {
          now += ms;
          if (stormBrakeUntil(starts, now) === null) starts.push(now);
        }
        for (const from of starts)
          expect(starts.filter((at) => at >= from && at < from + 120_000).length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('before and after the questions about the verdicts', () => {
  const AT = 1_000;
  it.each([
    [
      { ending: true, treatmentRunning: true, restUntil: AT },
      { judge: 'not', why: 'ending' },
    ],
    [
      { ending: false, treatmentRunning: true, restUntil: AT },
      { judge: 'not', why: 'treatment_running' },
    ],
    [
      { ending: false, treatmentRunning: false, restUntil: AT },
      { judge: 'later', at: AT },
    ],
    [{ ending: false, treatmentRunning: false, restUntil: null }, { judge: 'now' }],
  ])('%j is judged so: %j', (input, when) => expect(whenToJudge(input)).toEqual(when));

  const TREAT: TreatDecision = { act: 'treat', remedy: 'restart', links: [], attempt: 1, perHour: 3 };
  it('is treated unless its supervisor or a process beside it is in the way, or it is a dry run', () => {
    const prepared = {
      obstacle: null,
      lookalike: null,
      notAgain: null,
      dryRun: false,
      commands: ['systemctl restart x'],
    };
    expect(finalDecision(TREAT, prepared)).toBe(TREAT);
    expect(finalDecision(TREAT, { ...prepared, dryRun: true })).toEqual({
      act: 'tell',
      why: 'dry_run',
      commands: prepared.commands,
    });
    expect(finalDecision(TREAT, { ...prepared, dryRun: true, obstacle: 'masked' })).toEqual({
      act: 'tell',
      why: 'supervisor_out_of_reach',
      problem: 'masked',
    });
    expect(finalDecision(TREAT, { ...prepared, dryRun: true, lookalike: 'pid 7 stands there' })).toEqual({
      act: 'tell',
      why: 'lookalike',
      problem: 'pid 7 stands there',
    });
    expect(finalDecision(TREAT, { ...prepared, dryRun: true, notAgain: 'set "pid_file"' })).toEqual({
      act: 'tell',
      why: 'not_again',
      problem: 'set "pid_file"',
    });
  });

  it('an operator is told what speaks against it, the gateway first', () => {
    const now = NOW;
    const starts = [now - 4, now - 3, now - 2, now - 1];
    expect(objectionTo('restart', gatewayVerdictOf(gateway('healthy', 'none')), [], now)).toBeNull();
    expect(objectionTo('restart', gatewayVerdictOf(gateway('updating', 'none')), starts, now)).toBe(
      'update_in_progress',
    );
    expect(objectionTo('restart', gatewayVerdictOf(NOT_TAKEN), starts, now)).toBe('config_not_taken');
    expect(objectionTo('start', gatewayVerdictOf(NOT_TAKEN), starts, now)).toBe('storm_brake');
    expect(objectionTo('stop', gatewayVerdictOf(NOT_TAKEN), starts, now)).toBeNull();
    expect(objectionTo('restart_link', undefined, starts, now)).toBeNull();
  });
});

const gatewayVerdictOf = (verdict: Verdict): GatewayVerdict => {
  if (verdict.link !== null) throw new Error('a link');
  return verdict;
};
