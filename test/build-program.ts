/**
 * Builds the program that the tests start, before the first of them: few files start in half the time of the sources.
 * It is kept for as long as nothing that goes into it changes. `LIFELINE_TEST_PROGRAM=sources`: the sources are started;
 * `LIFELINE_TEST_PROGRAM=binary`: the single executable.
 */
import { execFileSync } from 'node:child_process';
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
  writeFileSync,
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
export const builtProgram = (plugins: readonly Plugin[] = []): Promise<string> =>
  kept(
    plugins.map(({ name }) => name),
    (folder) => bundle(folder, plugins),
  );

/**
 * The tests start a file with this Node: the file of the executable's folder makes the process that of the executable,
 * with the same pid, arguments and environment.
 */
const builtExecutable = (): Promise<string> =>
  kept(['executable'], async (folder) => {
    // The sandbox's gateway is started from there too.
    await bundle(folder);
    const executable = join(folder, 'lifeline');
    execFileSync(process.execPath, [join(ROOT, 'build/binary.ts'), executable], { stdio: 'inherit' });
    writeFileSync(
      join(folder, 'src/main.js'),
      `import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
const executable = join(import.meta.dirname, '../lifeline');
// What Node is told to load before the program, the executable loads only when the environment says so, by --require.
const loaded = process.execArgv[process.execArgv.indexOf('--import') + 1];
process.execve(executable, [executable, ...process.argv.slice(2)], {
  ...process.env,
  ...(process.execArgv.includes('--import') ? { NODE_OPTIONS: '--require ' + fileURLToPath(loaded) } : {}),
});
`,
    );
  });

/** Returns the folder with this name, in which `make` has put the program. */
const kept = async (names: readonly string[], make: (folder: string) => unknown): Promise<string> => {
  const folder = join(CACHE, [stateOfSources(), ...names].join('-'));
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const unfinished = `${folder}.${process.pid}`;
  await make(unfinished);
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
  const program = process.env['LIFELINE_TEST_PROGRAM'];
  if (program === 'sources') delete process.env['LIFELINE_BUNDLE'];
  else process.env['LIFELINE_BUNDLE'] ??= await (program === 'binary' ? builtExecutable() : builtProgram());
};
