/**
 * What a command line runs, by its first words alone: the interpreter is taken away, and what comes after the program are
 * its own words. An editor, a pager, `ssh` or `grep` that only names a gateway's program has itself as its entry point.
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
  withValue: new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--title', '--env-file', '--icu-data-dir', '--openssl-config']),
  code: /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/,
  module: null,
  verbs: new Set(['run']),
};

const INTERPRETERS = [PYTHON, NODE];

const slashes = (word: string): string => word.replaceAll('\\', '/');
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const plainName = (path: string): string => baseName(path).toLowerCase().replace(/\.exe$/, '');

/** @returns null where no program can be told: an empty command line, an interpreter that runs a shell's worth of code or nothing. */
export const entryPointOf = (argv: readonly string[]): EntryPoint | null => {
  const [first = '', ...rest] = argv;
  const program = slashes(first);
  if (program === '') return null;
  const interpreter = INTERPRETERS.find(({ name }) => name.test(plainName(program)));
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
      return name === '' ? null : { program: name, name: name.toLowerCase(), isModule: true, interpreted: true, words: words.slice(at + (joined === '' ? 2 : 1)) };
    }
    if (withValue.has(word)) at += 1;
    else if (word !== '' && !word.startsWith('-') && !verbs.has(word)) {
      const program = slashes(word);
      return { program, name: plainName(program), isModule: false, interpreted: true, words: words.slice(at + 1) };
    }
  }
  return null;
};
