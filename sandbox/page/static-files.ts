/** The page's own files. The build copies them into the package. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { programFile } from '../../src/base/program-files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
}

/** Read once into memory: a request can then name only what is there, whatever dots and slashes it contains. */
export const loadStaticFiles = (): ReadonlyMap<string, StaticFile> => {
  const folder = programFile('sandbox/page/static/');
  const files = new Map<string, StaticFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type) files.set(`/${name}`, { type, body: readFileSync(new URL(name, folder)) });
  }
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
};
