import { expect, test } from 'vitest';
import type { Message } from '../../src/chat/message.ts';
import { createDress } from '../../src/notify/dress.ts';
import type { Seal } from '../../src/notify/entry.ts';
import { entry, rung } from './entries.ts';

const ALERT: Message = {
  tone: 'critical',
  title: 'main is down',
  note: 'send /restart main',
  buttons: [{ label: 'Restart', style: 'danger', command: '/restart main' }],
};
/** Tokens that tell to whom they were given. */
const seal: Seal = (message, { key, channel, user }) => ({
  ...message,
  ...(message.buttons
    ? { buttons: message.buttons.map((button) => ({ ...button, token: `${key} ${channel} ${user}` })) }
    : {}),
});
const dress = createDress(seal, 'en');

test('its buttons are for the one to whom it goes, on the channel by which it goes', () => {
  const [qq, feishu] = [rung('qq'), rung('feishu')];
  const one = entry(1, [qq, feishu], { message: ALERT });
  expect(dress(one, qq).buttons?.[0]?.token).toBe('key-qq qq qq-me');
  expect(dress(one, feishu).buttons?.[0]?.token).toBe('key-feishu feishu feishu-me');
});

test('it says what to mend on the channel that refused it, and only there where it did', () => {
  const refused = rung('qq', { state: 'refused', fix: 'allow_push' });
  const feishu = rung('feishu');
  const one = entry(1, [refused, feishu], { message: ALERT });
  expect(dress(one, feishu).note).toMatch(/^send \/restart main\nQQ does not let me push/);
  expect(dress(one, refused).note).toBe('send /restart main');
  expect(dress(entry(1, [rung('qq', { state: 'refused' }), feishu], { message: ALERT }), feishu).note).toBe(
    'send /restart main',
  );
  expect(dress(entry(1, [{ ...refused, state: 'open' }, feishu], { message: ALERT }), feishu).note).toBe(
    'send /restart main',
  );
});

test('a message without a note gets one; the same advice is given once', () => {
  const bare: Message = { tone: 'critical', title: 'x' };
  const feishu = rung('feishu');
  expect(dress(entry(1, [feishu], { message: bare }), feishu)).toEqual(bare);
  const twice = entry(
    1,
    [rung('qq', { state: 'refused', fix: 'add_friend' }), rung('qq2', { state: 'refused', fix: 'add_friend' }), feishu],
    { message: bare },
  );
  expect(dress(twice, feishu).note).toBe('QQ does not let me write to you: add the bot as a friend');
});

test('one that waited in the quiet hours says when it was written', () => {
  const feishu = rung('feishu');
  const at = Date.parse('2026-11-20T23:10:05+08:00');
  const waited = entry(1, [feishu], {
    message: ALERT,
    at,
    held: 'quiet',
    notBefore: Date.parse('2026-11-21T07:00:00+08:00'),
  });
  expect(dress(waited, feishu).note).toBe(
    'send /restart main\nWritten at 20 Nov 23:10:05, held back in the quiet hours. /status says how it is now',
  );
  expect(dress({ ...waited, held: 'gathering', notBefore: at + 3_000 }, feishu).note).toBe('send /restart main');
});
