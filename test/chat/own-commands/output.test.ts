import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLines, cleanText, fitCode, shortened } from '../../../src/chat/own-commands/output.ts';
import { createOutputKeeper, KEPT_BYTES } from '../../../src/chat/own-commands/program.ts';
import { LinearPattern } from '../../../src/chat/own-commands/parameters.ts';
import { collectGarbage } from '../../collect-garbage.ts';

const kept = (text: string, most: number, chunk = 7) => {
  const keeper = createOutputKeeper(most);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) keeper.add(bytes.subarray(at, at + chunk));
  return keeper.kept();
};

describe('what is kept of an output', () => {
  it('is its beginning and its end, and the number of bytes between, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 1, max: 300 }),
        (bytes, most, chunk) => {
          const keeper = createOutputKeeper(most);
          for (let at = 0; at < bytes.length; at += chunk) keeper.add(Buffer.from(bytes.subarray(at, at + chunk)));
          const { head, tail, droppedBytes } = keeper.kept();
          const half = Math.floor(most / 2);
          const all = Buffer.from(bytes);
          expect(head).toEqual(all.subarray(0, half));
          expect(tail).toEqual(all.subarray(Math.max(half, all.length - half)));
          expect(droppedBytes).toBe(Math.max(0, all.length - 2 * half));
        },
      ),
    );
  });

  it('is cut at line ends, so that no half of a secret is left', () => {
    const text = `begin\ntoken=${'a1b2c3d4'.repeat(20)}\nmiddle\n${'x'.repeat(100)}\npassword=${'s3cr3tpw'.repeat(20)}\nend`;
    for (let most = 10; most < text.length; most += 1) {
      const shown = cleanLines(kept(text, most), 'en').join('\n');
      expect(shown, String(most)).not.toMatch(/a1b2|c3d4|s3cr|3tpw/);
    }
  });

  it('has whole lines only, wherever the cut is', () => {
    const lines = ['begin', ...Array.from({ length: 20 }, (_each, index) => `line ${index} of many`), 'end'];
    const text = lines.join('\n');
    for (let most = 12; most < text.length; most += 1) {
      const shown = cleanLines(kept(text, most), 'en');
      expect(
        shown.filter((line) => !lines.includes(line)),
        String(most),
      ).toEqual([expect.stringMatching(/^… \(\d+ B left out\) …$/)]);
    }
  });

  it('takes no more memory for more output', async () => {
    const keeper = createOutputKeeper();
    const chunk = Buffer.alloc(KEPT_BYTES, 'x');
    const held = (): number => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    for (let count = 0; count < 8_000; count += 1) keeper.add(chunk);
    // All that was added would be thirty times as much. What was collected is given back a moment later.
    await expect.poll(() => held() - before, { timeout: 30_000 }).toBeLessThan(8_000_000);
    expect(keeper.kept().droppedBytes).toBe(7_999 * KEPT_BYTES);
  });

  it('has no half characters where nothing was left out', () => {
    expect(cleanLines(kept('磁盘用量\n'.repeat(20), 10_000, 1), 'en')).toEqual(
      Array.from({ length: 20 }, () => '磁盘用量'),
    );
  });

  it('has no blank lines at its end', () =>
    expect(cleanLines(kept('a\n\nb\n\n\n', 100), 'en')).toEqual(['a', '', 'b']));
  it('is nothing for nothing', () => expect(cleanLines(kept(' \n\n', 100), 'en')).toEqual([]));
});

describe('cleaning', () => {
  // Where the time grows with the square of the length, such texts take minutes, in which no other command would be
  // served.
  it.each(['\x1b]', '\x1b[', '\x1b]8;;a', '\x1b[1;', '\x1bP', '\x9b1;', '\x1b', '\r', '\x1b]a\n', 'token=', '='])(
    'takes a moment for any number of %j',
    (part) => {
      const text = part.repeat((6 * KEPT_BYTES) / part.length);
      const spent = process.cpuUsage();
      cleanText(text);
      expect(process.cpuUsage(spent).user / 1_000).toBeLessThan(10_000);
    },
  );

  it('leaves nothing of an escape sequence or a control character, whatever the text', () => {
    const part = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '31',
      'm',
      ';',
      '\x07',
      '\\',
      '\x9b',
      '\x9d',
      '\r',
      '\n',
      'text',
      '\x00',
      '\u202e',
      '\u2028',
      'P',
      '?',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        expect(cleanText(parts.join(''))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
      }),
    );
  });

  it('hides what it is told to hide, but not what stands in every text', () => {
    expect(cleanText('a correct horse a', ['correct horse', 'a', ''])).toBe('a *** a');
  });
});

describe('what is shown of many lines', () => {
  it('is all of them where they are few', () => expect(fitCode('x', ['a', 'b'], 'en')).toEqual({ code: ['a', 'b'] }));
  it('is nothing of none', () => expect(fitCode('x', [], 'en')).toEqual({}));

  it('is the beginning of a long line, with the whole as a file', () => {
    const long = 'é'.repeat(400);
    expect(fitCode('x', [long], 'en')).toEqual({
      code: [`${'é'.repeat(299)}…`],
      attachment: { name: 'x.txt', text: `${long}\n` },
    });
  });

  it('is never more than a phone takes, and always the first and the last', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: 1, max: 500 }).map((length) => 'x'.repeat(length)),
          { minLength: 1, maxLength: 120 },
        ),
        (lines) => {
          const { code = [], attachment } = fitCode('x', lines, 'en');
          expect(code.length).toBeLessThanOrEqual(41);
          expect(code.join('\n').length).toBeLessThan(4_100);
          expect([code[0], code.at(-1)]).toEqual([shortened(lines[0] ?? '', 300), shortened(lines.at(-1) ?? '', 300)]);
          if (code.length < lines.length) expect(attachment?.text).toBe(`${lines.join('\n')}\n`);
        },
      ),
    );
  });
});

describe('a pattern', () => {
  it.each<[string, string, boolean]>([
    ['[a-z]+', 'abc', true],
    ['[a-z]+', 'abc; id', false],
    ['^[a-z]+$', 'abc', true],
    ['(?i)[a-z]+', 'ABC', true],
    ['a|ab', 'ab', true],
    ['[a-z]+$', 'abc\n', false],
    ['\\p{Han}+', '磁盘', true],
  ])('%s matches the whole of a text or nothing: %j', (source, text, expected) => {
    const pattern = new LinearPattern(source);
    expect([
      pattern.test(text),
      text.search(pattern) >= 0,
      pattern.exec(text) !== null,
      text.match(pattern) !== null,
    ]).toEqual([expected, expected, expected, expected]);
  });
});
