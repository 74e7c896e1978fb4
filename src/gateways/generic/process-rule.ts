/**
 * How a bare process is told by its first words: interpreter and script are those of the operator's command, or the
 * program is. Interpreter options, the version of an interpreter, the way to a script and further words are forgiven.
 */
import { realpathSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { scriptEntryOf, type EntryPoint } from '../entry-point.ts';
import type { GatewayKind, NamedProcess, ProcessPlace, Served } from '../gateway-kind.ts';
import { baseName, isInterpreter, isSameWord, isShell, runsCommand, sameInterpreter, titleOf } from './words.ts';

/** @returns the path without symbolic links; null when nothing is there. */
export type RealPath = (path: string) => string | null;

const realPathSync: RealPath = (path) => {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
};

const NOWHERE: ProcessPlace = { folder: null, executable: null };

const PROVEN_BY_WITNESS: Served = { home: null, entry: 'common' };
const SUSPECT: Served = { home: null, entry: 'own' };

/**
 * Which home a process serves by the operator's command. In the home as its working directory it is this service; the
 * same script elsewhere, or another title over the same interpreter in the home, may be it: nothing is started beside
 * it.
 */
export const servedByCommand = (
  command: readonly string[],
  home: string,
  real: RealPath = realPathSync,
): GatewayKind['servedBy'] => {
  const [program = ''] = command;
  const wanted = isInterpreter(program) ? scriptEntryOf(command) : null;
  return (argv, _env, place = NOWHERE) => {
    if (command.length === 0 || argv.length === 0) return null;
    if (wanted !== null) return servedByScript(wanted, { command, home, real, argv, place });
    const isHere = isSameFolder(place.folder, home, real);
    if (runsCommand(argv, command)) {
      if (place.folder === null) return SUSPECT;
      return isHere ? { home, entry: 'own' } : PROVEN_BY_WITNESS;
    }
    if (!executes(program, argv, place.executable, home, real)) return null;
    // A daemon leaves its folder, and another daemon of the same program never was in it.
    return isHere ? SUSPECT : PROVEN_BY_WITNESS;
  };
};

interface Seen {
  readonly command: readonly string[];
  readonly home: string;
  readonly real: RealPath;
  readonly argv: readonly string[];
  readonly place: ProcessPlace;
}

const servedByScript = (wanted: EntryPoint, seen: Seen): Served | null => {
  const {
    command: [program = ''],
    home,
    real,
    argv,
    place,
  } = seen;
  const [first = ''] = argv;
  const isHere = isSameFolder(place.folder, home, real);
  if (!isInterpreter(first)) return isHere && hasOwnTitle(program, first, place.executable) ? SUSPECT : null;
  const entry = sameInterpreter(first, program) ? scriptEntryOf(argv) : null;
  const likeness = entry === null ? 'none' : likenessOf(entry, wanted, seen);
  if (entry === null || likeness === 'none') return null;
  const call = callOf(entry.words, wanted.words);
  if (likeness === 'by_name' || call === 'another') return PROVEN_BY_WITNESS;
  return isHere && likeness === 'same' && call === 'same' ? { home, entry: 'own' } : SUSPECT;
};

/** `unknown`: where its script lies cannot be told any more. `by_name`: it is called so, and lies elsewhere. */
type Likeness = 'same' | 'unknown' | 'by_name' | 'none';

const likenessOf = (entry: EntryPoint, wanted: EntryPoint, { home, real, place: { folder } }: Seen): Likeness => {
  if (entry.isModule !== wanted.isModule) return 'none';
  // A module is looked for in the working directory first.
  if (entry.isModule) {
    if (entry.name !== wanted.name) return 'none';
    if (folder === null) return 'unknown';
    return isSameFolder(folder, home, real) ? 'same' : 'by_name';
  }
  const own = resolve(home, wanted.program);
  const isAbsolute = entry.program.startsWith('/');
  if (folder === null && !isAbsolute) return isSameWord(entry.program, own) ? 'unknown' : 'none';
  const path = resolve(folder ?? '/', entry.program);
  if (path === own || path === resolve(real(home) ?? home, wanted.program)) return 'same';
  // A path of a stranger's may lie on a drive that does not answer: only one of this name is looked at.
  const ownReal = real(own);
  if (ownReal !== null && [baseName(own), baseName(ownReal)].includes(baseName(path))) {
    const found = real(path);
    if (found === ownReal) return 'same';
    // A daemon leaves its folder, and its script is named from where it was.
    if (found === null && !isAbsolute) return isSameWord(entry.program, own) ? 'unknown' : 'none';
  }
  return !isAbsolute && isSameWord(entry.program, own) ? 'by_name' : 'none';
};

/**
 * Whether the script was called for the same: what the command names beside options is there, and more may be. Two bots
 * of one script differ in that, `--bot a` and `--bot b`. `less`: it was called without any of that.
 */
const callOf = (words: readonly string[], wanted: readonly string[]): 'same' | 'less' | 'another' => {
  const there = valuesOf(words);
  let from = 0;
  for (const value of valuesOf(wanted)) {
    const at = there.findIndex((each, place) => place >= from && isSameWord(each, value));
    if (at < 0) return there.length === 0 ? 'less' : 'another';
    from = at + 1;
  }
  return 'same';
};

const valuesOf = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => {
    if (!word.startsWith('-')) return [word];
    return word.includes('=') ? [word.slice(word.indexOf('=') + 1)] : [];
  });

/** Programs of Node's that write their own titles, and only run or keep others. */
const RUNNERS = /^(?:npm|npx|yarn|pnpm|pm2|gulp|grunt)\b/i;

/**
 * A service may write a title of its own over its command line (setproctitle, `process.title`); its interpreter stays.
 * A shell writes none.
 */
const hasOwnTitle = (program: string, title: string, executable: string | null): boolean =>
  executable !== null &&
  title !== '' &&
  !isShell(program) &&
  !RUNNERS.test(title) &&
  baseName(titleOf(title)) !== baseName(executable) &&
  isInterpreter(executable) &&
  sameInterpreter(executable, program);

/** A daemon writes its own title, such as `nginx: master process` or `redis-server *:6379`. */
const executes = (
  program: string,
  argv: readonly string[],
  executable: string | null,
  home: string,
  real: RealPath,
): boolean => {
  if (program === '' || isInterpreter(program)) return false;
  return (
    baseName(titleOf(argv[0] ?? '')) === baseName(program) ||
    (executable !== null && executable === programPath(program, home, real))
  );
};

/** Where a program lies, without symbolic links; null: it is not found. */
const programPath = (program: string, home: string, real: RealPath): string | null => {
  if (program.includes('/')) return real(resolve(home, program));
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = real(join(folder, program));
    if (found !== null) return found;
  }
  return null;
};

/** The kernel names a working directory without symbolic links. */
const isSameFolder = (folder: string | null, home: string, real: RealPath): boolean =>
  folder !== null && (folder === home || folder === real(home));

/** The first number in it. */
export const readPidText = (text: string): NamedProcess | null => {
  const pid = Number(/^\s*(\d{1,10})\b/.exec(text)?.[1]);
  return pid > 0 ? { pid, startTime: null } : null;
};
