/** The TypeScript files of the operators' folder: which there are, and what each of them declares. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../base/errors.ts';
import { cleanLine } from './clean-text.ts';
import { readScriptDeclaration, type Declaration, type OwnProblem, type Read } from './declaration.ts';
import { environmentOf } from './environment.ts';
import type { ProgramEnd } from './program.ts';
import { startScript } from './script-process.ts';
import { distrust } from './file-trust.ts';

export interface ScriptFile {
  /** The file's name, as people call it. */
  readonly where: string;
  readonly path: string;
}

/**
 * Others in the folder are nobody's commands: `_shared.ts` is there to be imported, `*.d.ts` and `*.test.ts` are for
 * tools.
 */
const IS_COMMAND = /^[^._].*\.(?:ts|mts|js|mjs)$/;
const IS_NONE = /\.(?:d|test|spec|config)\.[mc]?[tj]s$/;

/** In the order of their names. */
export const listScripts = (
  folder: string,
): { readonly files: readonly ScriptFile[]; readonly problems: readonly OwnProblem[] } => {
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && IS_COMMAND.test(entry.name) && !IS_NONE.test(entry.name))
      .map(({ name }) => name)
      .sort();
    return { files: names.map((name) => ({ where: name, path: join(folder, name) })), problems: [] };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      files: [],
      problems: [
        {
          where: 'commands_dir',
          what: isMissing
            ? `there is no folder ${folder}; make it, or remove the key`
            : `cannot be read: ${errorText(error)}`,
        },
      ],
    };
  }
};

export interface LoadOptions {
  readonly timeoutMs: number;
  readonly killAfterMs: number;
  readonly signal?: AbortSignal;
  readonly child?: string;
}

/** Never rejects. */
export const readScript = async ({ where, path }: ScriptFile, options: LoadOptions): Promise<Read<Declaration>> => {
  const wrong = (what: string): Read<Declaration> => ({
    kind: 'wrong',
    problems: [{ where, what: cleanLine(what, 500) }],
  });
  const problem = distrust(path);
  if (problem !== null) return wrong(`is not run: ${problem}`);
  const { result } = await startScript(
    { kind: 'load', file: path },
    { env: environmentOf([], process.env).variables, ...options },
  ).result;
  switch (result.kind) {
    case 'loaded':
      return result.runs
        ? readScriptDeclaration(result.declaration, where)
        : wrong('has a "command" without "run"; write: async run(context) { … }');
    case 'threw':
      return wrong(`cannot be loaded: ${result.text}${hint(result.code, result.text)}`);
    case 'ended':
      return wrong(endedWords(result.ending, options.timeoutMs));
    case 'answer':
      return wrong('answered before it was asked');
  }
};

const hint = (code: string | null, text: string): string => {
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return '; only types may be TypeScript: no enum, no namespace, no parameter properties';
  if (code !== 'ERR_MODULE_NOT_FOUND') return '';
  return text.includes('gateway-lifeline')
    ? '; its types are imported with: import type { OwnCommand } from "gateway-lifeline/commands"'
    : '; install it in the folder of the commands, and write relative imports with their ending: "./_shared.ts"';
};

const endedWords = (ending: ProgramEnd, timeoutMs: number): string => {
  if (ending.kind === 'timeout')
    return `did not finish loading within ${timeoutMs / 1_000} s; do what takes time in run()`;
  if (ending.kind === 'called_off') return 'was not loaded: Lifeline was stopped';
  const withSignal = ending.kind === 'signal' ? ending.signal : ending.kind;
  return `ended the process while it was loaded (${ending.kind === 'exit' ? `exit code ${ending.code}` : withSignal})`;
};
