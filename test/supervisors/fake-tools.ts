/** Programs that play launchctl, docker and their like: they note how they were called and answer from a table. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOST_WORDS, runCommand, type CommandOutput, type RunCommand } from '../../src/supervisors/run-command.ts';

/** One answer; the first that fits counts. */
export interface Answer {
  /** A regular expression over the arguments, joined by blanks; see `programOf`. */
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

/** Returns a word of a shell that stands for this text as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The tool as a program: for a shell, since a Node for each call takes many times as long. Here the regular expressions
 * are those of grep.
 */
const programOf = (answers: readonly Answer[]): string => `#!/bin/sh
dir=\${0%/*} tool=\${0##*/}
printf '%s\\n' "$tool $*" >> "$dir/calls"
read -r state < "$dir/$tool.state"
${answers
  .map(
    ({ args, when, stdout = '', stderr = '', code = 0, then }) =>
      `if ${when === undefined ? '' : `[ "$state" = ${quoted(when)} ] && `}printf '%s\\n' "$*" | grep -Eq -e ${quoted(args)}; then
${then === undefined ? '' : `printf '%s\\n' ${quoted(then)} > "$dir/$tool.state"\n`}printf '%s' ${quoted(stdout)}
printf '%s' ${quoted(stderr)} >&2
exit ${code}
fi
`,
  )
  .join('')}echo "the fake $tool has no answer to: $* (state $state)" >&2
exit 99
`;

/** What Lifeline would have read from that program, without a process: hundreds of them take long. */
const runHere = (dir: string, tool: string, words: readonly string[]): CommandOutput => {
  const args = words.join(' ');
  appendFileSync(join(dir, 'calls'), `${tool} ${args}\n`);
  const state = readFileSync(join(dir, `${tool}.state`), 'utf8').trimEnd();
  const answer = (JSON.parse(readFileSync(join(dir, `${tool}.json`), 'utf8')) as Answer[]).find(
    (one) => new RegExp(one.args).test(args) && (one.when === undefined || one.when === state),
  );
  const {
    stdout = '',
    stderr = '',
    code = 0,
    then,
  } = answer ?? { stderr: `the fake ${tool} has no answer to: ${args} (state ${state})\n`, code: 99 };
  if (then !== undefined) writeFileSync(join(dir, `${tool}.state`), `${then}\n`);
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
      await writeFile(join(dir, `${tool}.state`), `${state}\n`);
      await writeFile(join(dir, tool), programOf(answers));
      await chmod(join(dir, tool), 0o755);
    },
    calls: async () =>
      (await readFile(join(dir, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    remove: () => rm(dir, { recursive: true }),
  };
};
