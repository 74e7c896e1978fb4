/** The page about the architecture has the folders and layers that there are. */
import { globSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes, linesOf, read, ROOT, rowsOf, section } from './markdown.ts';

const page = read('docs/architecture.md');

describe('docs/architecture.md', () => {
  it('has a row for each folder of the sources', () => {
    const listed = rowsOf(section(page, /^## Folders$/))
      .flatMap(([first = '']) => codes(first).slice(0, 1))
      .filter((name) => /^src\/[a-z]+\/$/.test(name));
    const folders = readdirSync(`${ROOT}src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}/`);
    expect([...listed].sort()).toEqual(folders.sort());
  });

  it('names in the row of a folder only files of that folder, where it gives no path from the root', () => {
    const named = rowsOf(section(page, /^## Folders$/)).flatMap(([first = '', about = '']) => {
      const folders = codes(first).filter((code) => code.endsWith('/'));
      const files = codes(about).filter((code) => code.endsWith('.ts') && !code.startsWith('src/'));
      return folders.length > 0 ? files.map((file) => folders.map((folder) => `${folder}**/${file}`)) : [];
    });
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((places) => globSync(places, { cwd: ROOT }).length === 0)).toEqual([]);
  });

  it('has the layers as the linter knows them', () => {
    const [, block = ''] = /const LAYERS = \[\n([\s\S]*?)\n\];/.exec(read('.dependency-cruiser.js')) ?? [];
    const layers = block.split('\n').map((line) => [...line.matchAll(/'([^']+)'/g)].map(([, name]) => name));
    const drawn = linesOf(page)
      .filter(({ fence, text }) => fence === 'text' && !text.startsWith('```'))
      .map(({ text }) => text.trim().split(/\s+/));
    expect(layers.length).toBeGreaterThan(10);
    expect(drawn).toEqual(layers);
  });
});
