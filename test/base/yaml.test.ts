import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LineCounter } from 'yaml';
import { MOST_YAML, parseYaml, readYaml } from '../../src/base/yaml.ts';
import { inTime } from './in-time.ts';
import { extent } from '../deep.ts';

const LETTERS = extent(MOST_YAML, MOST_YAML / 10);
const repeated = (unit: string): string => unit.repeat(LETTERS / unit.length);
const numbered = (each: (number: number) => string): string => {
  let text = '';
  for (let number = 0; text.length + 30 < LETTERS; number += 1) text += each(number);
  return text;
};

const HOSTILE: Readonly<Record<string, string>> = {
  'many keys': numbered((number) => `${number.toString(36)}:\n`),
  'many keys between braces': `{${numbered((number) => `a${number}: 1,`)}}`,
  'one key again and again': repeated('a: b\n'),
  quotes: repeated('"'),
  tags: repeated('!x '),
  'anchors in a row': repeated('&a '),
  'ends of what never began': repeated('}\n'),
  'anchors, each with its alias': `r:\n${numbered((number) => `  - &a${number} x\n  - *a${number}\n`)}`,
  'aliases of one anchor': `a: &a [1]\nb: [${numbered(() => '*a,')}]`,
  'brackets in brackets': repeated('['),
  'dashes in dashes': repeated('- '),
  'questions in questions': repeated('? '),
  colons: repeated(': '),
  'deep indents': Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  blanks: repeated(' '),
  lines: repeated('\n'),
};

describe('YAML that somebody else wrote', () => {
  test.each(Object.entries(HOSTILE))('takes no long time: %s', { timeout: 500_000 }, (_name, text) => {
    expect(inTime(() => readYaml(text).errors.length)).toEqual(expect.any(Number));
    expect(inTime(() => typeof parseYaml(text))).toEqual(expect.any(String));
  });

  test('is not read when it is longer than any configuration', () => {
    expect(readYaml(' '.repeat(MOST_YAML + 1)).errors.map(({ message }) => message)).toEqual([
      'the text is longer than 200 kB',
    ]);
  });

  test('has each key once, which is told where it is there again', () => {
    const lines = new LineCounter();
    const { errors } = readYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 2\n', lines);
    expect(errors.map(({ code, pos }) => ({ code, ...lines.linePos(pos[0]) }))).toEqual([
      { code: 'DUPLICATE_KEY', line: 4, col: 3 },
      { code: 'DUPLICATE_KEY', line: 5, col: 1 },
    ]);
    expect(() => parseYaml('{a: 1, a: 2}')).toThrow('Map keys must be unique');
  });

  test('may repeat itself as people do', () => {
    expect(parseYaml('a: &a {b: 1}\nc: *a\nd: [*a, *a]\n')).toEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: [{ b: 1 }, { b: 1 }],
    });
  });

  test('is read in this one way', () => {
    const root = join(import.meta.dirname, '../..');
    const files = ['src', 'commands']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
      )
      .filter((name) => name.endsWith('.ts'));
    const others = files.filter((name) =>
      /import \{[^}]*\bparse(?:Document|AllDocuments)?\b[^}]*\} from 'yaml'/.test(
        readFileSync(join(root, name), 'utf8'),
      ),
    );
    // The second reads what Lifeline has written a moment ago.
    expect(others.sort()).toEqual(['src/base/yaml.ts', 'src/config/show.ts']);
  });
});
