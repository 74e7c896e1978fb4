/** Tests against real things on this machine; not part of `npm test`. `test/real/run` installs what they need. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/real/**/*.test.ts'],
    // They take minutes: each test is told of as it ends.
    reporters: ['verbose'],
    globalSetup: ['test/real/openclaw/install-folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // They start service managers of their own; one at a time is enough for two cores.
    maxWorkers: 1,
    fileParallelism: false,
    // Each Lifeline starts from the sources: what Node has compiled once is kept.
    env: {
      TZ: 'Asia/Shanghai',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
    },
  },
});
