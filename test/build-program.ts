/**
 * Builds the program that the tests start, before the first of them: few files start in half the time of the sources.
 * It is kept for as long as nothing that goes into it changes. `LIFELINE_TEST_PROGRAM=sources`: the sources are started.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundle, ROOT } from '../build/bundle.ts';

const CACHE = join(ROOT, 'node_modules/.cache/lifeline');
/** A test run of another state of the sources may still use its own. */
const KEPT_MS = 24 * 60 * 60_000;

const stateOfSources = (): string => {
  const hash = createHash('sha256');
  const files = globSync(
    [
      '{src,sandbox,commands,build}/**/*',
      'test/acceptance/fixtures/break*.ts',
      'test/build-program.ts',
      'package.json',
      'package-lock.json',
    ],
    { cwd: ROOT },
  );
  for (const file of files.sort()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};

const removeOld = (): void => {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
};

/** Returns the folder of the program. One with plugins of a test is another one. */
export const builtProgram = async (plugins: readonly Plugin[] = []): Promise<string> => {
  const folder = join(CACHE, [stateOfSources(), ...plugins.map(({ name }) => name)].join('-'));
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const unfinished = `${folder}.${process.pid}`;
  await bundle(unfinished, plugins);
  copyFileSync(join(ROOT, 'package.json'), join(unfinished, 'package.json'));
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another test run was faster.
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return folder;
};

export const setup = async (): Promise<void> => {
  if (process.env['LIFELINE_TEST_PROGRAM'] === 'sources') delete process.env['LIFELINE_BUNDLE'];
  else process.env['LIFELINE_BUNDLE'] ??= await builtProgram();
};
