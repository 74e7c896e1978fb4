import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/chat/message/message.ts';
import { batchMessage } from '../../../src/notify/messages/render.ts';
import type { Notification } from '../../../src/notify/outbox/notification.ts';
import { batchOf, type BatchItem } from '../../../src/notify/outbox/batch.ts';
import { notification, delivery } from '../outbox/notifications.ts';

const NOW = Date.parse('2026-11-21T02:55:00+08:00');
const MINUTE = 60_000;

interface Change extends Partial<Pick<Notification, 'held' | 'gateway' | 'notBefore' | 'kind'>> {
  readonly channel?: string;
  readonly tries?: number;
  readonly unsure?: boolean;
  readonly batch?: string;
  readonly agoMs?: number;
  readonly message?: Partial<Message>;
}

const item = (
  id: number,
  {
    channel = 'qq',
    tries = 1,
    unsure = false,
    batch,
    agoMs = MINUTE,
    kind = 'opened',
    message = {},
    ...change
  }: Change = {},
): BatchItem => {
  const way = delivery(channel, { state: 'open', tries, unsure, ...(batch === undefined ? {} : { batch }) });
  return {
    notification: notification(id, [way], {
      ...change,
      kind,
      at: NOW - agoMs,
      message: {
        tone: kind === 'recovered' ? 'good' : 'critical',
        title: `gateway ${id}`,
        lines: [`cause ${id}`],
        ...message,
      },
    }),
    delivery: way,
  };
};

/** Fresh, and it waited for the end of the quiet hours. */
const quiet = (id: number, change: Change = {}): BatchItem =>
  item(id, { tries: 0, agoMs: 300 * MINUTE, held: 'quiet', notBefore: NOW, ...change });
/** Fresh, and it waited for other gateways. */
const gathered = (id: number, gateway: string, change: Change = {}): BatchItem =>
  item(id, { tries: 0, agoMs: 3_000, held: 'gathering', notBefore: NOW, gateway, ...change });

const idsOf = (items: readonly BatchItem[]): readonly number[] => items.map((each) => each.notification.id);

describe('what goes out as one message', () => {
  it.each<[string, readonly BatchItem[], readonly number[]]>([
    ['one alone', [item(1)], [1]],
    ['two are read as quickly one by one', [item(1), item(2)], [1]],
    ['three that were tried in vain, in the order in which they were written', [item(3), item(1), item(2)], [1, 2, 3]],
    [
      'three that are old, though never tried',
      [
        item(1, { tries: 0, agoMs: 11 * MINUTE }),
        item(2, { tries: 0, agoMs: 12 * MINUTE }),
        item(3, { tries: 0, agoMs: 10 * MINUTE }),
      ],
      [1, 2, 3],
    ],
    ['fresh news goes out at once and alone', [item(1, { tries: 0 }), item(2), item(3), item(4)], [1]],
    ['old news does not take fresh news along', [item(1), item(2, { tries: 0 }), item(3), item(4)], [1, 3, 4]],
    ['another channel has its own', [item(1), item(2), item(3, { channel: 'feishu' })], [1]],
    ['what may have arrived already stays among itself', [item(1, { unsure: true }), item(2), item(3), item(4)], [1]],
    [
      'what went out alone goes again alone',
      [item(1, { unsure: true }), item(2, { unsure: true }), item(3, { unsure: true }), item(4)],
      [1],
    ],
    [
      'of one outage all, however many',
      Array.from({ length: 30 }, (_, at) => gathered(at + 1, `g${at}`)),
      Array.from({ length: 30 }, (_, at) => at + 1),
    ],
    [
      'what went out as one goes again as one',
      [
        item(2, { unsure: true, batch: 'x' }),
        item(1, { unsure: true, batch: 'x' }),
        item(3, { unsure: true, batch: 'y' }),
        item(4, { unsure: true }),
      ],
      [1, 2],
    ],
    [
      'of very many the oldest go first',
      Array.from({ length: 30 }, (_, at) => item(30 - at)),
      Array.from({ length: 20 }, (_, at) => at + 1),
    ],
    ['an answer to somebody goes alone', [item(1, { kind: 'result' }), item(2), item(3), item(4)], [1]],

    ['one from the quiet hours alone', [quiet(1), item(2)], [1]],
    ['two from the quiet hours', [quiet(1), quiet(2)], [1, 2]],
    ['what waited is not late for that', [quiet(1), item(2), item(3)], [1]],
    [
      'from the quiet hours, but not to be had at their end either',
      [quiet(1, { tries: 3 }), item(2), item(3)],
      [1, 2, 3],
    ],
    ['fresh news takes none from the quiet hours along', [item(1, { tries: 0 }), quiet(2), quiet(3)], [1]],

    ['two gateways at once', [gathered(1, 'a'), gathered(2, 'b')], [1, 2]],
    ['two links of one gateway are two messages', [gathered(1, 'a'), gathered(2, 'a')], [1]],
    ['four of one gateway keep their buttons', Array.from({ length: 4 }, (_, at) => gathered(at + 1, 'a')), [1]],
    [
      'of many of one gateway each gets its line, the rest in the next message',
      Array.from({ length: 45 }, (_, at) => gathered(at + 1, 'a')),
      Array.from({ length: 20 }, (_, at) => at + 1),
    ],
    [
      'two links of one gateway, and another gateway',
      [gathered(1, 'a'), gathered(2, 'a'), gathered(3, 'b')],
      [1, 2, 3],
    ],
    [
      'alerts and recoveries are apart',
      [gathered(1, 'a'), gathered(2, 'b', { kind: 'recovered' }), gathered(3, 'c')],
      [1, 3],
    ],
    [
      'recoveries are one message',
      [gathered(1, 'a', { kind: 'recovered' }), gathered(2, 'b', { kind: 'recovered' }), gathered(3, 'c')],
      [1, 2],
    ],
    ['one that waited for others in vain', [gathered(1, 'a'), item(2, { tries: 0 })], [1]],
    [
      'tried in vain, several gateways still are what they were',
      [gathered(1, 'a', { tries: 1 }), gathered(2, 'b', { tries: 1 })],
      [1, 2],
    ],
    [
      'with much else that is late they are late',
      [gathered(1, 'a', { tries: 1 }), gathered(2, 'b', { tries: 1 }), item(3)],
      [1, 2, 3],
    ],
  ])('%s', (_what, due, expected) => {
    const [first] = due;
    if (!first) throw new Error('no item');
    // The last row's first item is its newest: a batch is the oldest ones, whoever is asked for.
    expect(idsOf(batchOf(first, due, NOW).items)).toEqual(expected);
  });
});

describe('several messages as one', () => {
  const items = [
    item(1, { agoMs: 45 * MINUTE }),
    item(2, { agoMs: 20 * MINUTE, kind: 'recovered' }),
    item(3, { agoMs: 5 * MINUTE }),
  ];

  it('has their original times, the worst colour and the essential of each', () => {
    expect(batchMessage(items, 'zh-CN', NOW)).toEqual({
      tone: 'critical',
      title: '有 3 条消息之前没能送到你这里（02:10:00 – 02:50:00）',
      lines: ['02:10:00 🔴 gateway 1：cause 1', '02:35:00 🟢 gateway 2：cause 2', '02:50:00 🔴 gateway 3：cause 3'],
      note: '时间是当时的。现在的情况发 /status 看',
    });
    expect(batchMessage(items, 'en', NOW)).toMatchObject({
      title: '3 messages while I could not reach you (02:10:00 – 02:50:00)',
    });
  });

  it('says when they are from the quiet hours', () => {
    const night = [
      quiet(1, { agoMs: 225 * MINUTE, message: { tone: 'warning' } }),
      quiet(2, { agoMs: 15 * MINUTE, kind: 'recovered' }),
    ];
    expect(batchMessage(night, 'zh-CN', NOW)).toEqual({
      tone: 'warning',
      title: '静音时段里有 2 条消息（23:10 – 02:40）',
      lines: ['11月20日 23:10:00 🟠 gateway 1：cause 1', '02:40:00 🟢 gateway 2：cause 2'],
      note: '时间是当时的。现在的情况发 /status 看',
    });
    expect(batchMessage(night, 'en', NOW).title).toBe('2 messages from the quiet hours (23:10 – 02:40)');
    expect(batchMessage([...night, item(3)], 'zh-CN', NOW).title).toMatch(/^有 3 条消息之前没能送到你这里/);
  });

  it('names the gateways that fell ill at once', () => {
    const three = ['a', 'b', 'c'].map((name, index) => gathered(index + 1, name));
    expect(batchMessage(three, 'zh-CN', NOW)).toEqual({
      tone: 'critical',
      title: '3 个网关同时出问题：a、b、c',
      lines: ['02:54:57 🔴 gateway 1：cause 1', '02:54:57 🔴 gateway 2：cause 2', '02:54:57 🔴 gateway 3：cause 3'],
      note: '现在的情况发 /status 看。都知道了，发 /ack',
    });
    expect(batchMessage(three, 'en', NOW).title).toBe('3 gateways in trouble at once: a, b, c');
  });

  it('says the cause that all of them share, once', () => {
    const three = ['a', 'b', 'c'].map((name, index) =>
      gathered(index + 1, name, {
        held: 'network',
        message: { title: `${name} 所在机器断网`, lines: ['从这台机器连不上平台'] },
      }),
    );
    expect(batchMessage(three, 'zh-CN', NOW)).toMatchObject({
      title: '3 个网关：从这台机器连不上平台',
      lines: ['02:54:57 🔴 a 所在机器断网', '02:54:57 🔴 b 所在机器断网', '02:54:57 🔴 c 所在机器断网'],
    });
    expect(
      batchMessage(
        three.map((each) => ({
          ...each,
          notification: {
            ...each.notification,
            message: { ...each.notification.message, lines: ['This machine cannot reach the platform'] },
          },
        })),
        'en',
        NOW,
      ).title,
    ).toBe('3 gateways: this machine cannot reach the platform');
  });

  it('says of each that recovered what was done, and of others their reason alone', () => {
    const lines = ['Out for 35 s', 'Restarted once, process 1 → 2', 'Trouble: …'];
    const all = [
      gathered(1, 'a', { kind: 'recovered', message: { lines } }),
      gathered(2, 'b', { kind: 'recovered', message: { lines } }),
      gathered(3, 'c', { message: { lines: ['no network', 'Restarting it now'] } }),
    ];
    expect(batchMessage(all.slice(0, 2), 'en', NOW).lines?.map((line) => line.slice(12))).toEqual([
      'gateway 1: Out for 35 s; Restarted once, process 1 → 2',
      'gateway 2: Out for 35 s; Restarted once, process 1 → 2',
    ]);
    expect(batchMessage(all, 'zh-CN', NOW).lines?.map((line) => line.slice(12))).toEqual([
      'gateway 1：Out for 35 s；Restarted once, process 1 → 2',
      'gateway 2：Out for 35 s；Restarted once, process 1 → 2',
      'gateway 3：no network',
    ]);
  });

  it('names those that recovered at once, with how long each was away', () => {
    const two = ['a', 'b'].map((name, index) =>
      gathered(index + 1, name, { kind: 'recovered', message: { lines: ['中断 3 分'] } }),
    );
    expect(batchMessage(two, 'zh-CN', NOW)).toMatchObject({
      tone: 'good',
      title: '2 个网关已恢复：a、b',
      lines: ['02:54:57 🟢 gateway 1：中断 3 分', '02:54:57 🟢 gateway 2：中断 3 分'],
    });
  });

  it('has lines for twenty gateways, and counts the others', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      gathered(index + 1, `g${index + 1}`, { message: { title: `g${index + 1} is cut off`, lines: ['no network'] } }),
    );
    const { title, lines = [] } = batchMessage(many, 'zh-CN', NOW);
    expect(title).toBe('200 个网关：no network');
    expect(lines.slice(19)).toEqual(['02:54:57 🔴 g20 is cut off', '还有 180 个网关：g21、g22、g23、g24、g25 等']);
    expect(batchMessage(many.slice(0, 21), 'en', NOW).lines?.at(-1)).toBe('1 more: g21');
  });

  it('says of several gateways with many messages what has no line, and where it is', () => {
    const many = Array.from({ length: 27 }, (_, index) => gathered(index + 1, index < 26 ? `g${index % 2}` : 'g9'));
    expect(batchMessage(many, 'en', NOW).lines?.slice(20)).toEqual([
      '1 more: g9',
      '6 more of these gateways: /history',
    ]);
    expect(batchMessage(many, 'zh-CN', NOW).lines?.at(-1)).toBe('这些网关另有 6 条：发 /history');
  });

  it('names each of many messages of one gateway, and no time, which is when the host came back', () => {
    const many = Array.from({ length: 5 }, (_, index) => gathered(index + 1, 'web-1/main'));
    expect(batchMessage(many, 'en', NOW)).toMatchObject({
      title: '5 messages of web-1/main at once',
      lines: Array.from({ length: 5 }, (_, index) => `🔴 gateway ${index + 1}: cause ${index + 1}`),
    });
    expect(batchMessage(many, 'zh-CN', NOW).title).toBe('web-1/main 一下子来了 5 条消息');
    const inVain = many.map((each) => ({ ...each, delivery: { ...each.delivery, tries: 1 } }));
    expect(batchMessage(inVain, 'en', NOW)).toMatchObject({
      title: '5 messages while I could not reach you (02:54:57 – 02:54:57)',
    });
  });

  it('names no more gateways than a lock screen shows', () => {
    const many = Array.from({ length: 12 }, (_, index) => gathered(index + 1, `g${index + 1}`));
    expect(batchMessage(many, 'zh-CN', NOW).title).toBe('12 个网关同时出问题：g1、g2、g3、g4、g5 等');
    expect(batchMessage(many, 'en', NOW).title).toBe('12 gateways in trouble at once: g1, g2, g3, g4, g5, …');
  });
});
