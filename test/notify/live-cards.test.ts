import { expect, onTestFinished, test, vi } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { Incident, Notice } from '../../src/incidents/incident.ts';
import type { NotificationKind } from '../../src/notify/outbox/notification.ts';
import { createLiveCards } from '../../src/notify/live-cards.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createStory, gateway, link, MINUTE, T0, tell, TREAT, WELL } from '../incidents/helpers.ts';

const setUp = () => {
  const db = openDatabase(':memory:');
  const edits: string[] = [];
  const feishu: Channel = {
    name: 'feishu',
    start: async () => undefined,
    stop: async () => undefined,
    status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
    send: async () => ({ outcome: 'ok', messageId: 'x' }),
    edit: async (messageId, { tone, title, buttons = [] }) => {
      edits.push(`${messageId} ${tone} ${title}${buttons.map(({ label }) => ` [${label}]`).join('')}`);
      return { outcome: 'ok', messageId };
    },
  };
  // Long before the incidents began, as it would be.
  const cards = createLiveCards({
    db,
    channels: [feishu],
    attachButtonTokens: (message) => message,
    locale: 'zh-CN',
    clock: { ...scaledClock(0, 1), now: () => T0 - MINUTE },
    settleMs: 1,
    logger: silentLogger(),
  });
  onTestFinished(async () => {
    await cards.stop();
    db.close();
  });
  const outbox = createOutbox(db);
  /** As if this had been written and delivered. */
  const delivered = (
    kind: NotificationKind,
    messageId: string,
    { incident = 1, state = 'delivered', batch = null as string | null } = {},
  ): void => {
    outbox.enqueue({ topic: 'incident', subject: incident, kind, message: { tone: 'critical', title: kind }, at: T0 }, [
      { person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] },
    ]);
    // An end has no channel of its own at first: it follows the alerts.
    db.exec(`
      INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at)
      SELECT id, 0, 'feishu', 'ou_me', 'k' || id, 'idle', 0 FROM outbox ORDER BY id DESC LIMIT 1 ON CONFLICT DO NOTHING`);
    db.exec(`UPDATE outbox SET state = 'done' WHERE id = (SELECT max(id) FROM outbox)`);
    db.prepare(`UPDATE deliveries SET state = ?, detail = ?, batch = ? WHERE entry = (SELECT max(id) FROM outbox)`).run(
      state,
      messageId,
      batch,
    );
  };
  return { cards, edits, delivered };
};

const incident = (change: Partial<Incident> = {}): Incident => {
  const [{ incident: opened }] = createStory().judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down')) as [Notice];
  return { ...opened, ...change };
};

test('what was just opened is told by its own message; who has seen it is shown on the card', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', 'om_1');
  cards.changed(incident(), tell('heal_ask'));
  cards.changed(incident({ acknowledged: { by: 'me', at: T0 + MINUTE } }), null);
  await vi.waitFor(() => expect(edits).toHaveLength(1), 20_000);
  // What is done about it is as it was; there is nothing left to acknowledge.
  expect(edits).toEqual(['om_1 critical main：QQ 失联 #1 [重启] [日志] [为什么] [静音 1 小时]']);
});

test('the card of one that has come back turns red again', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', 'om_1');
  cards.changed(
    incident({
      closedAt: T0 + MINUTE,
      wellSince: T0 + MINUTE,
      timeline: [{ at: T0 + MINUTE, what: 'closed', why: 'recovered' }],
    }),
    WELL,
  );
  await vi.waitFor(() => expect(edits).toEqual(['om_1 good main：QQ 已恢复 #1']), 20_000);
  cards.changed(incident({ outages: 2 }), TREAT);
  await vi.waitFor(() => expect(edits).toHaveLength(2), 20_000);
  expect(edits[1]).toBe('om_1 critical main：QQ 失联（第 2 次） #1 [日志] [为什么] [静音 1 小时] [知道了]');
});

test('the newest message follows the incident, and each older one says once where it goes on', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', 'om_1');
  cards.changed(incident(), TREAT);
  cards.changed(incident({ wellSince: T0 + MINUTE }), WELL);
  await vi.waitFor(() => expect(edits).toHaveLength(1), 20_000);
  expect(edits).toEqual(['om_1 warning main：QQ 正在恢复 #1 [日志] [为什么] [静音 1 小时] [知道了]']);
  delivered('recovered', 'om_2');
  cards.settled(1);
  await vi.waitFor(() => expect(edits).toHaveLength(2), 20_000);
  expect(edits[1]).toBe('om_1 info opened');
  delivered('again', 'om_3');
  cards.changed(incident({ outages: 2, acknowledged: { by: 'me', at: T0 + 2 * MINUTE } }), TREAT);
  cards.settled(1);
  await vi.waitFor(() => expect(edits).toHaveLength(4), 20_000);
  expect(edits.slice(2)).toEqual([
    'om_2 info recovered',
    'om_3 critical main：QQ 失联（第 2 次） #1 [日志] [为什么] [静音 1 小时]',
  ]);
});

test('the word of an end that comes after a restart of Lifeline still says so on the older message', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', 'om_1');
  delivered('recovered', 'om_2');
  cards.settled(1);
  await vi.waitFor(() => expect(edits).toEqual(['om_1 info opened']), 20_000);
});

test('a message that several incidents share stays as it is', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', 'om_1', { batch: 'b1' });
  delivered('opened', 'om_1', { incident: 2, batch: 'b1' });
  delivered('opened', 'om_2', { incident: 3 });
  for (const id of [1, 2, 3]) cards.changed(incident({ id, outages: 2 }), TREAT);
  await vi.waitFor(() => expect(edits).toHaveLength(1), 20_000);
  expect(edits[0]).toMatch(/^om_2/);
});

test('where another alert came in the place of the first, the newest follows the incident', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', '', { state: 'dropped' });
  delivered('needs_operator', 'om_2');
  delivered('reminder', 'om_3');
  cards.changed(incident({ wellSince: T0 + MINUTE }), WELL);
  await vi.waitFor(
    () =>
      expect(edits).toEqual([
        'om_2 info needs_operator',
        'om_3 warning main：QQ 正在恢复 #1 [日志] [为什么] [静音 1 小时] [知道了]',
      ]),
    20_000,
  );
});

test('where nobody got an alert, the word of its end stays as it is', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('recovered', 'om_1');
  delivered('opened', 'om_9', { incident: 2 });
  cards.changed(incident({ outages: 2 }), TREAT);
  cards.changed(incident({ id: 2, outages: 2 }), TREAT);
  await vi.waitFor(() => expect(edits).toHaveLength(1), 20_000);
  expect(edits[0]).toMatch(/^om_9/);
});
