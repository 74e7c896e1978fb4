import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { morningZone } from './test/morning-zone.ts';
import { LONG, WITH_MOCKS, WITH_PROCESSES } from './test/projects.ts';

const ACCEPTANCE = 'test/acceptance/**/*.test.ts';
const REAL = 'test/real/**';

/** The order of the projects: the tests that wait most begin first. */
const PROJECTS = ['acceptance', 'processes', 'mocks', 'long', 'fast'];

/**
 * The projects that compute come after those that wait. Some of their files wait as well, so it takes seven workers to
 * keep two cores busy; each worker more would load all modules anew, which takes some seconds of a core.
 */
const COMPUTING = { maxWorkers: 7, sequence: { groupOrder: 1 } } as const;
/** The files of the computing projects that wait most, for timers of real sockets. */
const WAITING = /\/test\/(?:channels|sandbox)\//;

/** The files that take longest begin before all others, also where Vitest does not know yet how long each takes. */
const LONGEST = ['self-alarm', 'killed-', 'command-line', 'second-user', 'channels-watch', 'faults-', 'memory'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ project, moduleId }: TestSpecification): boolean =>
      project.name === 'acceptance' && LONGEST.some((name) => basename(moduleId).startsWith(name));
    const place = (file: TestSpecification): number =>
      isLongest(file) || WAITING.test(file.moduleId) ? -1 : PROJECTS.indexOf(file.project.name);
    // The sort is stable: within a project Vitest's own order stays.
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
    // Most of the time of the acceptance tests is waiting: more of them at once than there are cores.
    maxWorkers: 8,
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
        test: { ...COMPUTING, name: 'mocks', include: [...WITH_MOCKS], isolate: true, benchmark: { include: [] } },
      },
      {
        extends: true,
        test: {
          ...COMPUTING,
          name: 'long',
          include: [...LONG],
          setupFiles: ['test/no-processes.ts'],
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          ...COMPUTING,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [ACCEPTANCE, REAL, ...WITH_PROCESSES, ...WITH_MOCKS, ...LONG],
          setupFiles: ['test/no-processes.ts'],
          // Imports cost a getter here and nothing in the bot: `npm run bench` shows somewhat less than is reached.
          benchmark: { include: ['bench/**/*.bench.ts'], suppressExportGetterWarnings: true },
        },
      },
    ],
  },
});
