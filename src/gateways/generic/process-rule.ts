/**
 * How a bare process is told: by the operator's command, with the home as its working directory; where a pid file names
 * it, one of the two is enough. A full path, an interpreter before the program and the version in its name are forgiven.
 */
import { realpathSync } from 'node:fs';
import { trimEndOf } from '../../base/trim-end.ts';
import type { GatewayKind } from '../gateway-kind.ts';

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const INTERPRETER = /^(?:python|pypy|node|bun|deno|ruby|perl|php|java|bash|dash|sh|zsh|dotnet|lua)(?:[\d.]*)$/;
const isInterpreter = (word: string): boolean => INTERPRETER.test(baseName(word));
const withoutVersion = (name: string): string => trimEndOf(name, '0123456789.');

/** `bot.py`, `./bot.py` and `/home/me/bot/bot.py` are the same script. */
const isSameWord = (one: string, other: string): boolean => {
  if (one === other) return true;
  const [whole, part] = one.startsWith('/') ? [one, other] : [other, one];
  const relative = part.replace(/^(?:\.\/)+/, '');
  return !part.startsWith('/') && relative !== '' && (whole === relative || whole.replace(/^(?:\.\/)+/, '') === relative || (whole.startsWith('/') && whole.endsWith(`/${relative}`)));
};

const isSameProgram = (one: string, other: string): boolean =>
  isSameWord(one, other) || (isInterpreter(one) && isInterpreter(other) && withoutVersion(baseName(one)) === withoutVersion(baseName(other)));

const isEqual = (argv: readonly string[], command: readonly string[]): boolean =>
  argv.length === command.length && command.every((word, at) => (at === 0 ? isSameProgram(argv[at] ?? '', word) : isSameWord(argv[at] ?? '', word)));

/** @returns whether a process runs this command. */
export const runsCommand = (argv: readonly string[], command: readonly string[]): boolean => {
  if (command.length === 0) return false;
  const [first = '', ...rest] = argv;
  return isEqual(argv, command) || (isInterpreter(first) && isEqual(rest, command));
};

/** The kernel names a working directory without symbolic links. */
const realPath = (home: string): string => {
  try {
    return realpathSync(home);
  } catch {
    return home;
  }
};

export const servedByCommand = (command: readonly string[], home: string, hasPidFile: boolean): GatewayKind['servedBy'] => (argv, env) => {
  const isOurs = runsCommand(argv, command);
  const folder = env?.['PWD'];
  const isHere = folder !== undefined && (folder === home || folder === realPath(home));
  if (isHere && (isOurs || (hasPidFile && env !== null))) return { home };
  // A daemon leaves its folder; the pid file in the home then says whose it is.
  return isOurs ? { home: hasPidFile ? null : (folder ?? null) } : null;
};

/** The first number in it. */
export const readPidText = (text: string): { readonly pid: number; readonly startTime: null } | null => {
  const pid = Number(/^\s*(\d{1,10})\b/.exec(text)?.[1]);
  return pid > 0 ? { pid, startTime: null } : null;
};
