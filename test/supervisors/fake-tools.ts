/** Programs that play launchctl, docker and their like: they note how they were called and answer from a table. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOST_WORDS, runCommand, type CommandOutput, type RunCommand } from '../../src/supervisors/run-command.ts';

/** One answer; the first that fits counts. */
export interface Answer {
  /** A regular expression over the arguments, joined by blanks. */
  readonly args: string;
  /** Only while the tool is in this state; every state unless told. */
  readonly when?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** The state afterwards. */
  readonly then?: string;
}

export interface FakeTools {
  readonly dir: string;
  /** The PATH on which the fake tools come first. */
  readonly path: string;
  /** Runs commands as Lifeline does, but has the fake tools answer at once. */
  readonly run: RunCommand;
  /** Puts a tool there, or gives it a new table and state. */
  readonly play: (tool: string, answers: readonly Answer[], state?: string) => Promise<void>;
  /** How the tools were called so far, in order: `launchctl print gui/501/label`. */
  readonly calls: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

interface Files {
  readonly read: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly append: (name: string, text: string) => void;
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Plays a tool once. Its text also stands in the programs, so it names nothing that is outside of it. */
const playOnce = ({ read, write, append }: Files, tool: string, args: string): Said => {
  append('calls', tool + ' ' + args + '\n');
  const state = read(tool + '.state');
  const answer = (JSON.parse(read(tool + '.json')) as Answer[]).find(
    (one) => new RegExp(one.args).test(args) && (one.when === undefined || one.when === state),
  );
  if (!answer)
    return {
      stdout: '',
      stderr: 'the fake ' + tool + ' has no answer to: ' + args + ' (state ' + state + ')\n',
      code: 99,
    };
  if (answer.then !== undefined) write(tool + '.state', answer.then);
  return { stdout: answer.stdout ?? '', stderr: answer.stderr ?? '', code: answer.code ?? 0 };
};

const PROGRAM = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const at = (name) => join(dirname(__filename), name);
const files = {
  read: (name) => readFileSync(at(name), 'utf8'),
  write: (name, text) => writeFileSync(at(name), text),
  append: (name, text) => appendFileSync(at(name), text),
};
const said = (${playOnce.toString()})(files, basename(__filename), process.argv.slice(2).join(' '));
process.stdout.write(said.stdout);
process.stderr.write(said.stderr);
process.exitCode = said.code;
`;

/** What Lifeline would have read from that program, without a process: hundreds of them take long. */
const runHere = (dir: string, tool: string, args: readonly string[]): CommandOutput => {
  const files: Files = {
    read: (name) => readFileSync(join(dir, name), 'utf8'),
    write: (name, text) => writeFileSync(join(dir, name), text),
    append: (name, text) => appendFileSync(join(dir, name), text),
  };
  const { stdout, stderr, code } = playOnce(files, tool, args.join(' '));
  const read = (text: string): string => text.replace(/\n$/, '');
  return { exitCode: code, stdout: read(stdout), stderr: read(stderr).slice(-MOST_WORDS), failure: null };
};

export const createFakeTools = async (): Promise<FakeTools> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-tools-'));
  const path = `${dir}:${process.env['PATH'] ?? ''}`;
  return {
    dir,
    path,
    run: async (argv, options) => {
      const [tool, ...args] = argv;
      if (options?.signal?.aborted !== true && existsSync(join(dir, `${tool}.json`))) return runHere(dir, tool, args);
      return runCommand(argv, { ...options, env: { ...options?.env, PATH: path } });
    },
    play: async (tool, answers, state = '') => {
      await writeFile(join(dir, `${tool}.json`), JSON.stringify(answers));
      await writeFile(join(dir, `${tool}.state`), state);
      await writeFile(join(dir, tool), PROGRAM);
      await chmod(join(dir, tool), 0o755);
    },
    calls: async () =>
      (await readFile(join(dir, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    remove: () => rm(dir, { recursive: true }),
  };
};
