/** The program that tests start: the bundle, the sources, or what becomes the single executable (`build-program.ts`). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder in which `build-program.ts` has put it; null: the sources are started. */
export const PROGRAM = process.env['LIFELINE_BUNDLE'] ?? null;

export const MAIN =
  PROGRAM === null ? fileURLToPath(new URL('../src/main.ts', import.meta.url)) : join(PROGRAM, 'src/main.js');

export const IS_EXECUTABLE = process.env['LIFELINE_TEST_PROGRAM'] === 'binary';

/**
 * Node's flags for a program that is started hundreds of times: with room for what is new from the start (MB), loading
 * the modules takes a tenth less of a core's time.
 */
export const QUICK_START = ['--min-semi-space-size=8'];
