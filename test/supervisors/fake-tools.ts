/** Programs that play launchctl, docker and their like: they note how they were called and answer from a table. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type RunCommand } from '../../src/supervisors/run-command.ts';

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
  /** Runs commands as Lifeline does, but finds the fake tools first. */
  readonly run: RunCommand;
  /** Puts a tool there, or gives it a new table and state. */
  readonly play: (tool: string, answers: readonly Answer[], state?: string) => Promise<void>;
  /** How the tools were called so far, in order: `launchctl print gui/501/label`. */
  readonly calls: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

const PROGRAM = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const tool = basename(__filename), dir = dirname(__filename), args = process.argv.slice(2).join(' ');
appendFileSync(join(dir, 'calls'), tool + ' ' + args + '\\n');
const answers = JSON.parse(readFileSync(join(dir, tool + '.json'), 'utf8'));
const state = readFileSync(join(dir, tool + '.state'), 'utf8');
const answer = answers.find((one) => new RegExp(one.args).test(args) && (one.when === undefined || one.when === state));
if (!answer) {
  process.stderr.write('the fake ' + tool + ' has no answer to: ' + args + ' (state ' + state + ')\\n');
  process.exitCode = 99;
} else {
  if (answer.then !== undefined) writeFileSync(join(dir, tool + '.state'), answer.then);
  process.stdout.write(answer.stdout ?? '');
  process.stderr.write(answer.stderr ?? '');
  process.exitCode = answer.code ?? 0;
}
`;

export const createFakeTools = async (): Promise<FakeTools> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-tools-'));
  const path = `${dir}:${process.env['PATH'] ?? ''}`;
  return {
    dir,
    path,
    run: (argv, options) => runCommand(argv, { ...options, env: { ...options?.env, PATH: path } }),
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
