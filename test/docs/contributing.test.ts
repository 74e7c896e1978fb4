/**
 * CONTRIBUTING.md names places that exist: `NAME` stands for what a newcomer adds, so something of that form must be
 * there.
 */
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes, linesOf, read, ROOT } from './markdown.ts';

const page = read('CONTRIBUTING.md');

const placesIn = (markdown: string): readonly string[] =>
  linesOf(markdown)
    .filter(({ fence }) => fence === null)
    .flatMap(({ text }) => codes(text))
    .filter((code) => /^(?:src|test|commands|docs)\/\S+$/.test(code));

const exists = (place: string): boolean => globSync(place.replaceAll('NAME', '*'), { cwd: ROOT }).length > 0;

describe('CONTRIBUTING.md', () => {
  it('names files and folders that exist', () => {
    const places = placesIn(page);
    expect(places.length).toBeGreaterThan(40);
    expect(places.filter((place) => !exists(place))).toEqual([]);
  });

  it('says what is missing', () => {
    expect(exists('src/diagnosis/rules/NAME.ts')).toBe(true);
    expect(exists('src/nowhere/NAME.ts')).toBe(false);
  });
});
