/** Tests of `npm run test:fast` must start no process: one that does fails, and its file belongs in the list. */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { isAcceptance, WITH_MOCKS, WITH_PROCESSES } from './projects.ts';

type Start = (...given: unknown[]) => unknown;

/** The files of a worker share this. */
const shared = globalThis as { lifelineTestStarts?: Set<string> };

const watchStarts = (): Set<string> => {
  const started = new Set<string>();
  const module = createRequire(import.meta.url)('node:child_process') as Record<string, Start> & {
    ChildProcess: { prototype: { spawn: Start } };
  };
  const { prototype } = module.ChildProcess;
  const { spawn } = prototype;
  prototype.spawn = function (this: unknown, ...given) {
    started.add(String((given[0] as { readonly file?: unknown }).file));
    return spawn.apply(this, given);
  };
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    const start = module[name];
    if (!start) continue;
    module[name] = (...given) => {
      started.add(String(given[0]));
      return start(...given);
    };
  }
  syncBuiltinESMExports();
  return started;
};

const mayStart = (): boolean => {
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  return isAcceptance(file) || WITH_PROCESSES.includes(file) || WITH_MOCKS.includes(file);
};

const started = (shared.lifelineTestStarts ??= watchStarts());
started.clear();

afterAll(() => {
  if (started.size > 0 && !mayStart())
    throw new Error(
      `a process was started (${[...started].join(', ')}): add this file to WITH_PROCESSES in test/projects.ts`,
    );
});
