import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { IN_DEPTH } from './test/deep.ts';
import { morningZone } from './test/morning-zone.ts';
import { LONG, WITH_MOCKS, WITH_PROCESSES } from './test/projects.ts';

const ACCEPTANCE = 'test/acceptance/**/*.test.ts';
const REAL = 'test/real/**';

/** `npm run test:fast`: without what computes for seconds. */
const IS_FAST = process.env['LIFELINE_TEST_FAST'] === '1';

/** The order of the projects: the tests that wait most begin first. */
const PROJECTS = ['acceptance', 'processes', 'mocks', 'fast'];

/**
 * Most of the time of the acceptance tests is waiting: more of them at once than there are cores, and what computes
 * follows at once where one of them ends. Each worker loads all modules anew, which takes a second of a core: fewer where
 * nothing waits, and in depth, where a file plays more stories side by side.
 */
const waiting = IN_DEPTH ? 6 : 10;
const maxWorkers = IS_FAST ? 4 : waiting;

const LONG_PATHS = new Set(LONG.map((file) => fileURLToPath(new URL(file, import.meta.url))));

/**
 * The files of a project that take longest begin before its others, also where Vitest does not know yet how long each
 * takes: at the end no core is to wait for one file.
 */
const LONGEST: Readonly<Record<string, (path: string) => boolean>> = {
  acceptance: (path) =>
    /\/(?:self-alarm|killed-|command-line|second-user|channels-watch|faults-|memory|foreign-files|ack|answers|stop-start|flapping)[^/]*$/.test(
      path,
    ),
  processes: (path) => /\/test\/(?:chat\/own-commands|cli|doctor|fleet|sandbox)\/|\/many\.test/.test(path),
  // What waits for timers of real sockets, and beside it what computes.
  fast: (path) => /\/test\/(?:channels|sandbox)\//.test(path) || LONG_PATHS.has(path),
};

/** A worker ends when the next file is of another project: so the projects come one after the other. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project, moduleId }: TestSpecification): number =>
      PROJECTS.indexOf(project.name) + (LONGEST[project.name]?.(moduleId) === true ? 0 : 0.5);
    // The sort is stable: otherwise Vitest's own order stays.
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

for (const file of [...LONG, ...WITH_MOCKS, ...WITH_PROCESSES])
  if (!existsSync(fileURLToPath(new URL(file, import.meta.url))))
    throw new Error(`test/projects.ts: there is no ${file}`);

export default defineConfig({
  test: {
    // Machines differ in speed and tests share them; a limit here only ends what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Modules are loaded once for a worker, not once for a file.
    pool: 'forks',
    isolate: false,
    maxWorkers,
    // The stories of one file that says they may run side by side.
    maxConcurrency: 8,
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/vitest-setup.ts'],
    env: {
      // Lifeline's own time and the operator's are apart; a fixed zone keeps log fixtures readable.
      TZ: 'Asia/Shanghai',
      NO_COLOR: '1',
      // Many tests start the real binary: what Node has compiled once is kept.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'acceptance',
          include: [ACCEPTANCE],
          globalSetup: ['test/build-program.ts'],
          // Scenes whose clock runs faster last for hours.
          env: { TZ: morningZone() },
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: [...WITH_PROCESSES],
          globalSetup: ['test/build-program.ts'],
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: { name: 'mocks', include: [...WITH_MOCKS], isolate: true, benchmark: { include: [] } },
      },
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [ACCEPTANCE, REAL, ...WITH_PROCESSES, ...WITH_MOCKS, ...(IS_FAST ? LONG : [])],
          setupFiles: ['test/no-processes.ts'],
          // Imports cost a getter here and nothing in the bot: `npm run bench` shows somewhat less than is reached.
          benchmark: { include: ['bench/**/*.bench.ts'], suppressExportGetterWarnings: true },
        },
      },
    ],
  },
});
