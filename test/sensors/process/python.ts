/**
 * A program that is called like a Python, and small processes of it: what they run is told by their first words alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const FOLDER = mkdtempSync(join(tmpdir(), 'lifeline-python-'));
process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

/** A shell, of which `-m MODULE` runs the file of that name. */
export const PYTHON = join(FOLDER, 'python3');
symlinkSync('/bin/sh', PYTHON);
/** Says that it is up, and waits for a line that never comes; it ends with whoever started it. */
for (const module of ['hermes_cli.main', 'tui_gateway']) writeFileSync(join(FOLDER, module), 'echo up\nread _\n');

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
