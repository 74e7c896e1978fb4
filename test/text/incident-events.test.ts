import { describe, expect, it } from 'vitest';
import type { Happening, Incident } from '../../src/incidents/incident.ts';
import { endText, happeningText, incidentWords } from '../../src/text/commands/incident-events.ts';

const EVENTS: readonly Happening[] = [
  { at: 0, what: 'opened', condition: 'stopped', cause: 'process_gone', evidence: [] },
  { at: 0, what: 'changed', condition: 'frozen', cause: 'loop_not_answering', evidence: [] },
  ...[1, 2, 3, 4, 11, 12, 13, 21, 22].map(
    (outage) => ({ at: 0, what: 'again', outage, cause: 'process_gone' }) as const,
  ),
  { at: 0, what: 'well' },
  { at: 0, what: 'ill' },
  ...(['opened', 'again', 'needs_operator', 'out_of_budget', 'treatment_failed', 'reminder', 'recovered'] as const).map(
    (kind) => ({ at: 0, what: 'told', kind }) as const,
  ),
  { at: 0, what: 'acknowledged', by: 'ann' },
  ...(['recovered', 'gone', 'folded', 'unwatched'] as const).map((why) => ({ at: 0, what: 'closed', why }) as const),
];

const of = { gateway: 'main', link: null, treatments: [] };

describe('what happened in an incident', () => {
  it.each(EVENTS.map((event) => [JSON.stringify(event), event] as const))(
    'has words of its own in both languages: %s',
    (_name, event) => {
      const [zh, en] = [happeningText(event, of, 'zh-CN'), happeningText(event, of, 'en')];
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}|undefined/u);
      expect(EVENTS.filter((other) => happeningText(other, of, 'zh-CN') === zh)).toEqual([event]);
    },
  );

  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [102, '102nd'],
    [111, '111th'],
  ])('counts %d as %s in English', (outage, ordinal) => {
    expect(happeningText({ at: 0, what: 'again', outage, cause: 'process_gone' }, of, 'en')).toContain(
      `for the ${ordinal} time`,
    );
  });

  it('names the link of an incident of a link, and not the gateway', () => {
    const verdict = { link: 'qqbot', condition: 'down' } as Incident['verdict'];
    expect(incidentWords({ link: 'qqbot', verdict }, 'zh-CN')).toBe('QQ 失联');
    expect(
      happeningText(
        { at: 0, what: 'opened', condition: 'down', cause: 'no_login_after_loss', evidence: [] },
        { ...of, link: 'qqbot' },
        'en',
      ),
    ).toBe('noticed: offline: lost, and not logged in since');
  });

  it.each<
    [
      string,
      readonly (readonly ['recovered' | 'failed', 'start' | 'restart' | 'stop' | 'end_process', string])[],
      string,
      string,
    ]
  >([
    ['nobody did anything', [], '自行恢复', 'recovered by itself'],
    ['what was done failed', [['failed', 'restart', 'auto']], '自行恢复', 'recovered by itself'],
    ['the first restart helped', [['recovered', 'restart', 'auto']], '重启后恢复', 'recovered by a restart'],
    [
      'the second restart helped',
      [
        ['failed', 'restart', 'auto'],
        ['recovered', 'restart', 'auto'],
      ],
      '第 2 次重启后恢复',
      'recovered by the 2nd restart',
    ],
    [
      'a start after a restart helped',
      [
        ['failed', 'restart', 'auto'],
        ['recovered', 'start', 'ann'],
      ],
      'ann 启动后恢复',
      'recovered by a start of ann',
    ],
    [
      'a later one failed',
      [
        ['recovered', 'start', 'auto'],
        ['failed', 'restart', 'auto'],
      ],
      '启动后恢复',
      'recovered by a start',
    ],
    [
      'the end of what was in its way helped',
      [['recovered', 'end_process', 'ann']],
      'ann 结束另一个进程后恢复',
      'recovered by an end of another process by ann',
    ],
  ])('says what ended it when %s', (_what, treatments, zh, en) => {
    const incident = {
      timeline: [],
      treatments: treatments.map(([outcome, remedy, requestedBy]) => ({ outcome, remedy, requestedBy })),
    } as unknown as Incident;
    expect(endText(incident, 'zh-CN')).toBe(zh);
    expect(endText(incident, 'en')).toBe(en);
  });
});
