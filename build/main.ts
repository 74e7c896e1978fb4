/**
 * `npm run build`: makes `dist/`, the package that is published. It needs no other package. `npm pack ./dist` makes the
 * file that npm installs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, ROOT } from './bundle.ts';
import { licencesOf } from './licences.ts';

const DIST = join(ROOT, 'dist');

/** What people and editors read. An image for containers is built without it. */
const DOCUMENTS = ['LICENSE', 'README.md', 'README.zh-CN.md', 'config.example.yaml', 'config.schema.json', 'docs'];

/** Units of services that were installed by an older package start this file. */
const EARLIER_ENTRY = 'dist/src/bin.js';

interface Manifest {
  readonly dependencies: unknown;
  readonly devDependencies: unknown;
  readonly scripts: unknown;
  readonly allowScripts: unknown;
  readonly private: unknown;
  readonly bin: unknown;
  readonly exports: unknown;
}

/** Paths of the checkout name `dist/`, which is the root of the package. */
const fromRoot = (paths: unknown): unknown => JSON.parse(JSON.stringify(paths).replaceAll('dist/', ''));

const manifest = (): object => {
  const {
    dependencies,
    devDependencies,
    scripts,
    allowScripts,
    private: isPrivate,
    ...rest
  } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return { ...rest, bin: fromRoot(rest.bin), exports: fromRoot(rest.exports) };
};

const metafile = await bundle(DIST);
// The declarations of what own commands import; the rest of the types is nobody's business.
execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' });
for (const document of DOCUMENTS)
  if (existsSync(join(ROOT, document))) cpSync(join(ROOT, document), join(DIST, document), { recursive: true });
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licencesOf(metafile, ROOT));
mkdirSync(join(DIST, EARLIER_ENTRY, '..'), { recursive: true });
writeFileSync(join(DIST, EARLIER_ENTRY), "import '../../src/bin.js';\n");
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
