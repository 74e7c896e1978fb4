import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Where tests take long, mostly by waiting: these begin first, so that no worker is left alone with one of them at the
 * end.
 */
const LONG = [
  '/test/acceptance/',
  '/test/doctor/',
  '/test/chat/own-commands/',
  '/test/traces/',
  '/test/sandbox/',
  '/test/channels/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      LONG.findIndex((folder) => moduleId.includes(folder)) >>> 0;
    // The sort is stable: within a folder Vitest's own order stays.
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    // Machines differ in speed and tests share them; a limit here only ends what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A shared machine may stand still for longer than a test of the whole program allows for: what passes the second
    // time is told as flaky.
    retry: process.env['CI'] ? 1 : 0,
    // Most of the time of the acceptance tests is waiting: more of them at once than there are cores.
    maxWorkers: 7,
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/vitest-setup.ts'],
    // Lifeline's own time and the operator's are apart; a fixed zone keeps log fixtures readable. Many tests start the
    // real binary: what Node has compiled once is kept.
    env: {
      TZ: 'Asia/Shanghai',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
    },
    // Imports cost a getter here and nothing in the bot: `npm run bench` shows somewhat less than is reached.
    benchmark: { include: ['bench/**/*.bench.ts'], suppressExportGetterWarnings: true },
  },
});
