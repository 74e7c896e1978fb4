/** The judge of a storm finds what it is there to find. */
import { expect, test } from 'vitest';
import { formatTime } from '../../src/text/common/time.ts';
import type { Notification } from './fixtures/chaos-book.ts';
import { judge } from './fixtures/chaos-findings.ts';
import type { PhoneName, Ring } from './fixtures/chaos-lane.ts';
import { RESTART } from './fixtures/chaos-operator.ts';
import { PER_HOUR, type Aftermath } from './fixtures/chaos-storm.ts';

const AT = Date.UTC(2026, 0, 1, 4);

const notification = (id: number, kind: string, title: string): Notification => ({
  id,
  topic: 'incident',
  subject: 1,
  kind,
  message: { tone: 'critical', title, lines: [`${id} 秒`] },
  at: AT + id * 1_000,
  state: 'done',
});
const timeOf = ({ at }: Notification): string => formatTime(at, 'zh-CN', at);
const OPENED = notification(1, 'opened', 'main 没有在运行');
const RECOVERED = notification(2, 'recovered', 'main 已恢复');

let rung = 0;
const ring = (phone: PhoneName, { at, message: { title, lines = [] } }: Notification, mark = ''): Ring => ({
  phone,
  id: `m${(rung += 1)}`,
  text: [`🔴 ${title}${mark}`, ...lines].join('\n'),
  at: at + 100,
});
const list = (phone: PhoneName, at: number, ...lines: readonly string[]): Ring => ({
  phone,
  id: `m${(rung += 1)}`,
  text: ['🔴 有 3 条消息之前没能送到你这里', ...lines].join('\n'),
  at,
});

const WELL: Aftermath = {
  seed: 'test',
  kills: 2,
  breaks: ['killed'],
  brokenInBetween: 0,
  rings: [ring('feishu', OPENED), ring('qq', OPENED), ring('feishu', RECOVERED), ring('qq', RECOVERED)],
  book: {
    incidents: [
      {
        id: 1,
        openedAt: AT,
        told: 'recovered',
        isOpen: false,
        outages: 1,
        timeline: [{ at: AT + 2_000, what: 'closed', why: 'recovered' }],
      },
    ],
    notifications: [OPENED, RECOVERED],
    treatments: [
      { id: 1, remedy: 'start', requestedBy: 'auto', outcome: 'recovered', steps: ['supervisor'], asked: null },
    ],
    commands: ['/status main'],
    silences: [],
  },
  starts: 2,
  processes: 1,
  ownEnds: [],
  anew: [],
  asked: new Map([['/status main', new Set(['a'])]]),
  confirmed: new Set(),
  redeliveries: 1,
  lost: 1,
};

const { book } = WELL;
const [treatment] = book.treatments;
if (!treatment) throw new Error('there is no treatment');
const QUIET = {
  incidents: [{ id: 1, openedAt: AT, told: 'nothing', isOpen: false, outages: 1, timeline: [] }],
  notifications: [],
} as const;
const asked = { ...treatment, requestedBy: 'me', asked: 'b' };

test.each<[string, Partial<Aftermath>]>([
  ['all is as it should be', {}],
  ['one phone only tells it', { rings: [ring('qq', OPENED), ring('qq', RECOVERED)] }],
  ['only the end is told, which stands for the beginning', { rings: [ring('qq', RECOVERED)] }],
  [
    'it is told in a list',
    { rings: [list('qq', AT + 9_000, `${timeOf(OPENED)} 🔴 main 没有在运行`, `${timeOf(RECOVERED)} 🟢 main 已恢复`)] },
  ],
  ['nobody was to hear of it', { rings: [], book: { ...book, ...QUIET, silences: [{ from: AT - 1, to: AT + 1 }] } }],
  [
    'a link became part of its gateway, and so did the notifications of it',
    {
      book: {
        ...book,
        incidents: [
          ...book.incidents,
          {
            id: 2,
            openedAt: AT,
            told: 'opened',
            isOpen: false,
            outages: 1,
            timeline: [{ at: AT, what: 'closed', why: 'folded' }],
          },
        ],
      },
    },
  ],
  [
    'two notifications read alike',
    {
      rings: [...WELL.rings, ring('qq', OPENED)],
      book: { ...book, notifications: [OPENED, { ...OPENED, subject: 2 }, RECOVERED] },
    },
  ],
  ['it died once more while a treatment waited', { starts: 3, brokenInBetween: 1 }],
])('nothing is found where %s', (_what, changes) => {
  expect(judge({ ...WELL, ...changes })).toMatchObject({ duplicates: { feishu: 0, qq: 0 }, problems: [] });
});

test.each<[string, Partial<Aftermath>, RegExp]>([
  ['an alert that reached nobody', { rings: [] }, /neither notification 1/],
  ['an incident of which nothing was written', { book: { ...book, ...QUIET } }, /nothing was written of incident 1/],
  ['an end that reached nobody', { rings: [ring('feishu', OPENED)] }, /neither notification 2/],
  [
    'an alert after its end',
    { rings: [ring('qq', RECOVERED), ring('qq', OPENED)] },
    /notification 1 of incident 1 came after its end/,
  ],
  ['a repeat on Feishu', { rings: [...WELL.rings, ring('feishu', OPENED)] }, /came twice: feishu/],
  [
    'a repeat on QQ that does not say so',
    { rings: [...WELL.rings, ring('qq', RECOVERED)] },
    /a repeat does not say so/,
  ],
  [
    'more repeats on QQ than there were kills and lost answers',
    { rings: [...WELL.rings, ...[1, 2, 3, 4].map(() => ring('qq', RECOVERED, '（可能重复）'))] },
    /QQ has 4 repeats/,
  ],
  [
    'a command that ran more often than it was asked for',
    { book: { ...book, commands: ['/status main', '/status main'] } },
    /\/status main ran 2 times/,
  ],
  [
    'a message that led to two treatments',
    {
      starts: 3,
      confirmed: new Set(['b']),
      asked: new Map([...WELL.asked, [RESTART, new Set(['a', 'b'])]]),
      book: { ...book, treatments: [asked, { ...asked, id: 2 }] },
    },
    /message b led to 2/,
  ],
  ['a start that nobody ordered', { starts: 3 }, /started 3 times/],
  ['two processes', { processes: 2 }, /2 processes/],
  [
    'a budget that was overdrawn',
    {
      book: {
        ...book,
        treatments: Array.from({ length: PER_HOUR + 1 }, (_, index) => ({ ...treatment, id: index + 1 })),
      },
    },
    /7 treatments of its own accord/,
  ],
  ['a Lifeline that ended by itself', { ownEnds: ['1: TypeError'] }, /ended by itself: 1: TypeError/],
])('finds %s', (_what, changes, problem) => {
  const { problems } = judge({ ...WELL, ...changes });
  expect(problems).toContainEqual(expect.stringMatching(problem));
});

test('counts what came twice on each phone', () => {
  const rings = [...WELL.rings, ring('qq', OPENED, '（可能重复）'), ring('feishu', OPENED), ring('feishu', RECOVERED)];
  expect(judge({ ...WELL, rings }).duplicates).toEqual({ feishu: 2, qq: 1 });
});
