/** Whether a declared program is the operator's own, or the system's: nobody else may have written what is run. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { distrust } from './file-trust.ts';

export interface ProgramPlace {
  readonly cwd: string;
  /** The PATH that it is started with. */
  readonly path: string;
}

/** A file among their words is the program that they run. */
const INTERPRETER =
  /^(?:python|pypy|node|nodejs|bun|deno|tsx|ruby|perl|php|lua|luajit|java|rscript|osascript|pwsh|bash|dash|ash|sh|zsh|ksh|fish|make)(?:[\d.]*)$/i;

/**
 * @param words those that are fixed; what is typed names no program.
 * @returns what is wrong with a file that would be run, in a sentence that says what to do; null: nothing, or there is
 * no such file.
 */
export const distrustProgram = (words: readonly string[], place: ProgramPlace): string | null => {
  const [program = '', ...rest] = words;
  const file = findProgram(program, place);
  if (file === null) return null;
  const isInterpreter = INTERPRETER.test(basename(program));
  const others = rest
    .filter((word) => !word.startsWith('-'))
    .map((word) => resolve(place.cwd, word))
    .filter((path) => isRun(path, isInterpreter));
  for (const each of [file, ...others]) {
    const problem = isOwnInterpreter(each) ? null : distrust(each);
    if (problem !== null) return problem;
  }
  return null;
};

/** As execvp(3) finds it. */
const findProgram = (program: string, { cwd, path }: ProgramPlace): string | null => {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, program));
  return places.find(isExecutable) ?? null;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** `sudo /opt/restart` and `python3 backup.py` run what they name; `tail log` does not. */
const isRun = (path: string, isInterpreter: boolean): boolean => {
  try {
    const stats = statSync(path);
    return stats.isFile() && (isInterpreter || (stats.mode & 0o111) !== 0);
  } catch {
    return false;
  }
};

/** Whoever can change that one has Lifeline itself. */
const isOwnInterpreter = (path: string): boolean => {
  try {
    return realpathSync(path) === realpathSync(process.execPath);
  } catch {
    return false;
  }
};
