import { expect, test } from 'vitest';
import { plainText } from '../../../src/chat/message/message.ts';
import type { Happening, Incident, Notice } from '../../../src/incidents/incident.ts';
import { incidentMessage } from '../../../src/notify/messages/notice.ts';
import {
  createStory,
  failed,
  gateway,
  link,
  MINUTE,
  result,
  SECOND,
  T0,
  tell,
  TREAT,
  WAITING,
} from '../../incidents/helpers.ts';

const incident = (change: Partial<Incident> = {}): Incident => {
  const [{ incident: opened }] = createStory().judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down')) as [Notice];
  return { ...opened, ...change };
};

const OPENED: Happening = { at: T0, what: 'opened', condition: 'down', cause: 'no_login_after_loss', evidence: [] };
const happenings = (...list: readonly Happening[]): Pick<Incident, 'timeline'> => ({ timeline: [OPENED, ...list] });

test('an open incident shows who has seen it, how often it went ill, its story and what is done', () => {
  const card = incidentMessage(
    incident({
      outages: 2,
      acknowledged: { by: 'me', at: T0 + 3 * MINUTE },
      treatments: [failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }]), result(T0 + MINUTE)],
      ...happenings(
        { at: T0, what: 'told', kind: 'opened' },
        { at: T0 + 6 * SECOND, what: 'treated', index: 0 },
        { at: T0 + MINUTE + 5 * SECOND, what: 'treated', index: 1 },
        { at: T0 + MINUTE + 5 * SECOND, what: 'well' },
        { at: T0 + MINUTE + 6 * SECOND, what: 'closed', why: 'recovered' },
        { at: T0 + 2 * MINUTE, what: 'again', outage: 2, cause: 'attempts_exhausted' },
        { at: T0 + 3 * MINUTE, what: 'acknowledged', by: 'me' },
      ),
    }),
    tell('heal_ask'),
    'zh-CN',
    T0 + 4 * MINUTE,
  );
  expect(plainText(card)).toBe(`🔴 main：QQ 失联（第 2 次） #1
10:29:00 起
反复中断，已 2 次
me 已确认（10:33:00）
10:30:00 发现：断线后一直没有重新登录
10:30:06 已重启，没有成功：QQ 没有登录
10:31:05 已重启：进程 123 → 456
10:31:06 已恢复
10:32:00 第 2 次出问题：多次重连都没成功
要不要重启，由你决定

QQ WebSocket closed: code=4009

要重启，发 /restart main`);
  expect(card.buttons?.map(({ command }) => command)).toEqual([
    '/restart main',
    '/logs main',
    '/why main',
    '/mute 1h main',
  ]);
});

test('as long as nobody has seen it, it can be acknowledged', () => {
  expect(incidentMessage(incident(), TREAT, 'en', T0).buttons).toEqual([
    { label: 'Logs', style: 'plain', command: '/logs main' },
    { label: 'Why', style: 'plain', command: '/why main' },
    { label: 'Mute 1 h', style: 'plain', command: '/mute 1h main' },
    { label: 'Got it', style: 'plain', command: '/ack 1' },
  ]);
});

test('where nobody knows what is done about it, it says nothing of that', () => {
  const { lines, note } = incidentMessage(incident(), null, 'zh-CN', T0);
  expect(lines).toEqual(['10:29:00 起', '10:30:00 发现：断线后一直没有重新登录']);
  expect(note).toBeUndefined();
});

test('of a long story it shows the end', () => {
  const changes = Array.from({ length: 30 }, (_, n): Happening => ({
    at: T0 + (n + 1) * MINUTE,
    what: 'again',
    outage: n + 2,
    cause: 'keeps_dropping',
  }));
  const { lines = [] } = incidentMessage(
    incident({
      closedAt: T0 + 40 * MINUTE,
      wellSince: T0 + 40 * MINUTE,
      ...happenings(...changes, { at: T0 + 40 * MINUTE, what: 'closed', why: 'recovered' }),
    }),
    null,
    'zh-CN',
    T0 + 40 * MINUTE,
  );
  expect(lines).toHaveLength(9);
  expect(lines.slice(-2)).toEqual(['11:00:00 第 31 次出问题：连上不久又断，反复多次', '11:10:00 已恢复']);
});

test('that it looked well for a moment is told only while it does', () => {
  const well: Happening = { at: T0 + MINUTE, what: 'well' };
  const ill: Happening = { at: T0 + 2 * MINUTE, what: 'ill' };
  const shown = (change: Partial<Incident>) => incidentMessage(incident(change), TREAT, 'zh-CN', T0 + 5 * MINUTE);
  expect(shown({ wellSince: T0 + MINUTE, ...happenings(well) })).toMatchObject({
    tone: 'warning',
    title: 'main：QQ 正在恢复 #1',
    lines: [expect.anything(), expect.anything(), '10:31:00 正在恢复'],
  });
  expect(shown(happenings(well, ill)).lines).toEqual([
    '10:29:00 起',
    '10:30:00 发现：断线后一直没有重新登录',
    '正在重启（1 小时内第 1/3 次）',
  ]);
});

test('while it is neither ill as it was nor proven well, what made it ill is not shown as if it were so', () => {
  const waiting: Happening = { at: T0 + MINUTE, what: 'waiting' };
  const code = { code: [expect.anything() as unknown] };
  const shown = (change: Partial<Incident>, locale: 'zh-CN' | 'en' = 'zh-CN') =>
    incidentMessage(incident(change), WAITING, locale, T0 + 5 * MINUTE);
  expect(shown({})).toMatchObject({ tone: 'critical', title: 'main：QQ 失联 #1', ...code });
  const card = shown(happenings(waiting));
  expect(card).toMatchObject({
    tone: 'warning',
    title: 'main：QQ 等待恢复 #1',
    lines: ['10:29:00 起', '10:30:00 发现：断线后一直没有重新登录', '10:31:00 等待恢复', '先观察'],
  });
  expect(card).not.toHaveProperty('code');
  expect(shown(happenings(waiting), 'en').title).toBe('main: QQ waiting to recover #1');
  // Proven well, it is no more shown either.
  expect(
    shown({ wellSince: T0 + 2 * MINUTE, ...happenings(waiting, { at: T0 + 2 * MINUTE, what: 'well' }) }),
  ).not.toHaveProperty('code');
  expect(shown({ wellSince: T0 + 2 * MINUTE, ...happenings({ at: T0, what: 'well' }, waiting) }).lines).toEqual([
    '10:29:00 起',
    '10:30:00 发现：断线后一直没有重新登录',
    '10:30:00 正在恢复',
  ]);
  // Ill again, it is.
  expect(shown(happenings(waiting, { at: T0 + 2 * MINUTE, what: 'ill' }))).toMatchObject({
    title: 'main：QQ 失联 #1',
    ...code,
  });
});

test('as time goes by nothing in it becomes untrue: it says since when, and not for how long', () => {
  const at = (now: number) => incidentMessage(incident({}), TREAT, 'zh-CN', now);
  expect(at(T0 + 5 * MINUTE)).toEqual(at(T0));
});

test('an incident that an older Lifeline opened has a beginning all the same', () => {
  expect(
    incidentMessage(
      incident({
        timeline: [
          { at: T0 + MINUTE, what: 'changed', condition: 'gave_up', cause: 'attempts_exhausted', evidence: [] },
        ],
      }),
      null,
      'zh-CN',
      T0,
    ).lines,
  ).toEqual(['10:29:00 起', '10:30:00 发现：断线后一直没有重新登录', '10:31:00 变成：多次重连都没成功']);
});

test.each([
  ['recovered', 'good', 'main：QQ 已恢复 #1', '已恢复'],
  ['gone', 'info', 'main：QQ 已不存在 #1', '已不存在'],
  ['unwatched', 'info', 'main：QQ 不再看护 #1', '不再看护'],
] as const)('one that is %s is %s and says so', (why, tone, title, line) => {
  const card = incidentMessage(
    incident({ closedAt: T0 + MINUTE, ...happenings({ at: T0 + MINUTE, what: 'closed', why }) }),
    null,
    'zh-CN',
    T0 + MINUTE,
  );
  expect(card).toMatchObject({ tone, title });
  expect(card.lines?.at(-1)).toBe(`10:31:00 ${line}`);
  expect(card.buttons).toBeUndefined();
});

test('what is only bad is orange while it lasts', () => {
  expect(incidentMessage(incident({ severity: 'warning' }), TREAT, 'zh-CN', T0).tone).toBe('warning');
});
