import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { originalStack } from '../../src/base/original-stack.ts';

let dir: string;
let bundled: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lifeline-stack-'));
  writeFileSync(
    join(dir, 'inner.ts'),
    `export const inner = (): Error =>\n  // Not on the first line.\n  new Error('here');\n`,
  );
  writeFileSync(join(dir, 'outer.ts'), `import { inner } from './inner.ts';\nexport const outer = () => inner();\n`);
  bundled = join(dir, 'out/outer.js');
  const settings = { bundle: true, minify: true, format: 'esm', sourcemap: 'external' } as const;
  await build({ ...settings, entryPoints: [join(dir, 'outer.ts')], outfile: bundled });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const thrown = async (): Promise<string> => {
  const { outer } = (await import(/* @vite-ignore */ `${pathToFileURL(bundled).href}`)) as { outer: () => Error };
  // Vitest shows paths in the place of addresses.
  return (outer().stack ?? '').replaceAll(bundled, pathToFileURL(bundled).href);
};

it('names the places in the sources', async () => {
  const stack = await thrown();
  expect(stack).toContain('out/outer.js:1:');
  const [message, first, second] = originalStack(stack).split('\n');
  expect(message).toBe('Error: here');
  expect(first).toMatch(/^ {4}at .*\binner\.ts:3:3\)?$/);
  expect(second).toMatch(/^ {4}at .*\bouter\.ts:2:\d+\)?$/);
});

it('leaves alone what has no map, and what only looks like a place', () => {
  for (const stack of [
    'Error: a\n    at run (file:///nowhere/at/all.js:1:2)\n    at node:internal/main:3:4',
    'TypeError: file:///nowhere/at/all.js:1:2',
    'Error: x\n    at file:///',
    '',
  ])
    expect(originalStack(stack)).toBe(stack);
});
