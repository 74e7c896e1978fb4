import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  mkdirSync(join(dir, 'node_modules/vendor'), { recursive: true });
  writeFileSync(
    join(dir, 'node_modules/vendor/index.js'),
    `// The caller's first line.\nexport const call = (other) =>\n  [other].map((each) => each())[0];\n`,
  );
  writeFileSync(
    join(dir, 'outer.ts'),
    `import { call } from 'vendor';\nimport { inner } from './inner.ts';\nexport const outer = () => inner();\nexport const byVendor = () => call(inner);\n`,
  );
  bundled = join(dir, 'out/outer.js');
  await build({
    bundle: true,
    minify: true,
    format: 'esm',
    sourcemap: 'external',
    entryPoints: [join(dir, 'outer.ts')],
    outfile: bundled,
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Thrower = 'outer' | 'byVendor';

const thrown = async (file: string, by: Thrower): Promise<string> => {
  const throwers = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<Thrower, () => Error>;
  // Vitest shows paths in the place of addresses.
  return (throwers[by]().stack ?? '').replaceAll(file, pathToFileURL(file).href);
};

it('names the places in the sources', async () => {
  const stack = await thrown(bundled, 'outer');
  expect(stack).toContain('/outer.js:1:');
  const [message, first, second] = originalStack(stack).split('\n');
  expect(message).toBe('Error: here');
  expect(first).toMatch(/^ {4}at .*\binner\.ts:3:3\)?$/);
  expect(second).toMatch(/^ {4}at .*\bouter\.ts:3:\d+\)?$/);
});

it("names the places in a package's source", async () => {
  const stack = originalStack(await thrown(bundled, 'byVendor'));
  expect(stack).toMatch(/^ {4}at .*\binner\.ts:3:3\)?$/m);
  expect(stack).toMatch(/^ {4}at .*\bnode_modules\/vendor\/index\.js:3:\d+\)?$/m);
  expect(stack).toMatch(/^ {4}at .*\bouter\.ts:4:\d+\)?$/m);
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
