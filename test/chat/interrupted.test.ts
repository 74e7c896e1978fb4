import { expect, it } from 'vitest';
import { interrupted } from '../../src/chat/interrupted.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const origin = { channel: 'feishu', id: 'om_1', user: 'ou_me', replyTo: 'om_1' };
const left = (unfinished: string, agoMs = 5_000) => ({ takeUnfinished: () => [{ channel: 'feishu', id: 'om_1', at: NOW - agoMs, unfinished }] });
const asked = JSON.stringify({ origin, text: '/restart main' });

it.each<[string, string, number, boolean, number]>([
  ['a command that was cut short is told to its asker', asked, 5_000, false, 1],
  ['one that led to a treatment has a result of its own', asked, 5_000, true, 0],
  ['nobody waits any more for one of long ago', asked, 16 * 60_000, false, 0],
  ['a clock that was set back does not hide it', asked, -60_000, false, 1],
  ['a note that cannot be read is passed over', '{"origin":', 5_000, false, 0],
  ['as is one without an asker', '{"text":"/restart"}', 5_000, false, 0],
])('%s', (_what, unfinished, agoMs, treated, count) => {
  const told = interrupted(left(unfinished, agoMs), (channel, id) => treated && channel === 'feishu' && id === 'om_1', NOW);
  expect(told).toEqual(count ? [{ origin, text: '/restart main' }] : []);
});
