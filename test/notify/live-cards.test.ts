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
  const delivered = (kind: NotificationKind, messageId: string, { incident = 1, state = 'delivered' } = {}): void => {
    outbox.enqueue({ topic: 'incident', subject: incident, kind, message: { tone: 'critical', title: kind }, at: T0 }, [
      { person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] },
    ]);
    db.exec(`UPDATE outbox SET state = 'done' WHERE id = (SELECT max(id) FROM outbox)`);
    db.prepare(`UPDATE deliveries SET state = ?, detail = ? WHERE entry = (SELECT max(id) FROM outbox)`).run(
      state,
      messageId,
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
  await vi.waitFor(() => expect(edits).toHaveLength(1));
  // What is done about it is as it was; there is nothing left to acknowledge.
  expect(edits).toEqual(['om_1 critical main：QQ 失联 [重启]']);
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
  await vi.waitFor(() => expect(edits).toEqual(['om_1 good main：QQ 已恢复']));
  delivered('recovered', 'om_2');
  delivered('again', 'om_3');
  cards.changed(incident({ outages: 2 }), TREAT);
  await vi.waitFor(() => expect(edits).toHaveLength(2));
  expect(edits[1]).toBe('om_1 critical main：QQ 失联（第 2 次） [知道了]');
});

test('where another alert came in the place of the first, that one follows the incident', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('opened', '', { state: 'dropped' });
  delivered('needs_operator', 'om_2');
  delivered('reminder', 'om_3');
  cards.changed(incident({ wellSince: T0 + MINUTE }), WELL);
  await vi.waitFor(() => expect(edits).toEqual(['om_2 warning main：QQ 正在恢复 [知道了]']));
});

test('where nobody got an alert, the word of its end stays as it is', async () => {
  const { cards, edits, delivered } = setUp();
  delivered('recovered', 'om_1');
  delivered('opened', 'om_9', { incident: 2 });
  cards.changed(incident({ outages: 2 }), TREAT);
  cards.changed(incident({ id: 2, outages: 2 }), TREAT);
  await vi.waitFor(() => expect(edits).toHaveLength(1));
  expect(edits[0]).toMatch(/^om_9/);
});
