/**
 * Whether an own command runs only what the operator or the system has written. Like ssh with its keys, Lifeline runs
 * no code that others could have changed: every file that is named anywhere on the line, each link to it and each
 * folder above it must be of Lifeline's user or root, and not writable for others. A program that finds its code in
 * another way (an inline text, a module's name, a Makefile) is refused, because no file is named that could be judged.
 */
import { accessSync, constants, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { commandLine } from '../../base/command-line.ts';
import { OWN_CODE, seeForeignNow } from '../../base/open-foreign.ts';
import { fileRefusalOf, fileRefusalText, shownPath } from '../../base/refused-file.ts';

export interface Place {
  readonly cwd: string;
  /** The PATH with which the program is started. */
  readonly path: string;
  /** The values that the declaration adds to the environment: `LD_PRELOAD` and `NODE_OPTIONS` name code, too. */
  readonly values: readonly string[];
}

/** `form`: what the line runs cannot be judged; `file`: others could have changed a file. */
export interface Distrust {
  readonly kind: 'form' | 'file';
  /** A sentence that says what to do. */
  readonly why: string;
}

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Programs that start the program that their arguments name. */
const STARTERS = set(`
  env timeout nice nohup setsid stdbuf unbuffer xargs parallel ionice chrt taskset numactl flock prlimit time watch
  busybox toybox script expect strace ltrace perf gdb valgrind su runuser setpriv pkexec sg newgrp runcon chroot unshare
  nsenter bwrap firejail fakeroot setarch linux32 linux64 systemd-run systemd-inhibit start-stop-daemon daemonize
  dbus-run-session dbus-launch xvfb-run screen tmux at batch cgexec torsocks proxychains proxychains4 rlwrap eatmydata
  sudo doas sudo-rs gosu su-exec chpst setuidgid s6-setuidgid tini dumb-init caffeinate chronic entr watchexec dotenv
  direnv mise asdf pyenv rbenv nodenv volta conda mamba micromamba pdm hatch rye pm2 nix-shell guix flatpak genv gtimeout
`);
/** Programs that run what a file of the folder says, without that anything names the file. */
const PROJECT_TOOLS = set(`
  make gmake bmake ninja npm npx yarn pnpm pnpx corepack bunx uv uvx poetry pipenv pipx tox nox rake bundle just task
  gradle mvn ant cargo go dotnet invoke fab docker-compose podman-compose composer vagrant terraform tofu pulumi
`);
/** Programs that start what they are told inside of a container, or on another machine. */
const ELSEWHERE = set('docker podman nerdctl kubectl lxc incus ssh');
/** Programs whose first argument that is no option is the script. */
const INTERPRETER =
  /^(?:python|pypy|node|nodejs|bun|deno|tsx|ts-node|ruby|perl|php|lua|luajit|java|rscript|jruby|ipython|tclsh|julia|groovy|scala|elixir|escript|runghc|guile|racket|osascript|pwsh|sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh)[\d.]*$/i;
/** Options of interpreters that neither name code nor take the next word. */
const HARMLESS_OPTIONS = set('-- -u -B -w -x --no-warnings');
/** An operator's own `cat` may do anything with its arguments. */
const OF_SYSTEM = /^(?:\/usr)?\/bin\//;
/** Programs of the system that only read or list the files that they are given. */
const READERS = set('cat tac head tail wc ls du df stat file grep nl cut find md5sum sha1sum sha256sum');
const STARTED_BY_FIND = set('-exec -execdir -ok -okdir');
const SUDO_OPTIONS = set('-n --non-interactive -H --set-home');
/** One program with many names; which one it is, its own name says. */
const MANY_IN_ONE = set('busybox toybox coreutils');

const BY_SCRIPT = 'put the line into an executable script of your own and run that';
const INSTEAD: Readonly<Record<string, string>> = {
  env: 'write the variables under env, and the folder under cwd',
  timeout: 'write timeout: 30s under the command',
  nohup: 'leave it out; what a program leaves running goes on',
  setsid: 'leave it out; every own command has a session of its own',
};

/** @param line the words of the command; null stands for a parameter that has no value yet. */
export const distrustLine = (line: readonly (string | null)[], place: Place): Distrust | null => {
  const [first] = line;
  const isSudo = first != null && /^(?:sudo|doas)$/.test(basename(first));
  const { words, unknown } = isSudo ? withoutSudo(line) : { words: line, unknown: null };
  if (unknown !== null)
    return form(
      `${unknown} of ${basename(first ?? '')} cannot be checked; write sudo -n [-u USER] PROGRAM, or ${BY_SCRIPT}`,
    );
  const [program, ...args] = words;
  if (program == null) return form('the program must be fixed');
  const file = findProgram(program, place);
  const names = namesOf(program, file);
  const problem = distrustForm(names, args, place.cwd);
  if (problem !== null) return form(problem);

  const onlyReads = file !== null && OF_SYSTEM.test(file) && names.every((name) => READERS.has(name));
  const named = onlyReads ? place.values : [...args, ...place.values, place.cwd];
  const files = [
    ...(first === program ? [] : [findProgram(first ?? '', place)]),
    file,
    ...named.flatMap((word) => (word === null ? [] : filesIn(word, place))),
  ];
  for (const each of new Set(files)) {
    const why = each === null || isOwnInterpreter(each) ? null : distrust(each);
    if (why !== null) return { kind: 'file', why };
  }
  return null;
};

const form = (why: string): Distrust => ({ kind: 'form', why });

/** The line that sudo starts. */
const withoutSudo = (
  line: readonly (string | null)[],
): { readonly words: readonly (string | null)[]; readonly unknown: string | null } => {
  let at = 1;
  for (let word = line[at]; word?.startsWith('-') === true; word = line[at]) {
    at += 1;
    if (word === '--') break;
    if (word === '-u' || word === '-g') at += 1;
    else if (!SUDO_OPTIONS.has(word) && !/^--(?:user|group)=/.test(word)) return { words: [], unknown: word };
  }
  const words = line.slice(at);
  // sudo takes `NAME=value` before the program as a variable for it.
  return words[0]?.includes('=') === true ? { words: [], unknown: words[0] } : { words, unknown: null };
};

/** What a program is called on the line, and what it is behind its links: `/usr/bin/python3` may be a link. */
const namesOf = (program: string, file: string | null): readonly string[] => {
  const real = file === null ? null : basename(realPath(file) ?? file);
  return [basename(program), ...(real === null || MANY_IN_ONE.has(real) ? [] : [real])].map((name) =>
    name.toLowerCase(),
  );
};

/** @returns what is wrong with the kind of program, in a sentence. */
const distrustForm = (names: readonly string[], args: readonly (string | null)[], cwd: string): string | null => {
  const [name = ''] = names;
  if (names.some((each) => STARTERS.has(each) || /^ld(?:-linux|-musl|\.so)/.test(each)))
    return `${name} starts another program, which is not checked in that way; ${INSTEAD[name] ?? BY_SCRIPT}`;
  if (
    names.some((each) => PROJECT_TOOLS.has(each)) ||
    (ELSEWHERE.has(name) && args.includes('compose') && !namesFile(args))
  )
    return `${name} runs what a file in its folder says, which is not checked in that way; ${BY_SCRIPT}`;
  if (name === 'find' && args.some((word) => word !== null && STARTED_BY_FIND.has(word)))
    return `find starts a program for what it finds; ${BY_SCRIPT}`;
  if (!names.some((each) => INTERPRETER.test(each))) {
    // A program that starts others has any name; code on the line is told by its form.
    const code = ELSEWHERE.has(name) ? -1 : args.findIndex((word, at) => isCode(word, args[at + 1]));
    return code < 0
      ? null
      : `${name} may run ${shownPath(basename(args[code] ?? ''))} ${shownPath((args[code + 1] ?? '').slice(0, 40))}, which no file on the line has in it; ${BY_SCRIPT}`;
  }
  const script = args.find((word) => word === null || !(HARMLESS_OPTIONS.has(word) || isJar(name, word)));
  if (script === undefined || script === null)
    return `${name} needs the file of a script behind it, such as ${name} backup; the script cannot be typed`;
  if (script.startsWith('-'))
    return `${name} ${shownPath(script.slice(0, 40))} may run what no file on the line has in it; write ${name} and the file of a script, or ${BY_SCRIPT}`;
  return isFile(resolve(cwd, script))
    ? null
    : `there is no script ${shownPath(resolve(cwd, script).slice(0, 200))}; write its whole path, or set cwd`;
};

/** `bash -c`, `python3 -m`. */
const isCode = (word: string | null, next: string | null | undefined): boolean =>
  word !== null && INTERPRETER.test(basename(word)) && next?.startsWith('-') === true && !HARMLESS_OPTIONS.has(next);

const isJar = (name: string, word: string): boolean => name === 'java' && word === '-jar';
const namesFile = (args: readonly (string | null)[]): boolean =>
  args.some((word) => word === '-f' || word?.startsWith('--file') === true);

/** What ends a path within a word: `--file=x`, `@x`, `a:b`, `-e "ssh -F x"`. */
const BETWEEN = /[\s"'`;|&()<>{}[\]=,:@$!]/u;
/** A text that is a whole program has many parts; a path with blanks in it has few. */
const MOST_PARTS = 8;

/** @returns the files and folders that a word names, as a path or by the name of a program. */
const filesIn = (word: string, place: Place): readonly string[] => {
  const begins = [0];
  const ends: number[] = [];
  for (let at = 0; at < word.length; at += 1) {
    if (!BETWEEN.test(word[at] ?? '')) continue;
    ends.push(at);
    begins.push(at + 1);
  }
  ends.push(word.length);
  // The value of a short option may be glued to it: `-Ifolder`, `-xvf/folder`.
  if (/^-[^-]/.test(word)) begins.push(2, ...(word.includes('/') ? [word.indexOf('/')] : []));
  const parts = new Set(
    begins.flatMap((begin) => {
      const after = ends.filter((end) => end > begin);
      return [...after.slice(0, MOST_PARTS), word.length].map((end) => word.slice(begin, end));
    }),
  );
  return [...parts].flatMap((part) => placesOf(part, place));
};

const placesOf = (part: string, place: Place): readonly string[] => {
  if (part === '' || part.includes('\0')) return [];
  const path = resolve(place.cwd, part);
  // Behind a link to a folder, `..` leads elsewhere than it seems.
  const real = realPath(part.startsWith('/') ? part : `${place.cwd}/${part}`);
  const found = part.includes('/') ? null : findProgram(part, place);
  return [path, real, found].flatMap((each) => (each !== null && isFileOrFolder(each) ? [each] : []));
};

const realPath = (path: string): string | null => {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
};

/** As execvp(3) finds it. */
const findProgram = (program: string, { cwd, path }: Place): string | null => {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, program));
  return places.find((each) => isFile(each) && isExecutable(each)) ?? null;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const isFile = (path: string): boolean => stats(path)?.isFile() ?? false;

/** Devices such as `/dev/null`, and sockets, hold nothing that could be run. */
const isFileOrFolder = (path: string): boolean => {
  const found = stats(path);
  return found !== null && (found.isFile() || found.isDirectory() || found.isFIFO());
};

const stats = (path: string): Stats | null => {
  try {
    return statSync(path);
  } catch {
    return null;
  }
};

/** Whoever can change that one has Lifeline itself. */
const isOwnInterpreter = (path: string): boolean => realPath(path) === realPath(process.execPath);

const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/**
 * @returns what is wrong with a file or folder, a link to it or a folder on the way, in a sentence that says what to
 * do; null: nothing.
 */
export const distrust = (path: string): string | null => {
  try {
    const { kind, mode, path: itself } = seeForeignNow(path, OWN_CODE, 'file or folder');
    // Nobody can replace what lies in /tmp, but anybody can put more there.
    return kind === 'folder' && (mode & STICKY) !== 0 && (mode & OTHERS_WRITE) !== 0
      ? `${shownPath(itself)} is a folder in which others may make files; name one of your own`
      : null;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    if (refusal === null) return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    // Whoever runs the code has read it, and knows whether it may be theirs.
    const todo =
      refusal.why === 'owner' && refusal.kind !== 'link'
        ? `; run: ${commandLine(['chown', String(process.getuid?.() ?? 0), shownPath(refusal.path)])}`
        : '';
    return `${fileRefusalText(refusal)}${todo}`;
  }
};
