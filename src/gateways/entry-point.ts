/**
 * What a command line runs, by its first words alone: the interpreter is taken away, and what comes after the program
 * are its own words. An editor, a pager, `ssh` or `grep` that only names a gateway's program has itself as its entry
 * point.
 */

export interface EntryPoint {
  /** The program or script as it was given, with `/` between folders; of `python -m` the module. */
  readonly program: string;
  /** The last part of that, in lower case and without `.exe`. */
  readonly name: string;
  readonly isModule: boolean;
  /** Whether an interpreter stands before it. */
  readonly interpreted: boolean;
  /** The words after it. */
  readonly words: readonly string[];
}

interface Interpreter {
  readonly name: RegExp;
  /** Options whose value is the next word. */
  readonly withValue: ReadonlySet<string>;
  /** Options after which there is no script: the code itself stands on the command line. */
  readonly code: RegExp;
  /** How a module is named instead of a script; its first group is a name that follows at once. */
  readonly module: RegExp | null;
  /** Words between the interpreter and the script. */
  readonly verbs: ReadonlySet<string>;
}

const PYTHON: Interpreter = {
  name: /^(?:python|pypy)[\d.]*w?$/,
  withValue: new Set(['-W', '-X', '--check-hash-based-pycs']),
  code: /^-[bBdEhiIOPqsSuvx]*c/,
  module: /^-[bBdEhiIOPqsSuvx]*m(.*)$/,
  verbs: new Set(),
};

const NODE: Interpreter = {
  name: /^(?:node|nodejs|bun)(?:-?\d[\d.]*)?$/,
  withValue: new Set([
    '-r',
    '--require',
    '--import',
    '--loader',
    '--experimental-loader',
    '-C',
    '--conditions',
    '--title',
    '--env-file',
    '--env-file-if-exists',
    '--icu-data-dir',
    '--openssl-config',
    '--inspect-port',
    '--unhandled-rejections',
    '--disable-warning',
    '--redirect-warnings',
    '--diagnostic-dir',
    '--dns-result-order',
    '--watch-path',
  ]),
  // What only checks or tests a script does not run it as a service.
  code: /^(?:-e|-p|-pe|-c|--eval|--print|--check|--test)(?:=|$)/,
  module: null,
  verbs: new Set(['run']),
};

const INTERPRETERS = [PYTHON, NODE];

const interpreterOf = (
  name: RegExp,
  code: RegExp,
  withValue: readonly string[] = [],
  verbs: readonly string[] = [],
): Interpreter => ({ name, code, withValue: new Set(withValue), module: null, verbs: new Set(verbs) });

/** Those of services that an operator describes. */
const MORE_INTERPRETERS = [
  ...INTERPRETERS,
  interpreterOf(/^(?:ba|da|z|k)?sh$/, /^-[a-zA-Z]*[cns]/, [
    '-o',
    '-eo',
    '-euo',
    '-euxo',
    '+o',
    '-O',
    '+O',
    '--rcfile',
    '--init-file',
  ]),
  interpreterOf(/^ruby[\d.]*$/, /^-[wW]?[ec]/, ['-I', '-r', '-C']),
  interpreterOf(/^perl[\d.]*$/, /^-[wTtuU]*[eEc]/, ['-I']),
  interpreterOf(/^php[\d.]*$/, /^-[rlRFBSima]/, ['-d', '-c', '-z']),
  interpreterOf(
    /^deno$/,
    /^(?:eval|check|test|lint|fmt|repl|cache)$/,
    ['-c', '--config', '--import-map', '-L'],
    ['run'],
  ),
  interpreterOf(/^java$/, /^-{1,2}version$/, [
    '-cp',
    '-classpath',
    '--class-path',
    '-p',
    '--module-path',
    '--add-modules',
    '--add-opens',
  ]),
  interpreterOf(/^dotnet$/, /^(?:build|test|publish|restore)$/, [], ['exec']),
  interpreterOf(/^lua[\d.]*$/, /^-v$/, ['-l', '-e']),
];

const slashes = (word: string): string => word.replaceAll('\\', '/');
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const plainName = (path: string): string =>
  baseName(path)
    .toLowerCase()
    .replace(/\.exe$/, '');

/**
 * @returns null where no program can be told: an empty command line, an interpreter that runs a shell's worth of code
 * or nothing.
 */
export const entryPointOf = (argv: readonly string[]): EntryPoint | null => entryPointBy(INTERPRETERS, argv);

/** The same, where shells, Ruby, Java and others are interpreters, too. */
export const scriptEntryOf = (argv: readonly string[]): EntryPoint | null => entryPointBy(MORE_INTERPRETERS, argv);

const entryPointBy = (interpreters: readonly Interpreter[], argv: readonly string[]): EntryPoint | null => {
  const [first = '', ...rest] = argv;
  const program = slashes(first);
  if (program === '') return null;
  const interpreter = interpreters.find(({ name }) => name.test(plainName(program)));
  if (!interpreter) return { program, name: plainName(program), isModule: false, interpreted: false, words: rest };
  return scriptOf(interpreter, rest);
};

const scriptOf = ({ withValue, code, module, verbs }: Interpreter, words: readonly string[]): EntryPoint | null => {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (code.test(word)) return null;
    const found = module?.exec(word);
    if (found) {
      const joined = found[1] ?? '';
      const name = joined === '' ? (words[at + 1] ?? '') : joined;
      return name === ''
        ? null
        : {
            program: name,
            name: name.toLowerCase(),
            isModule: true,
            interpreted: true,
            words: words.slice(at + (joined === '' ? 2 : 1)),
          };
    }
    if (withValue.has(word)) at += 1;
    else if (word !== '' && !word.startsWith('-') && !verbs.has(word)) {
      const program = slashes(word);
      return { program, name: plainName(program), isModule: false, interpreted: true, words: words.slice(at + 1) };
    }
  }
  return null;
};
