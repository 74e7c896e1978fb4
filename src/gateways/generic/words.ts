/**
 * The words of a command line, compared: a full path, an interpreter before the program and its version are forgiven.
 */
import { trimEndOf } from '../../base/trim-end.ts';

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const INTERPRETER = /^(?:python|pypy|node|nodejs|bun|deno|ruby|perl|php|java|bash|dash|sh|zsh|dotnet|lua)(?:[\d.]*)$/;
/** A login shell has a dash before its name. */
const SHELL = /^-?(?:ba|da|z|k)?sh$/;

export const isInterpreter = (word: string): boolean => INTERPRETER.test(baseName(word)) || isShell(word);
export const isShell = (word: string): boolean => SHELL.test(baseName(word));

/** @returns the interpreter's name without its version. */
const familyOf = (word: string): string => {
  const name = trimEndOf(baseName(word), '0123456789.');
  return name === 'nodejs' ? 'node' : name;
};

/** Whether both are the same interpreter, of whatever version; a script of one shell may run in another. */
export const sameInterpreter = (one: string, other: string): boolean =>
  familyOf(one) === familyOf(other) || (isShell(one) && isShell(other));

/** `bot.py`, `./bot.py` and `/home/me/bot/bot.py` are the same script. */
export const isSameWord = (one: string, other: string): boolean => {
  if (one === other) return true;
  const [whole, part] = one.startsWith('/') ? [one, other] : [other, one];
  const relative = part.replace(/^(?:\.\/)+/, '');
  return (
    !part.startsWith('/') &&
    relative !== '' &&
    (whole === relative ||
      whole.replace(/^(?:\.\/)+/, '') === relative ||
      (whole.startsWith('/') && whole.endsWith(`/${relative}`)))
  );
};

const isSameProgram = (one: string, other: string): boolean =>
  isSameWord(one, other) || (isInterpreter(one) && isInterpreter(other) && sameInterpreter(one, other));

const isEqual = (argv: readonly string[], command: readonly string[]): boolean =>
  argv.length === command.length &&
  command.every((word, at) => (at === 0 ? isSameProgram(argv[at] ?? '', word) : isSameWord(argv[at] ?? '', word)));

/** @returns whether a process runs this command as a whole. */
export const runsCommand = (argv: readonly string[], command: readonly string[]): boolean => {
  if (command.length === 0) return false;
  const [first = '', ...rest] = argv;
  return isEqual(argv, command) || (isInterpreter(first) && isEqual(rest, command));
};

/** The first word of a title, without the colon behind it. */
export const titleOf = (title: string): string => title.split(/\s/, 1)[0]?.replace(/:$/, '') ?? '';
