import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { IN_DEPTH } from './test/deep.ts';
import { ACCEPTANCE, CONTRACT, isAcceptance, LONG, LONGEST, WITH_MOCKS, WITH_PROCESSES } from './test/projects.ts';

/** `npm run test:fast`: without what starts processes or computes for seconds. */
const IS_FAST = process.env['LIFELINE_TEST_FAST'] === '1';

/**
 * Most of the time of the acceptance tests is waiting, and what computes runs meanwhile: more workers than there are
 * cores. Each loads all modules anew, which takes a second of a core: fewer where nothing waits, and in depth, where a
 * file plays more stories side by side.
 */
const waiting = IN_DEPTH ? 6 : 12;
const maxWorkers = IS_FAST ? 8 : waiting;

/** What `npm run test:fast` leaves out. */
const LEFT_OUT = IS_FAST ? [`${ACCEPTANCE}/**`, ...WITH_PROCESSES, ...LONG] : [];

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const LONGEST_PATHS = new Set(LONGEST.map(pathOf));

/**
 * What waits longest begins first: at the end no core is to wait for one file. The other acceptance tests are spread
 * over what computes, so that the cores are never idle and never have all of the waiting before them at once.
 */
class WaitingBesideComputing extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Of what is quick the tests of real sockets wait longest.
    const isLongest = ({ moduleId }: TestSpecification): boolean =>
      IS_FAST ? /\/test\/(?:channels|sandbox)\//.test(moduleId) : LONGEST_PATHS.has(moduleId);
    const isMocked = ({ project }: TestSpecification): boolean => project.name === 'mocks';
    const others = sorted.filter((file) => !isLongest(file) && !isMocked(file));
    const isWaiting = ({ moduleId }: TestSpecification): boolean => isAcceptance(moduleId);
    return [
      // A worker ends when the next file is of another project.
      ...sorted.filter(isMocked),
      ...sorted.filter(isLongest),
      ...spread(
        others.filter(isWaiting),
        others.filter((file) => !isWaiting(file)),
      ),
    ];
  }
}

/** Returns the `rare` ones evenly over the first two thirds of the `others`. */
const spread = <Item>(rare: readonly Item[], others: readonly Item[]): readonly Item[] => {
  const gap = Math.floor((others.length * 2) / 3 / Math.max(1, rare.length));
  return [
    ...rare.flatMap((item, index) => [item, ...others.slice(index * gap, (index + 1) * gap)]),
    ...others.slice(rare.length * gap),
  ];
};

for (const file of [...LONG, ...LONGEST, ...WITH_MOCKS, ...WITH_PROCESSES])
  if (!existsSync(pathOf(file))) throw new Error(`test/projects.ts: there is no ${file}`);

for (const pattern of CONTRACT)
  if (globSync(pattern, { cwd: import.meta.dirname }).length === 0)
    throw new Error(`test/projects.ts: CONTRACT names no file: ${pattern}`);

/** A part of `tests`, by itself: a project that ran beside it would play these files twice. */
const contract: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'contract',
    include: [...CONTRACT],
    globalSetup: ['test/build-program.ts'],
    benchmark: { include: [] },
  },
};

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
    sequence: { sequencer: WaitingBesideComputing },
    setupFiles: ['test/vitest-setup.ts', 'test/no-processes.ts'],
    env: {
      // Lifeline's own time and the operator's are apart; a fixed zone keeps log fixtures readable.
      TZ: 'Asia/Shanghai',
      NO_COLOR: '1',
      // Many tests start the real binary: what Node has compiled once is kept.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
    },
    projects: [
      ...(process.env['LIFELINE_TEST_CONTRACT'] === '1' ? [contract] : []),
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', ...WITH_MOCKS, ...LEFT_OUT],
          globalSetup: IS_FAST ? [] : ['test/build-program.ts'],
          // Imports cost a getter here and nothing in the bot: `npm run bench` shows somewhat less than is reached.
          benchmark: { include: ['bench/**/*.bench.ts'], suppressExportGetterWarnings: true },
        },
      },
      {
        extends: true,
        test: {
          name: 'mocks',
          include: IS_FAST ? [] : [...WITH_MOCKS],
          isolate: true,
          benchmark: { include: [] },
        },
      },
    ],
  },
});
