/**
 * `npm run build`: makes `dist/`, the package that is published. It needs no other package. `npm pack ./dist` makes the
 * file that npm installs.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, ROOT } from './bundle.ts';
import { licencesOf } from './licences.ts';

const DIST = join(ROOT, 'dist');

/** What people and editors read. An image for containers is built without it. */
const DOCUMENTS = ['LICENSE', 'README.md', 'README.zh-CN.md', 'config.example.yaml', 'config.schema.json', 'docs'];
/** Two megabytes of pictures, for readers of the repository. */
const LEFT_OUT = ['docs/messages', 'docs/images'].map((folder) => join(ROOT, folder));

/** Units of services that were installed by an older package start this file. */
const EARLIER_ENTRY = 'dist/src/bin.js';

/** What npm, Node and people are told; the rest of the checkout's manifest is for those who build it. */
const TOLD = ['name', 'version', 'description', 'license', 'keywords', 'type', 'engines'];
/** The same, with paths that begin with `dist/`, which is the root of the package. */
const TOLD_OF_FILES = ['bin', 'exports'];

const manifest = (): object => {
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  const files: unknown = JSON.parse(
    JSON.stringify(Object.fromEntries(TOLD_OF_FILES.map((key) => [key, own[key]]))).replaceAll('dist/', ''),
  );
  return { ...Object.fromEntries(TOLD.map((key) => [key, own[key]])), ...(files as object) };
};

const metafile = await bundle(DIST);
for (const document of DOCUMENTS)
  if (existsSync(join(ROOT, document)))
    cpSync(join(ROOT, document), join(DIST, document), { recursive: true, filter: (path) => !LEFT_OUT.includes(path) });
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licencesOf(metafile, ROOT));
mkdirSync(join(DIST, EARLIER_ENTRY, '..'), { recursive: true });
writeFileSync(join(DIST, EARLIER_ENTRY), "import '../../src/bin.js';\n");
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
