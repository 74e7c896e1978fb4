import { appendFile, link, mkdtemp, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { parseHead } from '../../../src/gateways/hermes/log-line.ts';
import { logNames } from '../../../src/sensors/logs/log-files.ts';
import type { LogQuery } from '../../../src/sensors/logs/log-query.ts';
import { searchLogs, type LogPage, type SearchLimits } from '../../../src/sensors/logs/log-search.ts';
import { judgeHere } from './judge-here.ts';
import { naiveSearch } from './log-search-naive.ts';
import { extent } from '../../deep.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-search-'));
  path = join(folder, 'gateway.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ALL: LogQuery = { count: 20, least: null, since: null, text: null, pattern: null, context: 0, before: null };
const search = async (query: Partial<LogQuery> = {}, limits: Omit<SearchLimits, 'trust'> = {}): Promise<LogPage> =>
  searchLogs(await logNames(path, OWN_FILES), { ...ALL, ...query }, parseHead, {
    trust: OWN_FILES,
    judging: judgeHere({ ...ALL, ...query }),
    ...limits,
  });
const texts = ({ lines }: LogPage): string[] => lines.map(({ text }) => text);

const NOON = new Date(2026, 10, 21, 12).getTime();
const head = (second: number, level = 'INFO', message = 'hello'): string => {
  const at = new Date(NOON + second * 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},000 ${level} gateway.run: ${message}`;
};
const MB = 1_048_576;

/** @returns all pages from the newest on, their lines oldest first. */
const everyPage = async (
  query: Partial<LogQuery>,
  limits: Omit<SearchLimits, 'trust'> = {},
  between: (page: LogPage) => Promise<void> = async () => undefined,
): Promise<LogPage['lines']> => {
  let lines: LogPage['lines'] = [];
  for (let before = query.before ?? null, page; ; before = page.older) {
    page = await search({ ...query, before }, limits);
    lines = [...page.lines, ...lines];
    if (!page.older) return lines;
    await between(page);
  }
};

describe('paging through a log', () => {
  const message = fc.oneof(
    fc.constantFrom('hello', 'closed code=4009', 'Failed', 'token=abcdefgh', ''),
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
  );
  const line = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        late: fc.integer({ min: -3, max: 3 }),
        level: fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'),
        text: message,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'Traceback (most recent call last):',
        '  File "x.py", line 1',
        'ValueError: failed',
        '',
        'token=abcdefgh',
      ),
    },
  );
  const log = fc.array(fc.array(line, { maxLength: 25 }), { minLength: 1, maxLength: 3 });
  const query = fc.record({
    least: fc.constantFrom(null, null, 'info', 'warning', 'error', 'critical'),
    since: fc.option(fc.integer({ min: -2, max: 60 }).map((second) => NOON + second * 1_000)),
    text: fc.constantFrom(null, null, 'fail', 'HELLO', 'token', 'abcdefgh', 'nowhere'),
    pattern: fc.constantFrom(null, null, 'code=\\d+', '^ +file', 'e.*o', 'token=[^a]'),
    context: fc.constantFrom(0, 0, 1, 3),
  } as const);

  test('gives exactly what the plainest filter over the whole text gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        log,
        query,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(4_000, MB),
        fc.boolean(),
        async (files, asked, count, chunkBytes, scanBytes, ended) => {
          let second = 0;
          const written = files.map((lines, index) => {
            const text = lines
              .map((each) => (typeof each === 'string' ? each : head((second += 1) + each.late, each.level, each.text)))
              .join('\n');
            return lines.length > 0 && (ended || index < files.length - 1) ? `${text}\n` : text;
          });
          await rm(folder, { recursive: true });
          folder = await mkdtemp(join(tmpdir(), 'lifeline-search-'));
          path = join(folder, 'gateway.log');
          for (const [index, text] of written.toReversed().entries())
            await writeFile(index === 0 ? path : `${path}.${index}`, text);
          const found = await everyPage({ ...asked, count }, { chunkBytes, scanBytes, aheadBytes: 100 });
          expect(found).toEqual(naiveSearch(written, asked, parseHead));
        },
      ),
      { numRuns: extent(250, 60) },
    );
  });

  test.each<Partial<LogQuery>>([
    { text: 'boom 7' },
    { text: 'boom 7', context: 2 },
    { least: 'error', context: 1 },
    { pattern: 'record [37]$' },
  ])('loses no part of a record at which the scan limit comes: %j', async (asked) => {
    const story = Array.from({ length: 60 }, (_, n) =>
      [
        head(n, n % 9 === 0 ? 'ERROR' : 'INFO', `record ${n % 10}`),
        '  File "a.py"',
        '  File "b.py"',
        '  File "c.py"',
        `ValueError: boom ${n % 10}`,
      ].join('\n'),
    );
    const text = `${story.join('\n')}\n`;
    await writeFile(path, text);
    for (const scanBytes of [700, 730, 761, 800]) {
      const found = await everyPage({ ...asked, count: 50 }, { chunkBytes: 64, scanBytes });
      expect(found).toEqual(naiveSearch([text], { ...ALL, ...asked }, parseHead));
    }
  });

  test('reads a file with two names once, as it has them in the middle of a rotation', async () => {
    await writeFile(path, `${head(1)}\n`);
    await link(path, `${path}.1`);
    expect(texts(await search())).toEqual([head(1)]);
  });

  test('says that there is nothing older when no older line answers', async () => {
    await writeFile(path, `${head(1)}\n${head(2, 'ERROR')}\n${head(3, 'ERROR')}\n${head(4)}\n`);
    expect(await search({ least: 'error', count: 2 })).toMatchObject({ older: null, cutOff: false });
    expect((await search({ least: 'error', count: 1 })).older).not.toBeNull();
  });

  test('goes on at the same line while the log grows and is rotated', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => head(n, 'INFO', `line ${n}`));
    await writeFile(path, `${lines.join('\n')}\n`);
    let turn = 0;
    const found = await everyPage({ count: 7 }, { chunkBytes: 100 }, async () => {
      turn += 1;
      await appendFile(path, `${head(100)} newer\n`);
      if (turn === 2 || turn === 4) {
        if (turn === 4) await rename(`${path}.1`, `${path}.2`);
        await rename(path, `${path}.1`);
        await writeFile(path, `${head(200)}\n`);
      }
    });
    expect(found.map(({ text }) => text)).toEqual(lines);
  });

  test('says so when the place is gone', async () => {
    await writeFile(path, `${head(1)}\n${head(2)}\n`);
    const { older } = await search({ count: 1 });
    await writeFile(path, `${head(7)}\n${head(8)}\n`);
    await expect(search({ count: 1, before: older })).rejects.toMatchObject({
      name: 'UserError',
      code: 'LOG_MOVED_ON',
    });
  });

  test('takes a place from JSON', async () => {
    await writeFile(path, `${head(1)}\n${head(2)}\n`);
    const { older } = await search({ count: 1 });
    expect(texts(await search({ before: JSON.parse(JSON.stringify(older)) as typeof older }))).toEqual([head(1)]);
  });
});

describe('a record', () => {
  const story = [
    head(1),
    head(2, 'ERROR', 'QQ startup failed: x'),
    'Traceback (most recent call last):',
    '  File "a.py"',
    'ValueError: boom',
    head(3),
    head(4),
  ];
  beforeEach(() => writeFile(path, `${story.join('\n')}\n`));

  test.each<[string, Partial<LogQuery>, number[]]>([
    ['is shown whole when its first line matches', { text: 'startup FAILED' }, [1, 2, 3, 4]],
    ['is shown whole when its last line matches', { text: 'boom' }, [1, 2, 3, 4]],
    ['is shown whole for its level', { least: 'warning' }, [1, 2, 3, 4]],
    ['is shown whole for its date', { since: NOON + 2_000 }, [1, 2, 3, 4, 5, 6]],
    ['is shown whole for a pattern', { pattern: '^value\\w+: (b|c)' }, [1, 2, 3, 4]],
    ['has lines around it', { text: 'boom', context: 1 }, [0, 1, 2, 3, 4, 5]],
    ['must answer everything', { text: 'boom', since: NOON + 3_000 }, []],
    ['is cut by the count, the end first', { text: 'boom', count: 2 }, [3, 4]],
  ])('%s', async (_name, query, expected) => {
    expect(texts(await search(query))).toEqual(expected.map((index) => story[index]));
  });

  test('gives its date and level to its lines, and says what is context', async () => {
    expect((await search({ text: 'boom', context: 1, count: 3 })).lines).toEqual([
      { at: NOON + 2_000, level: 'error', text: '  File "a.py"', match: true },
      { at: NOON + 2_000, level: 'error', text: 'ValueError: boom', match: true },
      { at: NOON + 3_000, level: 'info', text: story[5], match: false },
    ]);
  });
});

describe('what is read', () => {
  /** What this process has read by the kernel's count; null where it does not tell. */
  const readBytes = async (): Promise<number | null> => {
    const io = await readFile('/proc/self/io', 'utf8').catch(() => '');
    const found = /rchar: (\d+)/.exec(io)?.[1];
    return found === undefined ? null : Number(found);
  };
  const hugeLog = async (before: string, end: string): Promise<void> => {
    await writeFile(path, before);
    await truncate(path, 2_000 * MB);
    await appendFile(path, end);
  };

  test('is a little of two gigabytes for the last lines', async () => {
    const lines = Array.from({ length: 500 }, (_, n) => head(n));
    await hugeLog('', `\n${lines.join('\n')}\n`);
    const before = await readBytes();
    const page = await search();
    expect(texts(page)).toEqual(lines.slice(-20));
    expect(page.scanned.bytes).toBeLessThanOrEqual(2 * 65_536);
    const after = await readBytes();
    if (before !== null && after !== null) expect(after - before).toBeLessThan(4 * MB);
  });

  test('is little of a large log when the rest is too old, although some lines are out of order', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => head(n));
    const quoted = Array.from({ length: 100 }, (_, n) => head(-90_000 + n));
    await writeFile(path, `${[...lines.slice(0, 19_990), ...quoted, ...lines.slice(19_990)].join('\n')}\n`);
    const page = await search({ since: NOON + 19_980_000, count: 30 });
    expect(texts(page)).toEqual(lines.slice(19_980));
    expect(page).toMatchObject({ older: null, cutOff: false });
    expect(page.scanned.bytes).toBeLessThanOrEqual(2 * 65_536);
  });

  test('has a limit, from which the search goes on', async () => {
    const filler = Array.from({ length: 5_000 }, (_, n) => head(n));
    await writeFile(path, `${[head(0, 'INFO', 'needle'), ...filler].join('\n')}\n`);
    const page = await search({ text: 'needle' }, { scanBytes: 100_000 });
    expect(page).toMatchObject({ lines: [], cutOff: true });
    expect(page.older).not.toBeNull();
    expect(page.scanned.bytes).toBeLessThanOrEqual(100_000 + 65_536);
    expect((await everyPage({ text: 'needle' }, { scanBytes: 100_000 })).map(({ text }) => text)).toEqual([
      head(0, 'INFO', 'needle'),
    ]);
  });

  test('goes past a hole that is larger than the limit, and loses nothing beside it', async () => {
    await writeFile(path, `${head(1)}\n`);
    await truncate(path, 3 * MB);
    await appendFile(path, `${head(2)}\n${head(3)}\n`);
    const found = await everyPage({ text: 'hello' }, { scanBytes: MB / 2 });
    expect(found.map(({ text }) => text)).toEqual([head(1), head(2), head(3)]);
  });
});

describe('whatever is in the file', () => {
  const bytes = async (content: Buffer | string, query: Partial<LogQuery> = {}): Promise<string[]> => {
    await writeFile(path, content);
    return texts(await search(query));
  };

  test.each<[string, Buffer | string, string[]]>([
    ['nothing', '', []],
    ['an empty line', '\n', ['']],
    ['no line end', 'a\nb', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['NUL', 'a\0\0b\n\0\0\0c\n', ['ab', 'c']],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x0a, 0x61, 0x0a]), ['��', 'a']],
    ['colours', '\x1b[31mred\x1b[0m\n', ['red']],
    ['colours inside a secret', 'token=abc\x1b[31mdefgh12\n', ['token=***']],
  ])('%s', async (_name, content, expected) => expect(await bytes(content)).toEqual(expected));

  test('a line of ten megabytes is cut', async () => {
    const found = await bytes(`${head(1)}\n${head(2)}${'y'.repeat(10 * MB)}\n${head(3)}\n`, { count: 3 });
    expect(found.map((line) => line.slice(0, 60))).toEqual(
      [head(1), head(2), head(3)].map((line) => (line === head(2) ? `${line}${'y'.repeat(60)}` : line).slice(0, 60)),
    );
    expect(found[1]).toHaveLength(2_000);
    expect(found[1]?.endsWith('…')).toBe(true);
  });

  test('a secret at the cut is hidden first', async () => {
    const [line] = await bytes(`${'x'.repeat(1_985)} token=abcdefghijklmnopqrstuvwxyz\n`);
    expect(line).toBe(`${'x'.repeat(1_985)} token=***`);
  });

  test('a private key over several lines is hidden, its last short line too', async () => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const found = await bytes(
      `${head(1, 'ERROR', 'bad key')}\n-----BEGIN ${'PRIVATE KEY'}-----\n${line}\nabcd1234\n-----END ${'PRIVATE KEY'}-----\n`,
      { count: 2 },
    );
    expect(found).toEqual(['***', `-----END ${'PRIVATE KEY'}-----`]);
  });

  test('a search cannot find out a secret', async () => {
    await writeFile(path, `${head(1, 'INFO', 'token=abcdefgh')}\n`);
    for (const query of [
      { text: 'token=abc' },
      { text: 'abcdefgh' },
      { pattern: 'token=a' },
      { pattern: 'token=[^*]' },
    ])
      expect(texts(await search(query))).toEqual([]);
    expect(texts(await search({ pattern: 'token=[^x]' }))).toEqual([head(1, 'INFO', 'token=***')]);
  });

  test('a pattern that would take for ever elsewhere', async () => {
    expect(await bytes(`${'a'.repeat(100_000)}!\n`, { pattern: '(a+)+$' })).toEqual([]);
  });

  test.each([
    ['(', 'missing closing )'],
    ['[z-a]', 'invalid character class range'],
    ['(?=x)', 'Perl syntax'],
  ])('the bad pattern %s is told', async (pattern, why) => {
    await writeFile(path, '');
    await expect(search({ pattern })).rejects.toMatchObject({
      name: 'UserError',
      code: 'BAD_PATTERN',
      message: expect.stringContaining(why) as string,
    });
  });

  test('a file that is not there is named', async () => {
    await expect(search()).rejects.toMatchObject({
      name: 'UserError',
      code: 'LOG_MISSING',
      message: expect.stringContaining(path) as string,
    });
  });

  test('the rotated file is enough while the log itself is being made anew', async () => {
    await writeFile(`${path}.1`, 'a\n');
    expect(texts(await search())).toEqual(['a']);
  });

  test('a file that shrinks while it is read ends the search without a failure', async () => {
    await writeFile(path, `${head(1)}\n`.repeat(20_000));
    const reader = await open(path, 'r');
    const searching = search({ text: 'nowhere' }, { chunkBytes: 128 });
    await truncate(path, 500);
    expect(await searching).toMatchObject({ lines: [], older: null });
    await reader.close();
  });
});
