/**
 * A program that is called like a Python, and small processes of it: what they run is told by their first words alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/python', import.meta.url));

/** A shell, of which `-m MODULE` runs the file of that name. */
export const PYTHON = join(FOLDER, 'python3');

/** The folder is made once and stays: a worker is ended before it could remove one of its own. */
const makeFolder = (): void => {
  mkdirSync(dirname(FOLDER), { recursive: true });
  const made = mkdtempSync(`${FOLDER}-`);
  symlinkSync('/bin/sh', join(made, 'python3'));
  // Says that it is up, and waits for a line that never comes; it ends with whoever started it.
  for (const module of ['hermes_cli.main', 'tui_gateway']) writeFileSync(join(made, module), 'echo up\nread _\n');
  try {
    renameSync(made, FOLDER);
  } catch (error) {
    rmSync(made, { recursive: true });
    // Another worker was the first.
    if (!existsSync(PYTHON)) throw error;
  }
};
if (!existsSync(PYTHON)) makeFolder();

/** `python3 WORDS…` until the end of the test. */
export const playPython = async (
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> => {
  const child = spawn(PYTHON, words, { cwd: FOLDER, env, stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
  });
  await once(child.stdout, 'data');
  return child;
};
