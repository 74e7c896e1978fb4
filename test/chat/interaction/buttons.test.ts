import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createButtons } from '../../../src/chat/interaction/buttons.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { ownFolder } from '../../store/helpers.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T03:00:00+08:00');
const ME = { channel: 'qq', user: 'ME' };
const ALERT: Message = {
  tone: 'critical',
  title: 'main is down',
  buttons: [
    { label: 'Restart', style: 'danger', command: '/restart main' },
    { label: 'Logs', style: 'plain', command: '/logs main' },
  ],
};

const setUp = (path = join(ownFolder(), 'lifeline.db')) => {
  const db = openDatabase(path);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  const buttons = createButtons(db);
  const tokensOf = (key: string, now = NOW, to = ME): string[] =>
    (buttons.attachButtonTokens(ALERT, { key, ...to }, now).buttons ?? []).map(({ token }) => token ?? '');
  return { db, path, buttons, tokensOf };
};

test('each button gets a token of its own that says nothing, and keeps all else', () => {
  const { buttons } = setUp();
  const sealed = buttons.attachButtonTokens(ALERT, { key: 'k1', ...ME }, NOW);
  const tokens = (sealed.buttons ?? []).map(({ token }) => token ?? '');
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{24}$/);
  expect({ ...sealed, buttons: (sealed.buttons ?? []).map(({ token: _token, ...button }) => button) }).toEqual(ALERT);
});

test('a message without buttons is left as it is', () => {
  const { buttons } = setUp();
  const plain: Message = { tone: 'info', title: 'x' };
  expect(buttons.attachButtonTokens(plain, { key: 'k', ...ME }, NOW)).toBe(plain);
  const none: Message = { ...plain, buttons: [] };
  expect(buttons.attachButtonTokens(none, { key: 'k', ...ME }, NOW)).toBe(none);
});

test('each try of one delivery has the same tokens, also after a restart of Lifeline; another delivery has others', () => {
  const { db, path, tokensOf } = setUp();
  const first = tokensOf('k1');
  expect(tokensOf('k1', NOW + HOUR)).toEqual(first);
  db.close();
  const again = setUp(path);
  expect(again.tokensOf('k1')).toEqual(first);
  expect(again.tokensOf('k2').some((token) => first.includes(token))).toBe(false);
});

test('a tap stands for its command, and for the same once more when it is tapped again', () => {
  const { buttons, tokensOf } = setUp();
  const [restart = '', logs = ''] = tokensOf('k1');
  expect(buttons.press(restart, ME, NOW)).toEqual({ kind: 'command', command: '/restart main', again: false });
  expect(buttons.press(restart, ME, NOW)).toEqual({ kind: 'command', command: '/restart main', again: true });
  expect(buttons.press(logs, ME, NOW)).toEqual({ kind: 'command', command: '/logs main', again: false });
});

test('a restart of Lifeline does not forget that a button was tapped', () => {
  const { db, path, buttons, tokensOf } = setUp();
  const [restart = ''] = tokensOf('k1');
  buttons.press(restart, ME, NOW);
  db.close();
  expect(setUp(path).buttons.press(restart, ME, NOW)).toMatchObject({ again: true });
});

test.each([
  ['another person', { channel: 'qq', user: 'YOU' }],
  ['the same id on another channel', { channel: 'feishu', user: 'ME' }],
])('the token of one person means nothing from %s, and is not used up by that', (_who, by) => {
  const { buttons, tokensOf } = setUp();
  const [restart = ''] = tokensOf('k1');
  expect(buttons.press(restart, by, NOW)).toEqual({ kind: 'unknown' });
  expect(buttons.press(restart, ME, NOW)).toMatchObject({ again: false });
});

test.each([[''], ['/restart main'], ["' OR 1=1 --"], ['x'.repeat(10_000)]])(
  'a token that was never given out means nothing: %s',
  (token) => {
    const { buttons, tokensOf } = setUp();
    tokensOf('k1');
    expect(buttons.press(token, ME, NOW)).toEqual({ kind: 'unknown' });
  },
);

test('a button counts for a day, and is told from a forged one for some days more', () => {
  const { buttons, tokensOf } = setUp();
  const [restart = ''] = tokensOf('k1');
  expect(buttons.press(restart, ME, NOW + 24 * HOUR + 1)).toEqual({ kind: 'expired' });
  tokensOf('k2', NOW + 5 * 24 * HOUR);
  expect(buttons.press(restart, ME, NOW + 5 * 24 * HOUR)).toEqual({ kind: 'expired' });
  tokensOf('k3', NOW + 30 * 24 * HOUR);
  expect(buttons.press(restart, ME, NOW + 30 * 24 * HOUR)).toEqual({ kind: 'unknown' });
  expect(setUp().buttons.press(restart, ME, NOW)).toEqual({ kind: 'unknown' });
});

test('a message that arrives only after two days of tries has buttons that count', () => {
  const { buttons, tokensOf } = setUp();
  const first = tokensOf('k1');
  expect(tokensOf('k1', NOW + 48 * HOUR)).toEqual(first);
  expect(buttons.press(first[0] ?? '', ME, NOW + 60 * HOUR)).toMatchObject({ kind: 'command', again: false });
});

test('a message that is changed has other buttons in their places, and none stands for what was there before', () => {
  const { buttons } = setUp();
  const tokenOf = (message: Message, command: string): string =>
    buttons.attachButtonTokens(message, { key: 'om_1', ...ME }, NOW).buttons?.find((each) => each.command === command)
      ?.token ?? '';
  const [restart, logs] = ALERT.buttons ?? [];
  const restartToken = tokenOf(ALERT, '/restart main');
  const without: Message = {
    ...ALERT,
    buttons: [...(logs ? [logs] : []), { label: 'Got it', style: 'plain', command: '/ack 1' }],
  };
  const logsToken = tokenOf(without, '/logs main');
  expect(buttons.press(logsToken, ME, NOW)).toMatchObject({ command: '/logs main' });
  expect(buttons.press(tokenOf(without, '/ack 1'), ME, NOW)).toMatchObject({ command: '/ack 1' });
  expect(tokenOf({ ...ALERT, buttons: restart ? [restart] : [] }, '/restart main')).toBe(restartToken);
});
