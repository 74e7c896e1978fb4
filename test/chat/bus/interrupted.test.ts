import { describe, expect, it } from 'vitest';
import { interrupted, type OwedAnswer } from '../../../src/chat/bus/interrupted.ts';
import { plainText } from '../../../src/chat/message/message.ts';
import type { RequestStage } from '../../../src/chat/bus/request.ts';
import type { Locale } from '../../../src/text/locale.ts';

const NOW = Date.parse('2026-11-21T10:31:05+08:00');
const HOUR = 3_600_000;
const origin = { channel: 'feishu', id: 'om_1', user: 'ou_me', replyTo: 'om_1' };

interface Left {
  readonly text?: string;
  readonly stage?: RequestStage;
  readonly json?: string;
  readonly agoMs?: number;
  readonly treated?: boolean;
  readonly leftMs?: number | null;
  readonly knowsSince?: number | null;
  readonly locale?: Locale;
}

const told = ({
  text = '/mute 2h',
  stage,
  json,
  agoMs = 5_000,
  treated = false,
  leftMs = null,
  knowsSince = null,
  locale = 'en',
}: Left): readonly OwedAnswer[] =>
  interrupted(
    {
      seen: {
        takeUnfinished: () => [
          {
            channel: 'feishu',
            id: 'om_1',
            at: NOW - agoMs,
            unfinished: json ?? JSON.stringify({ origin, text, stage }),
          },
        ],
      },
      confirmations: {
        leftMs: (nonce, who) =>
          nonce === '7K2Q' && who.channel === 'feishu' && who.user === 'ou_me' && who.chat === null ? leftMs : null,
      },
      treated: (channel, id) => treated && channel === 'feishu' && id === 'om_1',
      onTreated: () => undefined,
      knowsSince,
      locale,
    },
    NOW,
  );

const words = (left: Left): string =>
  told(left)
    .map(({ message }) => plainText(message))
    .join('\n');

const QUESTION: RequestStage = {
  is: 'asked',
  question: { tone: 'warning', title: 'Restart main?' },
  nonce: '7K2Q',
  label: 'Restart',
};
const MUTED: RequestStage = {
  is: 'carried_out',
  answer: { tone: 'info', title: 'main is muted until 12:31:00', note: '/unmute ends it' },
};

describe('a request without an answer', () => {
  it.each<[string, Left, string]>([
    [
      'that had not begun was not carried out',
      { stage: { is: 'begun' } },
      '🟠 "/mute 2h" of 10:31:00 was not carried out\n\nLifeline itself was restarted meanwhile. Send it again if you still want it',
    ],
    [
      'by a tap is called a tap',
      { text: '', stage: { is: 'begun' } },
      '🟠 Your tap of 10:31:00 was not carried out\n\nLifeline itself was restarted meanwhile. Send it again if you still want it',
    ],
    [
      'that was carried out has its answer, and is never denied',
      { stage: MUTED },
      'main is muted until 12:31:00\n\n/unmute ends it\nLifeline itself was restarted meanwhile; you may have this answer already',
    ],
    [
      'that ran a program may have been carried out',
      { text: '/deploy', stage: { is: 'outside' } },
      '🟠 "/deploy" of 10:31:00 may or may not have been carried out\n\nLifeline itself was restarted meanwhile. Look first, then send it again if need be',
    ],
    [
      'that was being answered may have been answered',
      { text: '/status', stage: { is: 'answering' } },
      '"/status" of 10:31:00 may not have been answered\n\nLifeline itself was restarted meanwhile. Send it again if you have no answer',
    ],
    [
      'that was asked once more is asked again for as long as that counts',
      { text: '/restart main', stage: QUESTION, leftMs: 41_200 },
      '🟠 Restart main?\n\nReply 7K2Q within 42 seconds to confirm',
    ],
    [
      'whose question has run out was not confirmed',
      { text: '/restart main', stage: QUESTION, leftMs: 0 },
      '🟠 "/restart main" of 10:31:00 was not carried out: not confirmed in time\n\nLifeline itself was restarted meanwhile. Send it again if you still want it',
    ],
    [
      'of an earlier release may have been carried out',
      { json: JSON.stringify({ origin, text: '/mute 2h' }) },
      '🟠 "/mute 2h" of 10:31:00 may or may not have been carried out\n\nLifeline itself was restarted meanwhile. Look first, then send it again if need be',
    ],
    [
      'is told in Chinese',
      { stage: { is: 'begun' }, locale: 'zh-CN' },
      '🟠 10:31:00 的「/mute 2h」没有执行\n\nLifeline 中途重启了。还需要的话请再发一次',
    ],
  ])('%s', (_what, left, expected) => {
    expect(words(left)).toBe(expected);
  });

  it.each<[string, Left]>([
    ['has led to a treatment, which has a result of its own', { stage: { is: 'begun' }, treated: true }],
    ['was confirmed: that message has an answer of its own', { stage: QUESTION, leftMs: null }],
    ['is of yesterday', { stage: { is: 'begun' }, agoMs: 24 * HOUR }],
    ['stood in a backup that was put back', { stage: { is: 'begun' }, agoMs: HOUR, knowsSince: NOW - HOUR / 2 }],
    ['cannot be read', { json: '{"origin":' }],
    ['has no asker', { json: '{"text":"/restart"}' }],
  ])('is not told when it %s', (_what, left) => {
    expect(told(left)).toEqual([]);
  });

  it('is told when Lifeline was away for an hour, or its clock was set back', () => {
    for (const agoMs of [HOUR, -60_000]) expect(told({ stage: { is: 'begun' }, agoMs })).toHaveLength(1);
  });

  it('is told where it was asked, under the key of its answer: a platform that has that drops the repeat', () => {
    for (const stage of [{ is: 'begun' }, { is: 'answering' }, MUTED] satisfies RequestStage[])
      expect(told({ stage })).toMatchObject([{ to: origin, key: 'om_1 answer' }]);
    expect(told({ stage: QUESTION, leftMs: 5_000 })).toMatchObject([{ key: 'om_1 answer' }]);
    // The question may be on the phone; this says something else.
    expect(told({ stage: QUESTION, leftMs: 0 })).toMatchObject([{ key: 'om_1 expired' }]);
  });

  it('that has led to a treatment was carried out, for the audit as well', () => {
    const entries: number[] = [];
    const left = { origin, text: '/restart main', stage: { is: 'begun' }, entry: 7 };
    interrupted(
      {
        seen: { takeUnfinished: () => [{ channel: 'feishu', id: 'om_1', at: NOW, unfinished: JSON.stringify(left) }] },
        confirmations: { leftMs: () => null },
        treated: () => true,
        onTreated: (entry) => entries.push(entry),
        knowsSince: null,
        locale: 'en',
      },
      NOW,
    );
    expect(entries).toEqual([7]);
  });
});
