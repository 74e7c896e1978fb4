/** The stages of an alert: their order, and that each of them says why it does what it does. */
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { SendResult } from '../../src/channels/channel.ts';
import type { Incident, Notice } from '../../src/incidents/incident.ts';
import type { Hold } from '../../src/notify/hold.ts';
import type { BatchItem } from '../../src/notify/outbox/batch.ts';
import { DEFAULT_DELIVERY_POLICY } from './outbox/delivery-policy.ts';
import type { Delivery, Notification, NotificationKind } from '../../src/notify/outbox/notification.ts';
import type { TryResult } from '../../src/notify/outbox/send.ts';
import { pipeline, REASONS, trace, type PipelineStage, type Reason } from '../../src/notify/pipeline.ts';
import { createStory, gateway, link, T0, TREAT } from '../incidents/helpers.ts';
import { delivery, notification } from './outbox/notifications.ts';

const NOW = 1_000_000_000;
const POLICY = DEFAULT_DELIVERY_POLICY;

const seen = new Set<string>();
/** Notes that this reason was given. */
const reason = <Stage extends PipelineStage>(stage: Stage, why: Reason<Stage>): Reason<Stage> => {
  seen.add(`${stage} ${why}`);
  return why;
};

test('the stages of an alert stand in their order, and everything that each can make of it beside them', () => {
  const order = ['silence', 'hold', 'supersede', 'plan', 'batch', 'render', 'send', 'record'];
  expect(Object.keys(pipeline)).toEqual(order);
  expect(Object.keys(REASONS)).toEqual(order);
});

test.each([
  ['audible', null, null],
  ['mute', null, NOW],
  ['maintenance', NOW, null],
  ['maintenance', NOW, NOW],
] as const)('silence: %s', (expected, maintenance, mute) => {
  const { isSilent, why } = pipeline.silence({ maintenance, mute });
  expect([reason('silence', why), isSilent]).toEqual([expected, expected !== 'audible']);
});

describe('hold', () => {
  const story = createStory();
  story.judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'));
  const [opened] = story.open();
  if (opened === undefined) throw new Error('no incident');
  const notice = (kind: 'opened' | 'recovered', incident: Incident = opened): Notice =>
    kind === 'recovered' ? { kind, incident } : { kind, incident, decision: TREAT };
  const lost: Incident = { ...opened, verdict: { ...opened.verdict, cause: 'network_unreachable' } };
  const NIGHT = { from: 0, to: 23 * 60 + 59 };

  test.each<[Reason<'hold'>, Notice, typeof NIGHT | null, number]>([
    ['at_once', notice('opened'), null, 1],
    ['quiet', notice('recovered'), NIGHT, 1],
    ['quiet', notice('recovered'), NIGHT, 3],
    ['gathering', notice('opened'), null, 2],
    ['network', notice('opened', lost), null, 2],
  ])('%s', (expected, one, quiet, gateways) => {
    const { holds, why } = pipeline.hold(one, { quiet, gateways }, T0);
    expect(reason('hold', why)).toBe(expected);
    expect(holds.length === 0).toBe(expected === 'at_once');
  });
});

const open = (channel: string, change: Partial<Delivery> = {}): Delivery =>
  delivery(channel, { state: 'open', chosenAt: NOW, nextAt: NOW, ...change });
const arrived = (id: number, change: Partial<Notification> = {}): Notification =>
  notification(id, [delivery('feishu', { state: 'delivered' })], { state: 'done', ...change });
const waiting = (id: number): Notification =>
  notification(id, [delivery('feishu')], { held: 'quiet', notBefore: NOW + 1 });

describe('supersede', () => {
  const QUIET: readonly Hold[] = [{ until: NOW, why: 'quiet' }];
  test.each<[Reason<'supersede'>, NotificationKind, readonly Notification[]]>([
    ['added', 'opened', []],
    ['added', 'treatment_failed', [arrived(1)]],
    ['replaces', 'out_of_budget', [arrived(1), waiting(2)]],
    ['replaces', 'reminder', [notification(1, [open('feishu', { unsure: true })], { kind: 'reminder' })]],
    ['follows', 'recovered', [arrived(1)]],
    ['follows', 'recovered', [arrived(1), waiting(2)]],
    ['stands_in', 'recovered', [waiting(1)]],
  ])('%s: %s after %j', (expected, kind, earlier) => {
    const { replaced, givenUp, standsIn, why } = pipeline.supersede(kind, earlier, QUIET);
    expect(reason('supersede', why)).toBe(expected);
    expect(standsIn).toBe(expected === 'stands_in');
    if (expected === 'replaces' || expected === 'added')
      expect(replaced.length + givenUp.length > 0).toBe(expected === 'replaces');
  });
});

describe('plan', () => {
  const refused = delivery('feishu', { state: 'refused' });
  const failed = { state: 'failed', retryAt: NOW + 1 } as const;
  const end = (id: number, deliveries: readonly Delivery[] = []): Notification =>
    notification(id, deliveries, { kind: 'recovered' });

  test.each<[Reason<'plan'>, readonly Notification[]]>([
    ['held', [waiting(1)]],
    ['takes_a_channel', [notification(1, [delivery('feishu')])]],
    ['takes_a_channel', [notification(1, [refused, delivery('qq')])]],
    ['due', [notification(1, [open('feishu')])]],
    ['between_tries', [notification(1, [open('feishu', { nextAt: NOW + 1, tries: 1 })])]],
    ['between_tries', [notification(1, [delivery('feishu', { state: 'sending', chosenAt: NOW })])]],
    ['behind_an_earlier_one', [notification(1, [open('feishu')]), notification(2, [open('feishu')])]],
    ['arrived', [notification(1, [delivery('feishu', { state: 'delivered' }), delivery('qq')])]],
    ['refused_everywhere', [notification(1, [refused])]],
    ['rests_after_refusal', [notification(1, [refused], failed)]],
    ['tried_anew', [notification(1, [refused], { ...failed, retryAt: NOW })]],
    ['waits_for_its_alert', [notification(1, [open('feishu', { unsure: true })]), end(2)]],
    ['follows_its_alert', [arrived(1), end(2)]],
    ['nobody_to_tell', [end(1)]],
  ])('%s: %j', (expected, thread) => {
    const { reasons } = pipeline.plan(thread, POLICY, NOW, NOW);
    const last = reasons.find(({ notification: id }) => id === thread.at(-1)?.id);
    expect(last && reason('plan', last.why)).toBe(expected);
  });

  test('overtaken, whether it has failed already or fails now', () => {
    const later = arrived(2, { kind: 'out_of_budget' });
    for (const earlier of [notification(1, [refused]), notification(1, [refused], failed)]) {
      const { reasons, changes } = pipeline.plan([earlier, later], POLICY, NOW, NOW);
      expect(reasons).toEqual([{ notification: 1, why: reason('plan', 'overtaken') }]);
      expect(changes).toEqual([{ do: 'finish', notification: 1 }]);
    }
  });

  test('each notification that is not done has one reason, also where another one changes', () => {
    const thread = [arrived(1), notification(2, [delivery('feishu')]), waiting(3)];
    expect(pipeline.plan(thread, POLICY, NOW, NOW).reasons).toEqual([
      { notification: 2, why: 'takes_a_channel' },
      { notification: 3, why: 'held' },
    ]);
  });
});

const item = (id: number, change: Partial<Notification> = {}, on: Partial<Delivery> = {}): BatchItem => {
  const own = open('feishu', on);
  return { notification: notification(id, [own], { at: NOW, gateway: `gateway ${id}`, ...change }), delivery: own };
};

test.each<[Reason<'batch'>, readonly BatchItem[]]>([
  ['alone', [item(1), item(2)]],
  ['repeat', [item(1, {}, { unsure: true }), item(2)]],
  ['quiet', [item(1, { held: 'quiet' }), item(2, { held: 'quiet' })]],
  ['gathered', [item(1, { held: 'gathering' }), item(2, { held: 'network' })]],
  ['piled_up', [1, 2, 3, 4, 5].map((id) => item(id, { held: 'gathering', gateway: 'main' }))],
  ['late', [1, 2, 3].map((id) => item(id, {}, { tries: 1 }))],
])('batch: %s', (expected, due) => {
  const [first] = due;
  if (first === undefined) throw new Error('no item');
  const { items, why } = pipeline.batch(first, due, NOW);
  expect(reason('batch', why)).toBe(expected);
  expect(items).toHaveLength(['alone', 'repeat'].includes(expected) ? 1 : due.length);
});

test.each<[Reason<'render'>, readonly BatchItem[]]>([
  ['as_written', [item(1)]],
  ['with_notes', [item(1, { at: NOW - 1, held: 'quiet', notBefore: NOW })]],
  ['batch', [item(1), item(2)]],
])('render: %s', (expected, items) => {
  const { message, why } = pipeline.render(
    items,
    { attachButtonTokens: (each) => each, isInMemory: false, locale: 'en' },
    NOW,
  );
  expect(reason('render', why)).toBe(expected);
  expect([message.note !== undefined, message.title === 'message 1']).toEqual([
    expected !== 'as_written',
    expected !== 'batch',
  ]);
});

test.each<[Reason<'send'>, Reason<'record'>, SendResult | Error]>([
  ['ok', 'delivered', { outcome: 'ok', messageId: 'om_1' }],
  ['retry', 'put_off', { outcome: 'retry', reason: 'busy', afterMs: 5_000 }],
  ['refused', 'refused', { outcome: 'refused', reason: 'no such user' }],
  ['lost', 'lost', new Error('a fault in the channel')],
])('send: %s is recorded as %s', async (sent, recorded, answer) => {
  const { notification: one, delivery: on } = item(1);
  const result: TryResult = await pipeline.send(
    {
      name: 'feishu',
      start: async () => undefined,
      stop: async () => undefined,
      status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
      send: async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    one,
    on,
    {
      message: one.message,
      clock: { now: () => NOW, sleep: async () => undefined, timer: () => () => undefined },
      limitMs: 1_000,
      late: () => undefined,
    },
  );
  expect(reason('send', result.outcome)).toBe(sent);
  const outcome = pipeline.record(result, 0, POLICY, NOW, 1);
  expect(reason('record', outcome.is)).toBe(recorded);
  if ('nextAt' in outcome) expect(outcome.nextAt).toBe(NOW + (sent === 'retry' ? 5_000 : POLICY.firstPauseMs));
});

test('the log says at its finest level what a stage has made of an alert, in words', () => {
  const lines: unknown[] = [];
  const logger = silentLogger();
  logger.debug = (...given: unknown[]) => void lines.push(given);
  trace(logger, 'plan', 'held', { notification: 7 });
  expect(lines).toEqual([[{ stage: 'plan', why: 'held', notification: 7 }, REASONS.plan.held]]);
});

test('no reason is left that nothing is given for', () => {
  const all = Object.entries(REASONS).flatMap(([stage, reasons]) =>
    Object.keys(reasons).map((why) => `${stage} ${why}`),
  );
  expect([...seen].toSorted()).toEqual(all.toSorted());
});
