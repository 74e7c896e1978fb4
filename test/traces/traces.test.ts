/**
 * Every recorded home, judged by the real command line: what must be said is said in time, and nothing that must not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { shortcomings, type Expected, type Said } from './shortcomings.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

const replay = async (home: string, { until, tz }: Expected): Promise<{ said: Said[]; stderr: string }> => {
  const { stdout, stderr } = await execa(process.execPath, [MAIN, 'replay', home, '--until', until, '--json'], {
    env: { TZ: tz },
    reject: false,
  });
  return {
    said: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Said),
    stderr,
  };
};

describe.each(['healthy', 'sick'])('%s', (kind) => {
  const root = join(import.meta.dirname, kind);
  for (const name of readdirSync(root).toSorted()) {
    const expected = JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8')) as Expected;
    test.concurrent(`${name}: ${expected.about}`, async () => {
      const { said, stderr } = await replay(join(root, name, 'home'), expected);
      const lines = said.map(
        ({ at, link, condition, remedy, cause }) => `  ${at}  ${link ?? 'gateway'} ${condition} ${remedy} (${cause})`,
      );
      expect(shortcomings(said, expected), [`verdicts of ${name}:`, ...lines, stderr].join('\n')).toEqual([]);
    });
  }
});
