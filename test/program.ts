/** The program that tests start: the bundle, or with `LIFELINE_TEST_PROGRAM=sources` the sources. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What hooks into modules of the program needs them one by one. */
export const MAIN_OF_SOURCES = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** `build-program.ts` has put it there. */
const folder = process.env['LIFELINE_BUNDLE'];

export const MAIN = folder === undefined ? MAIN_OF_SOURCES : join(folder, 'src/main.js');
