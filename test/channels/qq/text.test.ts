/** What happens to a text before it goes to QQ. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defang, defangedBytes, defangHard } from '../../../src/channels/qq/content/defang.ts';
import { split } from '../../../src/channels/qq/content/split.ts';

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

const lineEnds = (text: string): number => text.split('\n').length - 1;
const withoutLineEnds = (text: string): string => text.replaceAll('\n', '');

/** Texts as they come: lines, Chinese, emoji, dots, URLs. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('\n', '\n\n', '重启完成', '🔴', 'api.example.com', 'http://10.0.0.1:80/', '<@u>', '...'),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

describe('split', () => {
  it('loses nothing, keeps each part within the limit and cuts no code point', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 200 }), (text, limit) => {
        const parts = split(text, limit);
        expect(withoutLineEnds(parts.join(''))).toBe(withoutLineEnds(text));
        // Each part may have taken the line end behind it, and no other is missing.
        expect(lineEnds(text) - lineEnds(parts.join(''))).toBeLessThanOrEqual(parts.length);
        for (const part of parts) {
          expect(bytes(part)).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves room for what defanging adds, gently or hard', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 200 }), (text, limit) => {
        for (const part of split(text, limit, defangedBytes)) {
          expect(bytes(defang(part))).toBeLessThanOrEqual(limit);
          expect(bytes(defangHard(part))).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { why: 'nothing', text: '', limit: 10, parts: [] },
    { why: 'what fits', text: 'a\nb', limit: 3, parts: ['a\nb'] },
    { why: 'lines, at the last line end that fits', text: 'aaa\nbbb\nccc', limit: 8, parts: ['aaa\nbbb', 'ccc'] },
    { why: 'a long line, between characters', text: '重启完成', limit: 7, parts: ['重启', '完成'] },
    { why: 'a surrogate pair, not at all', text: 'aaa🔴b', limit: 5, parts: ['aaa', '🔴b'] },
    { why: 'around empty lines', text: 'xxxx\n\n\nxxxx', limit: 4, parts: ['xxxx', '\n', 'xxxx'] },
    { why: 'an empty first line', text: '\nabcdef', limit: 4, parts: ['\nabc', 'def'] },
  ])('cuts $why', ({ text, limit, parts }) => {
    expect(split(text, limit)).toEqual(parts);
  });
});

describe('defang', () => {
  it.each([
    ['api.sgroup.qq.com answered', 'api[.]sgroup[.]qq[.]com answered'],
    ['www.example.com/a.html', 'www[.]example[.]com/a[.]html'],
    ['https://example.com:8080/x', 'https[:]//example[.]com:8080/x'],
    ['http://127.0.0.1:8080/x', 'http[:]//127[.]0[.]0[.]1:8080/x'],
    ['<http://a.com><http://b.com>', '<http[:]//a[.]com><http[:]//b[.]com>'],
    ['me@mail.example.org', 'me@mail[.]example[.]org'],
    ['run.sh, 1.sh and agent.log', 'run[.]sh, 1[.]sh and agent[.]log'],
    ['~/.hermes/logs/日志.log', '~/.hermes/logs/日志[.]log'],
    ['gateway.run: asyncio.TimeoutError', 'gateway[.]run: asyncio[.]TimeoutError'],
    ['hermes-gateway.service', 'hermes-gateway[.]service'],
    ['EXAMPLE.COM', 'EXAMPLE[.]COM'],
    ['a.b.com', 'a.b[.]com'],
    ['libssl.so.1.1', 'libssl[.]so.1.1'],
    ['Hermes 0.19.2, v0.19.2', 'Hermes 0.19.2, v0.19.2'],
    ['took 1.5s, load 0.75', 'took 1.5s, load 0.75'],
    ['10:31:05.123 on 2026.11.21', '10:31:05.123 on 2026.11.21'],
    ['127.0.0.1:8080', '127.0.0.1:8080'],
    ['e.g. this, i.e. that.', 'e.g. this, i.e. that.'],
    ['wait... Then. End.', 'wait... Then. End.'],
    ['a < b <div>', 'a < b <div>'],
  ])('%s → %s', (text, expected) => {
    expect(defang(text)).toBe(expected);
  });

  it.each([
    ['https://example.com:8080/x', 'https example·com:8080/x'],
    ['127.0.0.1 and 0.19.2', '127·0·0·1 and 0·19·2'],
    ['Done. Now', 'Done. Now'],
  ])('hard: %s → %s', (text, expected) => {
    expect(defangHard(text)).toBe(expected);
  });
});
