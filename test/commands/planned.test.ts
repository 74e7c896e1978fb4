/** Maintenance ahead. NOW is Saturday, 21 November 2026, 10:31:05. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextStart } from '../../commands/shared/planned.ts';
import { firstMomentOf, localTimeOf } from '../../src/base/local-time.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createPlans, occurrenceAt } from '../../src/store/planned-maintenance.ts';
import { createSilences } from '../../src/store/silences.ts';
import { buttonsOf, DAY, HOUR, MINUTE, NOW, port, scene, type } from './scene.ts';

const several = [port('main'), port('spare')];
const at = (text: string): number => Date.parse(`${text}+08:00`);
const ELEVEN = at('2026-11-21T23:00:00');

describe('/maintenance with a time', () => {
  it('is planned once, kept, listed and told how to cancel', async () => {
    const { context } = scene({ gateways: several });
    expect(await type('/maintenance 23:00 2h main', context)).toEqual({
      tone: 'info',
      title: '已安排 main 维护：23:00 开始，2 小时（#1）',
      lines: ['不自动处理，也不发告警；到时还没好的再处理、再告诉你'],
      note: '要取消，发 /maintenance end #1',
      buttons: [{ label: '取消 #1', style: 'plain', command: '/maintenance end #1' }],
    });
    await type('/maintenance 周日 03:00 1h 每周', context);
    const list = await type('/maintenance', context);
    expect(list.title).toBe('现在没有静音，也没有维护');
    expect(list.lines).toEqual([
      '计划 #1 main：23:00 开始，2 小时（me 设的）',
      '计划 #2 全部网关：每周日 03:00（下次 11月22日 03:00）开始，1 小时（me 设的）',
    ]);
    expect(list.note).toContain('要提前安排，发 /maintenance 23:00 2h；加「每周」就每周一次');
    expect(buttonsOf(list).slice(-2)).toEqual(['取消 #1 → /maintenance end #1', '取消 #2 → /maintenance end #2']);
    expect((await type('/maintenance spare', context)).lines).toHaveLength(1);
  });

  it('says the same in English', async () => {
    const { context } = scene({ locale: 'en' });
    expect((await type('/maintenance 23:00 2h', context)).title).toBe(
      'Maintenance of main planned: 23:00, for 2 h (#1)',
    );
    expect((await type('/maintenance sun 3:00 90m weekly', context)).title).toBe(
      'Maintenance of main planned: every Sunday at 03:00 (next: 22 Nov 03:00), for 1 h 30 min (#2)',
    );
    expect((await type('/maintenance cancel #2', context)).title).toBe(
      'Cancelled. Planned #2 for main: every Sunday at 03:00 (next: 22 Nov 03:00), for 1 h 30 min (by me)',
    );
    expect((await type('/maintenance', context)).lines).toHaveLength(1);
  });

  it('leaves the gateway alone from then on, and no sooner', async () => {
    const { context, silences } = scene({ gateways: several });
    await type('/maintenance 23:00 2h main', context);
    expect(silences.until('maintenance', 'main', ELEVEN - 1)).toBeNull();
    expect(silences.until('maintenance', 'main', ELEVEN)).toBe(ELEVEN + 2 * HOUR);
    expect(silences.until('maintenance', 'spare', ELEVEN)).toBeNull();
    expect(silences.until('mute', 'main', ELEVEN)).toBeNull();
    expect(silences.until('maintenance', 'main', ELEVEN + 2 * HOUR)).toBeNull();
  });

  it('is ended early as any other; a weekly one comes again next week', async () => {
    const { context, silences } = scene({ gateways: several });
    await type('/maintenance sat 23:00 2h main weekly', context);
    const meanwhile = { ...context, now: ELEVEN + HOUR };
    expect((await type('/maintenance', meanwhile)).lines?.[0]).toBe('维护 main：到 01:00:00，还有 1 小时（me 设的）');
    expect((await type('/maintenance end main', meanwhile)).title).toBe('main 已结束维护');
    expect(silences.until('maintenance', 'main', ELEVEN + HOUR)).toBeNull();
    expect(silences.until('maintenance', 'main', ELEVEN + 7 * DAY + MINUTE)).toBe(ELEVEN + 7 * DAY + 2 * HOUR);
    expect((await type('/maintenance end #1', meanwhile)).tone).toBe('good');
    expect(silences.until('maintenance', 'main', ELEVEN + 7 * DAY + MINUTE)).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['/maintenance 23:00', 'PLAN_DURATION', /要维护多久？例如 \/maintenance 23:00 2h/],
    ['/maintenance 今天 09:00 1h', 'PLAN_PAST', /今天 09:00 已经过了/],
    ['/maintenance 每周 1h', 'PLAN_START', /还要有时间/],
    ['/maintenance end #9', 'NO_SUCH_PLAN', /没有 #9 这个维护计划/],
    ...['25:00', '23:60', '24:00', '11pm', '11:30pm', '23.00', '23：00', '23点'].map(
      (start): [string, string, RegExp] => [
        `/maintenance ${start} 2h`,
        'BAD_ARGUMENT',
        new RegExp(`「${start}」不行：时间从 00:00 到 23:59.*\n.*\n例如：/maintenance 23:00 2h main`),
      ],
    ),
    ...['2026-11-30', '30.11.', '11/30', 'mon-fri', 'Sat,Sun', '周一到周五'].map((day): [string, string, RegExp] => [
      `/maintenance ${day} 23:00 2h`,
      'BAD_ARGUMENT',
      new RegExp(`「${day}」不行：.*一天，例如 sun、周日、tomorrow`),
    ]),
    ['/maintenance 5 main', 'BAD_DURATION', /5/],
    ['/maintenance nosuch 2h', 'NO_SUCH_GATEWAY', /nosuch/],
  ])('refuses %s', async (line, code, words) => {
    await expect(async () => type(line, scene({ gateways: several }).context)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words) as string,
    });
  });

  it('is not planned twice', async () => {
    const { context } = scene({ gateways: several, locale: 'en' });
    for (const line of ['/maintenance 23:00 2h main', '/maintenance sun 3:00 2h weekly']) {
      await type(line, context);
      expect(await type(line, context)).toMatchObject({
        tone: 'info',
        title: expect.stringMatching(/^Is planned already\. Planned #/) as string,
      });
    }
    expect(context.plans.pending(NOW)).toHaveLength(2);
    await type('/maintenance 23:00 2h spare', context);
    await type('/maintenance 23:00 3h main', context);
    expect(context.plans.pending(NOW)).toHaveLength(4);
  });

  it.each<[string, string, boolean]>([
    ['/maintenance 23:00 2h main', '/maintenance 00:30 1h main', true],
    ['/maintenance 23:00 2h main', '/maintenance 22:30 1h', true],
    ['/maintenance 23:00 2h', '/maintenance sat 22:30 1h main weekly', true],
    ['/maintenance sat 22:30 1h weekly', '/maintenance 23:00 2h main', true],
    ['/maintenance sun 23:00 2h weekly', '/maintenance mon 00:00 2h weekly', true],
    ['/maintenance 23:00 2h main', '/maintenance 01:00 1h main', false],
    ['/maintenance 23:00 2h main', '/maintenance 23:00 2h spare', false],
    ['/maintenance sun 23:00 2h weekly', '/maintenance mon 23:00 2h weekly', false],
  ])('after %s, %s overlaps: %s', async (first, second, does) => {
    const { context } = scene({ gateways: several, locale: 'en' });
    await type(first, context);
    const { lines = [] } = await type(second, context);
    expect(lines.filter((line) => String(line).startsWith('It overlaps with another'))).toHaveLength(does ? 1 : 0);
  });

  it('has a limit', async () => {
    const { context } = scene();
    for (let count = 0; count < 20; count += 1)
      await type(`/maintenance 23:${String(count).padStart(2, '0')} 2h`, context);
    await expect(async () => type('/maintenance 23:20 2h', context)).rejects.toMatchObject({ code: 'PLAN_LIMIT' });
  });
});

it.each<[string, Parameters<typeof nextStart>[1], string]>([
  ['23:00', null, '2026-11-21T23:00:00'],
  ['09:00', null, '2026-11-22T09:00:00'],
  ['10:31', null, '2026-11-22T10:31:00'],
  ['9:05', 'tomorrow', '2026-11-22T09:05:00'],
  ['23:00', 'sat', '2026-11-21T23:00:00'],
  ['09:00', 'sat', '2026-11-28T09:00:00'],
  ['09:00', 'mon', '2026-11-23T09:00:00'],
  ['23:00', 'today', '2026-11-21T23:00:00'],
])('%s (%s) is next at %s', (time, day, next) => {
  expect(firstMomentOf(nextStart(time, day, NOW))).toBe(at(next));
});

describe('a plan in the store', () => {
  it('survives a restart of Lifeline, and weekly ones go on for years', () => {
    const db = openDatabase(':memory:');
    const plan = createPlans(db).add({
      gateway: 'main',
      by: 'me',
      at: NOW,
      startsAt: ELEVEN,
      localStart: localTimeOf(ELEVEN),
      durationMs: 2 * HOUR,
      weekly: true,
    });
    expect(createPlans(db).pending(NOW)).toEqual([plan]);
    for (const week of [0, 1, 2, 60, 200]) {
      const from = ELEVEN + week * 7 * DAY;
      expect(occurrenceAt(plan, from + MINUTE)).toEqual({ from, until: from + 2 * HOUR });
      expect(occurrenceAt(plan, from + 3 * HOUR)?.from).toBe(from + 7 * DAY);
      expect(createSilences(db).active(from + MINUTE)).toMatchObject([
        { kind: 'maintenance', gateway: 'main', until: from + 2 * HOUR },
      ]);
    }
    db.close();
  });

  it('that is over is not pending any more', () => {
    const db = openDatabase(':memory:');
    const plans = createPlans(db);
    const localStart = localTimeOf(ELEVEN);
    plans.add({ gateway: null, by: 'me', at: NOW, startsAt: ELEVEN, localStart, durationMs: HOUR, weekly: false });
    expect(plans.pending(ELEVEN + HOUR - 1)).toHaveLength(1);
    expect(plans.pending(ELEVEN + HOUR)).toEqual([]);
    expect(plans.cancel(1, ELEVEN + HOUR)).toBe(false);
    db.close();
  });
});

describe('where the clocks change', () => {
  const usual = process.env['TZ'];
  beforeEach(() => void (process.env['TZ'] = 'Europe/Berlin'));
  afterEach(() => void (process.env['TZ'] = usual));

  it('a weekly one keeps the time that was written, and is later on that night alone', async () => {
    const { context } = scene({ gateways: several, locale: 'en' });
    const seen = (day: string) => ({ ...context, now: Date.parse(day) });
    expect((await type('/maintenance sun 02:30 2h weekly', seen('2027-03-27T23:00:00+01:00'))).title).toBe(
      'Maintenance of all gateways planned: every Sunday at 02:30 (next: 28 Mar 03:00), for 2 h (#1)',
    );
    const kept = context.plans;
    const fromAt = (day: string): number | undefined => {
      const [plan] = kept.pending(Date.parse(day));
      return plan && occurrenceAt(plan, Date.parse(day))?.from;
    };
    expect(fromAt('2027-03-28T00:00:00+01:00')).toBe(Date.parse('2027-03-28T03:00:00+02:00'));
    expect(fromAt('2027-04-01T12:00:00+02:00')).toBe(Date.parse('2027-04-04T02:30:00+02:00'));
    expect((await type('/maintenance', seen('2027-04-01T12:00:00+02:00'))).lines?.[0]).toContain(
      'every Sunday at 02:30 (next: 4 Apr 02:30)',
    );
    expect(fromAt('2027-10-30T12:00:00+02:00')).toBe(Date.parse('2027-10-31T02:30:00+02:00'));
    expect(fromAt('2027-10-31T04:40:00+01:00')).toBe(Date.parse('2027-11-07T02:30:00+01:00'));
    expect(fromAt('2028-03-26T00:00:00+01:00')).toBe(Date.parse('2028-03-26T03:00:00+02:00'));
  });

  it('one of a release before goes on at the local time of its first beginning', () => {
    const db = openDatabase(':memory:');
    const startsAt = Date.parse('2027-03-21T02:30:00+01:00');
    db.exec(
      `INSERT INTO planned_maintenance (gateway, by, at, starts_at, duration_ms, weekly) VALUES (NULL, 'me', 1, ${startsAt}, ${HOUR}, 1)`,
    );
    const [plan] = createPlans(db).pending(startsAt);
    expect(plan && occurrenceAt(plan, startsAt + DAY)?.from).toBe(Date.parse('2027-03-28T03:00:00+02:00'));
    expect(plan && occurrenceAt(plan, startsAt + 8 * DAY)?.from).toBe(Date.parse('2027-04-04T02:30:00+02:00'));
    db.close();
  });
});
