/**
 * Foreign text on its way to a platform: nothing in it calls anybody or steers anything, and the rest stays as it was.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutControls } from '../../src/base/controls.ts';
import { harmless } from '../../src/base/harmless.ts';

test.each([
  ['<at user_id="all">所有人</at>', '< at user_id="all">所有人< /at>'],
  ['<AT id=all></AT>', '< AT id=all>< /AT>'],
  ['<at\tid=all>', '< at\tid=all>'],
  ['<<at id=all>', '<< at id=all>'],
  ['<\u200bat id=all>', '< at id=all>'],
  ['<\u200dat id=all>', '< \u200dat id=all>'],
  ['<\u001b[31mat id=all>', '< at id=all>'],
  ['<\u202eat id=all>', '< at id=all>'],
  ['&lt;at id=all&gt;', '&lt; at id=all&gt;'],
  ['&#60;at id=all&#62;', '&#60; at id=all&#62;'],
  ['&#x3C;at id=all>', '&#x3C; at id=all>'],
  ['<person id="ou_1"></person>', '< person id="ou_1">< /person>'],
  [
    '<@1234> <@!5> <#6> <qqbot-at-user id="7" /> <emoji:8>',
    '< @1234> < @!5> < #6> < qqbot-at-user id="7" /> < emoji:8>',
  ],
  ['<qqbot-at-everyone />', '< qqbot-at-everyone />'],
  ['<@everyone>', '< @ everyone>'],
  ['@everyone @here @all @EVERYONE', '@ everyone @ here @ all @ EVERYONE'],
  ['@\u200beveryone', '@ everyone'],
  ['@所有人 @全体成员', '@ 所有人 @ 全体成员'],
  ['@_user_1 @_all', '@ _user_1 @ _all'],
  ['a\r\nb\rc', 'a\nb\nc'],
  ['a\u0000b\u0007c\u009bd', 'abc'],
  ['half \ud800 of one', 'half \ufffd of one'],
])('%j becomes %j', (text, expected) => {
  expect(harmless(text)).toBe(expected);
});

test.each([
  'Traceback: <module> in <listcomp>, a < b, x <= y, <class "x">',
  'me@example.com and @larksuiteoapi/node-sdk@1.74.0, @attr, atlas <attribute>',
  '一行中文，\t带制表符\n第二行 👩‍👩‍👧 ❤️',
  'ERROR 2026-11-21 10:31:05,123 gateway.run: [QQBot:1] (code=4009) {"a": "b"} `x` **y** [z](w)',
])('%j stays as it is', (text) => {
  expect(harmless(text)).toBe(text);
});

describe('whatever it was made of', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        '<',
        '&lt;',
        '&#60;',
        '@',
        'at',
        'AT ',
        ' id=all>',
        'all',
        'everyone',
        'qqbot-at-everyone/>',
        '/',
        '!',
        '#',
        'person',
        '\u200b',
        '\u200d',
        '\u001b',
        '\u001b[',
        '\u001b]',
        '31m',
        '\u0007',
        '\u009b',
        '\u202e',
        '\r',
        '\n',
        '所有人',
        '_user_1',
        '\ud800',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 40 },
  );

  test('it calls nobody, not even when a platform strips what is invisible, and is the same when it is made harmless again', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = harmless(parts.join(''));
        const seen = text.replaceAll(/[\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]/g, '');
        expect(seen).not.toMatch(/<\/?(?:at\b|@|!|#|qqbot|emoji|person\b)|@(?:everyone|here\b|all\b|所有人|_user_)/i);
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(text.isWellFormed()).toBe(true);
        expect(harmless(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('it takes no longer for being hostile', () => {
    const length = 1_000_000;
    for (const unit of [
      '\u001b]',
      '\u001b',
      '\u001b[',
      '\u009d',
      '<',
      '&',
      '&#0',
      '&lt;',
      '@',
      '<\u200d',
      '@\u200d',
      '\r',
      '\u200b',
      'a<at ',
      '\ud800',
      `<${'\u200d'.repeat(length - 1)}`,
      `<${'\u200d'.repeat(length / 2)}/${'\u200d'.repeat(length / 2)}`,
      `&#${'0'.repeat(length)}`,
    ]) {
      const text = unit.repeat(Math.max(1, length / unit.length));
      expect(harmless(text).length).toBeLessThanOrEqual(2 * text.length);
      expect(withoutControls(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});
