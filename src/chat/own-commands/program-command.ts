/** A command that is declared in YAML: a program with fixed words and a few that are typed. */
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import type { Command } from '../command/command.ts';
import type { Message } from '../message/message.ts';
import { fill, shownWords, template } from './argv.ts';
import { cleanLine, cleanLines } from './clean-text.ts';
import type { ProgramDeclaration, Read } from './declaration.ts';
import { environmentOf } from './environment.ts';
import { fitCode } from './fit.ts';
import { ownCommand, type OwnTools } from './own-command.ts';
import { startProgram, type ProgramResult } from './program.ts';
import { distrustProgram } from './program-trust.ts';
import { refused } from './refused.ts';

export const programCommand = (declaration: ProgramDeclaration, where: string, tools: OwnTools): Command => {
  const { name, words, cwd, env, timeoutMs } = declaration;
  const shown = cleanLine(shownWords(template(words)), 120);
  return ownCommand(
    declaration,
    {
      where,
      help: declaration.help ?? { 'zh-CN': ownCommandText('zh-CN').runs(shown), en: ownCommandText('en').runs(shown) },
      shown: (values) => [cleanLine(shownWords(fill(words, values)), 500)],
      begin: ({ locale }, values) => {
        const { variables, hidden } = environmentOf(env, process.env);
        // It may have changed hands since Lifeline started.
        const problem = distrustProgram(fixed(words), { cwd, path: variables['PATH'] ?? '' });
        if (problem !== null) return refused(name, problem, locale);
        const argv = fill(words, values);
        const { result, gone } = startProgram(argv, {
          env: variables,
          cwd,
          timeoutMs,
          killAfterMs: tools.killAfterMs,
          ...(tools.signal ? { signal: tools.signal } : {}),
        });
        return {
          gone,
          answer: result.then((ended) =>
            answerOf({ name, program: argv[0] ?? '', cwd, timeoutMs, hidden }, ended, locale),
          ),
        };
      },
    },
    tools,
  );
};

const fixed = (words: ProgramDeclaration['words']): readonly string[] =>
  words.flatMap((word) => (word.kind === 'fixed' ? [word.text] : []));

/** @returns the declaration, unless others could have written what it runs. */
export const trustedProgram = (read: Read<ProgramDeclaration>, where: string): Read<ProgramDeclaration> => {
  if (read.kind === 'wrong') return read;
  const { words, cwd, env } = read.value;
  const problem = distrustProgram(fixed(words), { cwd, path: environmentOf(env, process.env).variables['PATH'] ?? '' });
  return problem === null
    ? read
    : { kind: 'wrong', problems: [{ where: `${where}.run`, what: `is not run: ${cleanLine(problem, 500)}` }] };
};

interface Ran {
  readonly name: string;
  readonly program: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly hidden: readonly string[];
}

const answerOf = (ran: Ran, { ending, stdout, stderr, both, tookMs }: ProgramResult, locale: Locale): Message => {
  const text = ownCommandText(locale);
  const { name, hidden } = ran;
  if (ending.kind === 'exit' && ending.code === 0) {
    const lines = cleanLines(both, locale, hidden);
    return {
      tone: 'good',
      title: text.done(name, tookMs),
      ...(lines.length === 0 ? { lines: [text.noOutput()] } : fitCode(name, lines, locale)),
    };
  }
  const told = cleanLines(stderr, locale, hidden);
  const printed = cleanLines(stdout, locale, hidden);
  // What went wrong stands first.
  const lines = [
    ...(told.length > 0 ? [text.stderr(), ...told] : []),
    ...(printed.length > 0 ? [text.stdout(), ...printed] : []),
  ];
  const failure = text.failure(ending, { ...ran, tookMs });
  return {
    tone: 'warning',
    title: failure.title,
    ...(failure.todo === null ? {} : { note: failure.todo }),
    ...fitCode(name, lines, locale),
  };
};
