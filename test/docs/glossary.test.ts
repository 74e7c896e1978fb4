/** The glossary has each word of a verdict, names files that exist, and gives no word twice. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes, read, ROOT, rowsOf, section } from './markdown.ts';

const page = read('docs/glossary.md');
const verdicts = read('src/diagnosis/verdict.ts');

/** The members of a union of words in the source. */
const membersOf = (type: string): readonly string[] => {
  const [, union = ''] = new RegExp(`export type ${type} =([^;]+);`).exec(verdicts) ?? [];
  return [...union.matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
};

const firstCodes = (markdown: string): readonly string[] => rowsOf(markdown).flatMap(([first = '']) => codes(first));

describe('docs/glossary.md', () => {
  it('has every condition and remedy, and no other', () => {
    const known = ['GatewayCondition', 'LinkCondition', 'Remedy'].flatMap(membersOf);
    expect(known.length).toBeGreaterThan(25);
    expect([...firstCodes(section(page, /^## Conditions and remedies$/))].sort()).toEqual(known.sort());
  });

  it('names files that exist', () => {
    const places = rowsOf(page).flatMap((cells) => (cells.length === 3 ? codes(cells[2] ?? '') : []));
    expect(places.length).toBeGreaterThan(40);
    expect(places.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it('gives each word one meaning', () => {
    const words = rowsOf(page).flatMap(([first = '']) => /^\*\*([^*]+)\*\*/.exec(first)?.[1] ?? []);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});
