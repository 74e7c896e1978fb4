import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInbound } from '../../../src/channels/qq/inbound-event.ts';
import { readMessageEvent } from '../../../src/channels/feishu/message-event.ts';
import { readTap } from '../../../src/channels/feishu/tap-event.ts';
import { freshness, isSurelyNew } from '../../../src/chat/bus/freshness.ts';
import { sentAtOf } from '../../../src/chat/inbound/sent-at.ts';

const NOW = Date.parse('2026-11-21T10:31:05+08:00');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('freshness', () => {
  it.each<[string, number | null, unknown]>([
    ['just now', NOW, { kind: 'fresh' }],
    ['five minutes ago', NOW - 5 * MINUTE, { kind: 'fresh' }],
    ['a little more', NOW - 5 * MINUTE - 1, { kind: 'stale', ageMs: 5 * MINUTE + 1 }],
    ['two minutes ahead', NOW + 2 * MINUTE, { kind: 'fresh' }],
    ['more than that ahead', NOW + 2 * MINUTE + 1, { kind: 'ahead', aheadMs: 2 * MINUTE + 1 }],
    ['an hour ahead', NOW + HOUR, { kind: 'ahead', aheadMs: HOUR }],
    ['more than a day ahead', NOW + 24 * HOUR + 1, { kind: 'undated' }],
    ['at no time that can be read', null, { kind: 'undated' }],
    ['never', NaN, { kind: 'undated' }],
    ['at the end of time', Infinity, { kind: 'undated' }],
    ['before time began', -Infinity, { kind: 'undated' }],
  ])('of a message sent %s', (_when, sentAt, expected) => {
    expect(freshness(sentAt, NOW, null)).toEqual(expected);
  });

  it.each<[string, number, number, string]>([
    ['before the store began', NOW - MINUTE, NOW - 30_000, 'before_store'],
    ['in the same second, by a platform whose times have no parts of it', NOW - 30_500, NOW - 30_000, 'fresh'],
    ['after it', NOW - 20_000, NOW - 30_000, 'fresh'],
    ['long before it', NOW - 10 * MINUTE, NOW - 30_000, 'stale'],
    ['while the store is from the future: that clock has been set back since', NOW - MINUTE, NOW + HOUR, 'fresh'],
  ])('of a message sent %s', (_when, sentAt, knowsSince, kind) => {
    expect(freshness(sentAt, NOW, knowsSince).kind).toBe(kind);
  });
});

const AT = Date.parse('2026-11-21T02:00:00Z');

/** What a platform, a bug or an attacker may write where the time belongs; null: it must not be taken for any time. */
const WRITTEN: readonly (readonly [string, unknown, number | null])[] = [
  ['RFC 3339 with a zone', '2026-11-21T10:00:00+08:00', AT],
  ['RFC 3339 in UTC', '2026-11-21T02:00:00Z', AT],
  ['RFC 3339 with milliseconds', '2026-11-21T02:00:00.123Z', AT + 123],
  ['RFC 3339 without a zone', '2026-11-21T10:00:00', null],
  ['a date alone', '2026-11-21', null],
  ['a year alone', '2026', null],
  ['a day that there is not', '2026-13-45T10:00:00Z', null],
  ['a date in words', 'Sat, 21 Nov 2026 02:00:00 GMT', null],
  ['seconds as a number', AT / 1_000, AT],
  ['seconds as a string', String(AT / 1_000), AT],
  ['seconds with parts', AT / 1_000 + 0.5, AT + 500],
  ['milliseconds as a number', AT, AT],
  ['milliseconds as a string', String(AT), AT],
  ['microseconds as a number', AT * 1_000, AT],
  ['microseconds as a string', `${AT}456`, AT],
  ['nanoseconds as a string', `${AT}456789`, AT],
  ['nothing', undefined, null],
  ['null', null, null],
  ['an empty string', '', null],
  ['blanks', ' ', null],
  ['a word', 'yesterday', null],
  ['zero', 0, null],
  ['a small number', 5, null],
  ['a negative number', -AT, null],
  ['a negative string', `-${AT}`, null],
  ['NaN', NaN, null],
  ['the word NaN', 'NaN', null],
  ['Infinity', Infinity, null],
  ['hexadecimal', '0x65d5a5a5a5', null],
  ['with an exponent', '1.7e12', null],
  ['a number too large for any unit', 1e30, null],
  ['a boolean', true, null],
  ['an object', { valueOf: () => NOW }, null],
  ['a list', [NOW], null],
];

describe('a time as it is written', () => {
  it.each(WRITTEN)('%s', (_what, written, at) => {
    expect(sentAtOf(written)).toBe(at);
  });

  it('is a whole number of milliseconds in the range of dates, or no time, whatever is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.double(), fc.string(), fc.bigInt().map(String)), (written) => {
        const at = sentAtOf(written);
        if (at === null) return;
        expect(Number.isSafeInteger(at)).toBe(true);
        expect(Number.isNaN(new Date(at).getTime())).toBe(false);
      }),
    );
  });

  it('never makes surely new what is older than five minutes, in whatever unit', () => {
    const units: readonly ((at: number) => unknown)[] = [
      (at) => at,
      String,
      (at) => at / 1_000,
      (at) => String(Math.floor(at / 1_000)),
      (at) => at * 1_000,
      (at) => `${at}000`,
      (at) => new Date(at).toISOString(),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 5 * MINUTE + 1_000, max: 10 * 365 * 24 * HOUR }),
        fc.constantFrom(...units),
        (ageMs, write) => {
          expect(isSurelyNew(freshness(sentAtOf(write(NOW - ageMs)), NOW, null))).toBe(false);
        },
      ),
    );
  });
});

/** The same time in the place where each platform gives it. */
const CHANNELS: readonly (readonly [string, (time: unknown) => number | null | undefined])[] = [
  [
    'a message of QQ',
    (time) =>
      toInbound({
        kind: 'dispatch',
        id: 'E',
        type: 'C2C_MESSAGE_CREATE',
        seq: 1,
        data: { id: 'M', content: '/restart', timestamp: time, author: { user_openid: 'U' } },
      })?.sentAt,
  ],
  [
    'a tap of QQ',
    (time) =>
      toInbound({
        kind: 'dispatch',
        id: 'E',
        type: 'INTERACTION_CREATE',
        seq: 1,
        data: { id: 'I', type: 11, timestamp: time, user_openid: 'U', data: { resolved: { button_data: 'T' } } },
      })?.sentAt,
  ],
  [
    'a message of Feishu',
    (time) => {
      const read = readMessageEvent({
        sender: { sender_type: 'user', sender_id: { open_id: 'ou_1' } },
        message: {
          message_id: 'om_1',
          create_time: time,
          chat_id: 'oc_1',
          chat_type: 'p2p',
          message_type: 'text',
          content: '{"text":"/restart"}',
        },
      });
      return read.kind === 'message' ? read.inbound.sentAt : undefined;
    },
  ],
  [
    'a tap of Feishu',
    (time) =>
      readTap(
        { event_id: 'e', create_time: time, operator: { open_id: 'ou_1' }, action: { value: { token: 'T' } } },
        () => false,
      )?.inbound.sentAt,
  ],
];

describe.each(CHANNELS)('%s', (_where, read) => {
  it.each(WRITTEN)('is dated by the same rule: %s', (_what, written, at) => {
    expect(read(written)).toBe(at);
  });
});
