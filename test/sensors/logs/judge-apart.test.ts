/** A search in its own thread, beside the thread that watches. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { parseHead } from '../../../src/gateways/hermes/log-line.ts';
import { judgeHere } from './judge-here.ts';
import { judgeApart } from '../../../src/sensors/logs/judge-apart.ts';
import type { LogQuery } from '../../../src/sensors/logs/log-query.ts';
import { searchLogs, type LogPage } from '../../../src/sensors/logs/log-search.ts';

const LIMIT = { timeout: 120_000 };
const MB = 1_048_576;
const ALL: LogQuery = { count: 20, least: null, since: null, text: null, pattern: null, context: 0, before: null };
/** Takes more than ten seconds of a core for a megabyte of such lines. */
const HOSTILE = '[a-m].{0,200}[n-z].{0,200}[0-9]$';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz ';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-apart-'));
  path = join(folder, 'gateway.log');
  const letters = (n: number): string =>
    [...Buffer.concat([0, 1, 2].map((part) => createHash('sha512').update(`${n} ${part}`).digest()))]
      .map((byte) => LETTERS[byte % LETTERS.length])
      .join('');
  const lines = Array.from(
    { length: 1_000 },
    (_, n) => `2026-11-21 12:00:00,000 INFO gateway.run: message ${letters(n)}\n`,
  ).join('');
  await writeFile(path, lines.repeat(Math.ceil((50 * MB) / lines.length)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const search = (query: Partial<LogQuery>, cpuMs?: number): Promise<LogPage> =>
  searchLogs([path], { ...ALL, ...query }, parseHead, {
    trust: OWN_FILES,
    judging: judgeApart({ ...ALL, ...query }, cpuMs),
  });

describe('a search in a thread of its own', () => {
  test('a hostile pattern ends when its time is used up, and timers go on beside it', LIMIT, async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 20);
    const page = await search({ pattern: HOSTILE });
    clearInterval(timer);
    expect(page).toMatchObject({ lines: [], usedUp: true, cutOff: false });
    expect(page.scanned.bytes).toBeLessThan(10 * MB);
    // The search takes two seconds of a core: on the same thread no timer would have fired.
    expect(ticks).toBeGreaterThan(10);
  });

  test('what was found until then is shown, and the next search goes on there', LIMIT, async () => {
    const asked = { ...ALL, pattern: ' m[a-z]+e q', count: 200 };
    const all = await search(asked);
    let batches = 0;
    const judging = judgeHere(asked);
    const first = await searchLogs([path], asked, parseHead, {
      trust: OWN_FILES,
      judging: { ...judging, finds: (pieces) => ((batches += 1) > 4 ? Promise.resolve(null) : judging.finds(pieces)) },
    });
    expect(first).toMatchObject({ usedUp: true, cutOff: false });
    expect(first.lines.length).toBeGreaterThan(0);
    const rest = await search({ ...asked, count: 200 - first.lines.length, before: first.older });
    expect([...rest.lines, ...first.lines]).toEqual(all.lines);
  });

  test('a pattern that is none is told by the thread', LIMIT, async () => {
    await expect(search({ pattern: '(' })).rejects.toMatchObject({
      name: 'UserError',
      code: 'BAD_PATTERN',
      message: expect.stringContaining('missing closing )') as string,
    });
  });

  test('many searches at once come one after the other, each to its end', LIMIT, async () => {
    const pages = await Promise.all(
      ['message q', 'message [a-m]', '[', 'run: m'].map((pattern) => search({ pattern }).catch(String)),
    );
    expect(pages.map((page) => (typeof page === 'string' ? page.slice(0, 9) : page.lines.length))).toEqual([
      20,
      20,
      'UserError',
      20,
    ]);
  });

  test('a page of long lines is redacted there too', LIMIT, async () => {
    const big = join(folder, 'big.log');
    await writeFile(big, `2026-11-21 12:00:00,000 INFO x: token=abcdefghijkl ${'word '.repeat(10_000)}\n`);
    const page = await searchLogs([big], ALL, parseHead, { trust: OWN_FILES });
    expect(page).toMatchObject({ usedUp: false, lines: [{ match: true }] });
    expect(page.lines[0]?.text).toContain('INFO x: token=*** word');
  });
});
