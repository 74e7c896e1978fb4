import { expect, test } from 'vitest';
import type { Message } from '../../../src/chat/message/message.ts';
import { render as renderBatch, type AttachButtonTokens } from '../../../src/notify/messages/render.ts';
import type { Delivery, Notification } from '../../../src/notify/outbox/notification.ts';
import { notification, delivery } from '../outbox/notifications.ts';

const ALERT: Message = {
  tone: 'critical',
  title: 'main is down',
  note: 'send /restart main',
  buttons: [{ label: 'Restart', style: 'danger', command: '/restart main' }],
};
/** Tokens that tell to whom they were given. */
const attachButtonTokens: AttachButtonTokens = (message, { key, channel, user }) => ({
  ...message,
  ...(message.buttons
    ? { buttons: message.buttons.map((button) => ({ ...button, token: `${key} ${channel} ${user}` })) }
    : {}),
});
const render = (one: Notification, on: Delivery, isInMemory = false): Message =>
  renderBatch([{ notification: one, delivery: on }], { attachButtonTokens, isInMemory, locale: 'en' }, 0).message;

test('its buttons are for the one to whom it goes, on the channel by which it goes', () => {
  const [qq, feishu] = [delivery('qq'), delivery('feishu')];
  const one = notification(1, [qq, feishu], { message: ALERT });
  expect(render(one, qq).buttons?.[0]?.token).toBe('key-qq qq qq-me');
  expect(render(one, feishu).buttons?.[0]?.token).toBe('key-feishu feishu feishu-me');
});

test('it says what to mend on the channel that refused it, and only there where it did', () => {
  const refused = delivery('qq', { state: 'refused', fix: 'allow_push' });
  const feishu = delivery('feishu');
  const one = notification(1, [refused, feishu], { message: ALERT });
  expect(render(one, feishu).note).toMatch(/^send \/restart main\nQQ does not let me push/);
  expect(render(one, refused).note).toBe('send /restart main');
  expect(render(notification(1, [delivery('qq', { state: 'refused' }), feishu], { message: ALERT }), feishu).note).toBe(
    'send /restart main',
  );
  expect(render(notification(1, [{ ...refused, state: 'open' }, feishu], { message: ALERT }), feishu).note).toBe(
    'send /restart main',
  );
});

test('a message without a note gets one; the same advice is given once', () => {
  const bare: Message = { tone: 'critical', title: 'x' };
  const feishu = delivery('feishu');
  expect(render(notification(1, [feishu], { message: bare }), feishu)).toEqual(bare);
  const twice = notification(
    1,
    [
      delivery('qq', { state: 'refused', fix: 'add_friend' }),
      delivery('qq2', { state: 'refused', fix: 'add_friend' }),
      feishu,
    ],
    { message: bare },
  );
  expect(render(twice, feishu).note).toBe('QQ does not let me write to you: add the bot as a friend');
});

test('one that waited in the quiet hours says when it was written', () => {
  const feishu = delivery('feishu');
  const at = Date.parse('2026-11-20T23:10:05+08:00');
  const waited = notification(1, [feishu], {
    message: ALERT,
    at,
    held: 'quiet',
    notBefore: Date.parse('2026-11-21T07:00:00+08:00'),
  });
  expect(render(waited, feishu).note).toBe(
    'send /restart main\nWritten at 20 Nov 23:10:05, held back in the quiet hours. /status says how it is now',
  );
  expect(render({ ...waited, held: 'gathering', notBefore: at + 3_000 }, feishu).note).toBe('send /restart main');
});

test('while the database is in memory alone, each message says so, but the one that tells it', () => {
  const qq = delivery('qq');
  const message: Message = { tone: 'critical', title: 'main is down' };
  const alert = notification(1, [qq], { message });
  const told = notification(2, [qq], { message, kind: 'store' });
  const note = "Lifeline's memory is not on disk: its data folder cannot be used";
  expect([render(alert, qq, true).note, render(alert, qq).note, render(told, qq, true).note]).toEqual([
    note,
    undefined,
    undefined,
  ]);
  const both = [alert, told].map((one) => ({ notification: one, delivery: qq }));
  expect(renderBatch(both, { attachButtonTokens, isInMemory: true, locale: 'en' }, 0).message.note).toContain(note);
});
