/** The program that tests start: the bundle, the sources, or what becomes the single executable (`build-program.ts`). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `build-program.ts` has put it there. */
const folder = process.env['LIFELINE_BUNDLE'];

export const MAIN =
  folder === undefined ? fileURLToPath(new URL('../src/main.ts', import.meta.url)) : join(folder, 'src/main.js');
