/**
 * A viewer of the log finds out nothing of what redaction hides, neither by a place that was made up nor by searching.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { markAt } from '../../../src/sensors/logs/log-cursor.ts';
import { judgeHere } from '../../sensors/logs/judge-here.ts';
import { searchLogs, type LogPage, type LogPosition, type LogQuery } from '../../../src/sensors/logs/log-search.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createMeta } from '../../../src/store/meta.ts';
import {
  createLogPositions,
  positionKey,
  signed,
  type PositionScope,
} from '../../../src/monitor/gateway/log-positions.ts';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';

const KEY = Buffer.alloc(32, 1);
const SCOPE: PositionScope = { gateway: 'main', least: null, text: null, pattern: null, context: 0 };
const PLACE: LogPosition = {
  inode: '12',
  offset: 34_567,
  mark: 'abc',
  modifiedAt: 1.5,
};
const ALL: LogQuery = { count: 20, least: null, since: null, text: null, pattern: null, context: 0, before: null };

const ownFile = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-places-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'gateway.log');
  writeFileSync(file, text);
  return file;
};

describe('a place in a log', () => {
  const positions = createLogPositions(KEY);

  test('comes back as it was', () => {
    expect(positions.read(positions.write(PLACE, SCOPE), SCOPE)).toEqual(PLACE);
    expect(positions.write(PLACE, SCOPE)).toMatch(/^[\w-]{8,600}$/);
  });

  test.each<[string, Partial<PositionScope>]>([
    ['another gateway', { gateway: 'other' }],
    ['another level', { least: 'error' }],
    ['another text', { text: 'x' }],
    ['a pattern', { pattern: 'x' }],
    ['other surroundings', { context: 2 }],
  ])('counts for nothing with %s', (_what, more) => {
    expect(() => positions.read(positions.write(PLACE, SCOPE), { ...SCOPE, ...more })).toThrow(
      expect.objectContaining({ code: 'BAD_POSITION' }) as Error,
    );
  });

  test('counts for nothing when one bit of it is another, or some of it is missing', () => {
    const word = positions.write(PLACE, SCOPE);
    fc.assert(
      fc.property(fc.nat(Buffer.from(word, 'base64url').length * 8 - 1), (bit) => {
        const bytes = Buffer.from(word, 'base64url');
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => positions.read(bytes.toString('base64url'), SCOPE)).toThrow('No button');
      }),
    );
    for (let length = 0; length < word.length; length += 1)
      expect(() => positions.read(word.slice(0, length), SCOPE)).toThrow('No button');
  });

  test('is not what anybody can write without the key', () => {
    const unsigned = Buffer.from(JSON.stringify(PLACE));
    for (const made of [
      unsigned,
      Buffer.concat([Buffer.alloc(16), unsigned]),
      Buffer.from(createLogPositions(Buffer.alloc(32, 2)).write(PLACE, SCOPE), 'base64url'),
    ]) {
      expect(() => positions.read(made.toString('base64url'), SCOPE)).toThrow('No button');
    }
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(() => positions.read(word, SCOPE)).toThrow('No button');
      }),
    );
  });

  test('outlives a restart, and a store has a key of its own', () => {
    const [one, other] = [openDatabase(':memory:'), openDatabase(':memory:')];
    onTestFinished(() => {
      one.close();
      other.close();
    });
    const key = positionKey(createMeta(one));
    expect(key).toHaveLength(32);
    expect(positionKey(createMeta(one))).toEqual(key);
    expect(positionKey(createMeta(other))).not.toEqual(key);
  });

  test('that was guessed right is refused as one that was guessed wrong: the log is not even opened', async () => {
    const line = '2026-11-21 10:00:00,000 INFO x: token=Xq7Lw2Rt9Zk4';
    const file = ownFile(`${line}\n`);
    const handle = await open(file);
    onTestFinished(() => handle.close());
    const stats = await handle.stat();
    let searched = 0;
    const search = signed(
      'main',
      positions,
      async (query) => (
        (searched += 1),
        searchLogs([file], query, hermes.parseLine, { trust: OWN_FILES, judging: judgeHere(query) })
      ),
    );
    // In the middle of the secret, with the mark that belongs there and with another.
    for (const mark of [await markAt(handle, 45), 'A'.repeat(16)]) {
      const place: LogPosition = {
        inode: String(stats.ino),
        offset: 45,
        mark,
        modifiedAt: stats.mtimeMs,
      };
      const asked = search({ ...ALL, before: Buffer.from(JSON.stringify(place)).toString('base64url') });
      await expect(asked).rejects.toMatchObject({ code: 'BAD_POSITION' });
    }
    expect(searched).toBe(0);
  });
});

describe('a search', () => {
  /** Two logs that differ in nothing but what is hidden. */
  const SECRETS = ['Xq7Lw2Rt9Zk4Vb8N', '*k3*M9pT5cJ2wQx7'] as const;
  const logWith = (secret: string): string =>
    [
      '2026-11-21 10:00:00,000 INFO gateway.run: starting',
      `2026-11-21 10:00:01,000 ERROR gateway.run: token=${secret} was refused`,
      'Traceback (most recent call last):',
      `  File "x.py", line 1, password: ${secret}`,
      '2026-11-21 10:00:02,000 WARNING gateway.run: retrying',
      `2026-11-21 10:00:03,000 INFO gateway.run: {"api_key": "${secret}", "n": 1}`,
      '2026-11-21 10:00:04,000 INFO gateway.run: done',
      '',
    ].join('\n');

  test('finds the same whatever the secrets are: what is looked for, counted, shown and where it ends', async () => {
    const files = SECRETS.map((secret) => ownFile(logWith(secret)));
    const positions = createLogPositions(KEY);
    const piece = fc
      .constantFrom(...SECRETS)
      .chain((secret) =>
        fc
          .tuple(fc.nat(secret.length), fc.nat(secret.length))
          .map(([a, b]) => secret.slice(Math.min(a, b), Math.max(a, b))),
      );
    const text = fc.oneof(
      piece,
      fc
        .tuple(fc.constantFrom('token=', 'password: ', '"', '=', ': "', ''), piece, fc.constantFrom('', ' was', '"'))
        .map((parts) => parts.join('')),
      fc.constantFrom('*', '***', '=*', '***"', 'token=***', 'retry', '"api_key"'),
    );
    const pattern = fc.oneof(
      piece.map((each) => each.replaceAll('*', '\\*')),
      fc.constantFrom(
        'token=.',
        'token=[a-m]',
        'token=\\w{16}',
        '[0-9]{1}[A-Z]',
        'key": "(X|\\*)',
        'token=.*\\d',
        '^.{40}',
        '\\bXq',
      ),
    );
    const query = fc.record({
      count: fc.integer({ min: 1, max: 9 }),
      least: fc.constantFrom(null, 'info', 'warning', 'error'),
      text: fc.option(text),
      pattern: fc.option(pattern),
      context: fc.constantFrom(0, 1, 2),
    } as const);
    const pagesOf = async (file: string, asked: Omit<LogQuery, 'before' | 'since'>): Promise<readonly unknown[]> => {
      const search = signed('main', positions, (each) =>
        searchLogs([file], each, hermes.parseLine, { trust: OWN_FILES, judging: judgeHere(each) }),
      );
      const pages: unknown[] = [];
      for (let before: string | null = null; ;) {
        const page: Omit<LogPage, 'older'> & { readonly older: string | null } = await search({
          ...asked,
          since: null,
          before,
        });
        pages.push([page.lines, page.cutOff, page.older === null]);
        before = page.older;
        if (before === null) return pages;
      }
    };
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const [one, other] = await Promise.all(files.map((file) => pagesOf(file, asked)));
        expect(one).toEqual(other);
        for (const secret of SECRETS) expect(JSON.stringify(one)).not.toContain(secret.slice(2, 8));
      }),
      { numRuns: 500 },
    );
  });
});
