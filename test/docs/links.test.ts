/** Links of the documents lead somewhere: the file is there, and so is the heading. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, PAGES, read, ROOT } from './markdown.ts';

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

/** Null where it leads somewhere. */
const problemOf = (page: string, target: string): string | null => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(`${ROOT}${file}`)) return `there is no ${file}`;
  if (anchor === undefined) return null;
  if (!statSync(`${ROOT}${file}`).isFile()) return `${file} has no headings`;
  return anchorsOf(read(file)).has(decodeURIComponent(anchor))
    ? null
    : `${file} has no heading for #${decodeURIComponent(anchor)}`;
};

describe.each(PAGES)('%s', (page) => {
  it('has no link into the void', () => {
    const broken = linksOf(read(page)).flatMap(({ target, number }) => {
      const problem = isElsewhere(target) ? null : problemOf(page, target);
      return problem === null ? [] : [`${page}:${number}: ${target}: ${problem}`];
    });
    expect(broken).toEqual([]);
  });
});

describe('docs/images', () => {
  it('holds pictures that load quickly, and only those that are shown', () => {
    const names = readdirSync(`${ROOT}docs/images`).map((name) => `docs/images/${name}`);
    expect(names.filter((name) => statSync(`${ROOT}${name}`).size > 150 * 1024)).toEqual([]);
    const shown = PAGES.flatMap((page) => linksOf(read(page)).map(({ target }) => join(dirname(page), target)));
    expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('the check itself', () => {
  it('sees a missing file and a missing heading', () => {
    expect(problemOf('README.md', 'nowhere.md')).toBe('there is no nowhere.md');
    expect(problemOf('docs/feishu.md', '#nothing-of-this-name')).toContain('no heading');
    expect(problemOf('docs/feishu.md', '#2-add-the-bot')).toBeNull();
  });
});

/** A page in both languages says in each where the other is. */
describe.each(PAGES.filter((page) => page.endsWith('.zh-CN.md')))('%s', (page) => {
  it('and its English twin link to each other', () => {
    const twin = page.replace('.zh-CN.md', '.md');
    const name = (file: string): string => file.split('/').at(-1) ?? '';
    expect(linksOf(read(page)).map(({ target }) => target)).toContain(name(twin));
    expect(linksOf(read(twin)).map(({ target }) => target)).toContain(name(page));
  });
});
