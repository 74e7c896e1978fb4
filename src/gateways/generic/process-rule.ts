/**
 * How a bare process is told by its first words: it runs the operator's command. A full path, an interpreter before the
 * program and the version in its name are forgiven.
 */
import { realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { trimEndOf } from '../../base/trim-end.ts';
import type { GatewayKind, NamedProcess } from '../gateway-kind.ts';

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

/** A daemon writes its own title, such as `nginx: master process` or `redis-server *:6379`. */
const titleOf = (argv: readonly string[]): string => (argv[0] ?? '').split(/\s/, 1)[0]?.replace(/:$/, '') ?? '';

const executes = (command: readonly string[], argv: readonly string[], executable: string | null): boolean => {
  const [program = ''] = command;
  if (program === '' || isInterpreter(program)) return false;
  return baseName(titleOf(argv)) === baseName(program) || (executable !== null && executable === programPath(program));
};

/** Where a program lies, without symbolic links; null: it is not found. */
const programPath = (program: string): string | null => {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    try {
      return realpathSync(join(folder, program));
    } catch {
      // The next folder.
    }
  }
  return null;
};

/**
 * Which home a process serves by the operator's command: the whole of it, in the home as its working directory. The same
 * command elsewhere, or only its program, counts no more than a witness makes of it.
 */
export const servedByCommand = (command: readonly string[], home: string): GatewayKind['servedBy'] => (argv, _env, { folder, executable } = { folder: null, executable: null }) => {
  // A daemon leaves its folder, and another one of the same command never was in it: its folder excludes nobody.
  if (runsCommand(argv, command)) return folder === null ? { home: null, entry: 'own' } : isSameFolder(folder, home) ? { home, entry: 'own' } : { home: null, entry: 'common' };
  return executes(command, argv, executable) ? { home: null, entry: 'common' } : null;
};

/** The kernel names a working directory without symbolic links. */
const isSameFolder = (folder: string, home: string): boolean => {
  if (folder === home) return true;
  try {
    return folder === realpathSync(home);
  } catch {
    return false;
  }
};

/** The first number in it. */
export const readPidText = (text: string): NamedProcess | null => {
  const pid = Number(/^\s*(\d{1,10})\b/.exec(text)?.[1]);
  return pid > 0 ? { pid, startTime: null } : null;
};
