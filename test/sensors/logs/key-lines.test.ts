/** A private key whose lines are records of their own, each with its date: none of them is shown, however one pages. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { redact } from '../../../src/base/redact/redact.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import type { LogPosition, LogQuery } from '../../../src/sensors/logs/log-query.ts';
import { judgeHere } from './judge-here.ts';
import { searchLogs } from '../../../src/sensors/logs/log-search.ts';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';

const ALL: LogQuery = { count: 20, least: null, since: null, text: null, pattern: null, context: 0, before: null };
const dated = (text: string, second: number): string =>
  `2026-11-21 10:00:${String(second % 60).padStart(2, '0')},000 INFO deploy.step: ${text}`;

describe.each<[string, () => string]>([
  [
    'RSA',
    () =>
      generateKeyPairSync('rsa', { modulusLength: 2_048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
  ],
  [
    'RSA of old',
    () =>
      generateKeyPairSync('rsa', { modulusLength: 2_048 })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
  ],
  [
    'EC',
    () =>
      generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
        .privateKey.export({ type: 'sec1', format: 'pem' })
        .toString(),
  ],
])('a key of %s', (_kind, make) => {
  let lines: readonly string[];
  let inner: readonly string[];
  beforeAll(() => {
    lines = make().trim().split('\n');
    inner = lines.slice(1, -1);
  });
  const file = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'lifeline-key-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'gateway.log');
    writeFileSync(path, ['before', ...lines, 'behind'].map((line, second) => `${dated(line, second)}\n`).join(''));
    return path;
  };
  const uncovered = (shown: string): readonly string[] => inner.filter((line) => shown.includes(line));

  test.each([1, 2, 3, 5, 20, 100])('is covered in pages of %i', async (count) => {
    const path = file();
    const shown: string[] = [];
    for (let before: LogPosition | null = null; ;) {
      const page = await searchLogs([path], { ...ALL, count, before }, hermes.parseLine, {
        trust: OWN_FILES,
        judging: judgeHere(ALL),
      });
      shown.unshift(...page.lines.map(({ text }) => text));
      before = page.older;
      if (before === null) break;
    }
    expect(shown).toHaveLength(lines.length + 2);
    expect(uncovered(shown.join('\n'))).toEqual([]);
    // The dates stay, and what stands around the key.
    expect(shown[2]).toMatch(/^2026-11-21 10:00:02,000 INFO deploy\.step: \*\*\*$/);
    expect([shown[0], shown.at(-1)]).toEqual([dated('before', 0), dated('behind', lines.length + 1)]);
  });

  test('is not found by a search for its lines', async () => {
    const path = file();
    for (const line of inner) {
      for (const text of [line, line.slice(0, 12), line.slice(-12)]) {
        if (text.length >= 8)
          expect(
            (
              await searchLogs([path], { ...ALL, text }, hermes.parseLine, {
                trust: OWN_FILES,
                judging: judgeHere({ ...ALL, text }),
              })
            ).lines,
          ).toEqual([]);
      }
    }
  });

  test('is covered as a whole, and each of its whole lines alone', () => {
    expect(uncovered(redact(lines.map(dated).join('\n')))).toEqual([]);
    expect(uncovered(redact(inner.map(dated).join('\n')))).toEqual([]);
    for (const line of inner.slice(0, -1)) expect(redact(dated(line, 0))).not.toContain(line);
  });
});

test('an end without a key hides no more than the last word of the line above', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'gateway.log');
  writeFileSync(
    path,
    ['one', 'gateway has started', 'user says -----END PRIVATE KEY-----', 'three']
      .map((line, second) => `${dated(line, second)}\n`)
      .join(''),
  );
  const { lines } = await searchLogs([path], ALL, hermes.parseLine, { trust: OWN_FILES });
  expect(lines.map(({ text }) => text.replace(/^.*?: /, ''))).toEqual([
    'one',
    'gateway has ***',
    'user says -----END PRIVATE KEY-----',
    'three',
  ]);
});
