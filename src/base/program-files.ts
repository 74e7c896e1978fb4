/** Where this program's own files are: beside the sources in a checkout, and in the same folders of the package. */
import { existsSync, readFileSync } from 'node:fs';

const sea = process.getBuiltinModule('node:sea');

/** Lifeline as one executable file that has Node in it (`npm run build:binary`): nothing else of it is on the disk. */
export const isSingleFile = sea.isSea();

/** The package has compiled files; the parts of several sources may lie in one of them. */
const isSource = import.meta.url.endsWith('.ts');

const findRoot = (): URL => {
  let folder = new URL('.', import.meta.url);
  // There are no files of the program; what asks for one is told where it would be.
  if (isSingleFile) return folder;
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder);
  return folder;
};

/** Returns a text of the program, which is named from the root. */
export const programText = (path: string): string =>
  isSingleFile ? sea.getAsset(path, 'utf8') : readFileSync(programFile(path), 'utf8');

let root: URL | null = null;

/** Returns where a file of the program is, which is named from the root, and a source by its own name: `src/bin.ts`. */
export const programFile = (path: string): URL =>
  new URL(isSource || !path.endsWith('.ts') ? path : `${path.slice(0, -'.ts'.length)}.js`, (root ??= findRoot()));
