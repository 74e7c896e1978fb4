/** The word that all is well: when it comes, to whom, once for each period whatever happens in between. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestMessage } from '../../commands/shared/digest.ts';
import { plainText } from '../../src/chat/message/message.ts';
import type { DigestConfig } from '../../src/config/config.ts';
import { createDigest, lastEnd } from '../../src/notify/tellers/digest.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { DAY, HOUR, incident, incidentsIn, MINUTE, port, treatment } from '../commands/scene.ts';

const NINE: DigestConfig = { every: 'day', at: 9 * 60 };
const WEEKLY: DigestConfig = { every: 'week', at: 9 * 60 };
/** In the zone of the tests. The 21st is a Saturday. */
const at = (text: string): number => Date.parse(`2026-11-${text}:00+08:00`);

describe('a period', () => {
  it.each([
    [NINE, '21T09:00', '21T09:00'],
    [NINE, '21T08:59', '20T09:00'],
    [NINE, '21T23:59', '21T09:00'],
    [WEEKLY, '21T12:00', '16T09:00'],
    [WEEKLY, '16T08:59', '09T09:00'],
    [WEEKLY, '16T09:00', '16T09:00'],
  ])('%j at %s ended at %s', (digest, now, expected) => {
    expect(lastEnd(digest, at(now))).toBe(at(expected));
  });

  it('has ended, and not more than one before', () => {
    const times = fc.integer({ min: at('01T00:00'), max: at('01T00:00') + 800 * DAY });
    fc.assert(
      fc.property(times, fc.constantFrom<DigestConfig>(NINE, WEEKLY, { every: 'day', at: 150 }), (now, digest) => {
        const end = lastEnd(digest, now);
        expect(end).toBeLessThanOrEqual(now);
        expect(now - end).toBeLessThan((digest.every === 'day' ? DAY : 7 * DAY) + 2 * HOUR);
      }),
    );
  });
});

const scene = () => {
  const db = openDatabase(':memory:');
  const outbox = createOutbox(db);
  const windows: { readonly from: number; readonly to: number }[] = [];
  const state = { fails: false };
  const reports: string[] = [];
  const run = (now: string): number => {
    createDigest({
      db,
      digest: NINE,
      outbox,
      messages: (window) => {
        if (state.fails) throw new Error('no words');
        windows.push(window);
        return ['me', 'you'].map((person) => ({
          to: { person, ways: [{ channel: 'qq', user: person }] },
          message: { tone: 'good', title: `for ${person}` },
        }));
      },
      clock: { now: () => at(now) },
      report: {
        failed: ({ part }, error) => void reports.push(`${part}: ${String(error)}`),
        worked: ({ part }) => void reports.push(`${part} works`),
      },
      onQueued: () => undefined,
    }).tick();
    return Number(db.prepare(`SELECT count(*) AS n FROM outbox WHERE kind = 'digest'`).get()?.['n']);
  };
  return { run, windows, state, reports };
};

describe('a digest', () => {
  it('comes at the end of each whole period, once, to each with an own message', () => {
    const { run, windows } = scene();
    expect(['20T10:00', '21T08:59', '21T09:00', '21T09:01', '21T20:00', '22T09:00'].map(run)).toEqual([
      0, 0, 2, 2, 2, 4,
    ]);
    expect(windows).toEqual([
      { from: at('20T09:00'), to: at('21T09:00') },
      { from: at('21T09:00'), to: at('22T09:00') },
    ]);
  });

  it('that was missed comes once after, with all that it missed', () => {
    const { run, windows } = scene();
    expect(['20T10:00', '25T15:00', '25T15:01'].map(run)).toEqual([0, 2, 2]);
    expect(windows).toEqual([{ from: at('20T09:00'), to: at('25T09:00') }]);
  });

  it('is not doubled by a clock that goes back, and comes again after one that went ahead', () => {
    const { run } = scene();
    expect(['20T10:00', '21T10:00', '20T23:00', '21T10:00'].map(run)).toEqual([0, 2, 2, 2]);
    expect(['28T10:00', '21T12:00', '22T09:30'].map(run)).toEqual([4, 4, 6]);
  });

  it('that could not be written is reported, and tried again', () => {
    const { run, state, reports } = scene();
    run('20T10:00');
    state.fails = true;
    expect(run('21T10:00')).toBe(0);
    expect(reports.at(-1)).toBe('digest: Error: no words');
    state.fails = false;
    expect(run('21T10:01')).toBe(2);
    expect(reports.at(-1)).toBe('digest works');
  });
});

describe('what it says', () => {
  const window = { from: at('14T09:00'), to: at('21T09:00') };
  const say = (
    locale: 'zh-CN' | 'en',
    incidents: Parameters<typeof incidentsIn>[0],
    blips: Parameters<typeof incidentsIn>[1] = [],
  ) => digestMessage({ locale, gateways: [port('main')], incidents: incidentsIn(incidents, blips) }, window);

  it('is that all was well', () => {
    expect(plainText(say('zh-CN', []))).toMatch(/最近 7 天一切正常\nmain：正常 100%/);
    expect(plainText(say('en', []))).toMatch(/All well for 7 d.*\nmain: well 100%/);
  });

  it('is not that all was well where nobody watched', () => {
    const nobody = { ...incidentsIn([]), watched: () => [] };
    const message = digestMessage({ locale: 'en', gateways: [port('main')], incidents: nobody }, window);
    expect([message.tone, message.title]).toEqual(['info', 'Lifeline did not run for 7 d: nobody knows how it was']);
  });

  it('is nothing of what has begun after its end', () => {
    const later = incident(6, { openedAt: window.to + MINUTE, since: window.to + MINUTE });
    expect(plainText(say('en', [later]))).toBe(plainText(say('en', [])));
  });

  it('is what was healed, and what came back by itself', () => {
    const since = at('18T12:00');
    const healed = incident(4, {
      since,
      closedAt: since + HOUR,
      wellSince: since + 10 * MINUTE,
      treatments: [treatment()],
    });
    const blip = { gateway: 'main', link: 'qqbot', from: since, to: since + 1_000 };
    const message = say('en', [healed], [blip]);
    expect(message.tone).toBe('good');
    expect(plainText(message)).toMatch(/one incident, all over[\s\S]*healed one of them by itself[\s\S]*#4/);
    expect(plainText(message)).toContain('QQ');
  });

  it('is what is still open', () => {
    expect(say('en', [incident(5, { since: at('20T12:00') })])).toMatchObject({
      tone: 'warning',
      title: expect.stringContaining('1 still open') as string,
    });
  });
});
