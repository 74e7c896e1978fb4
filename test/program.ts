/** The program that tests start: the bundle, or with `LIFELINE_TEST_PROGRAM=sources` the sources. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `build-program.ts` has put it there. */
const folder = process.env['LIFELINE_BUNDLE'];

export const MAIN =
  folder === undefined ? fileURLToPath(new URL('../src/main.ts', import.meta.url)) : join(folder, 'src/main.js');
