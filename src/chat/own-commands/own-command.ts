/** An operator's own command as one of the bus's: read the values, ask once more, take a slot, run, answer. */
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration } from '../../text/common/time.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { Message } from '../message/message.ts';
import { retype } from '../bus/parse-command.ts';
import type { Declaration } from './declaration.ts';
import { environmentOf, fill, shownWords, template } from './line.ts';
import { cleanLine, cleanLines, fitCode } from './output.ts';
import { argumentsOf, valuesOf, type Value } from './parameters.ts';
import { startProgram, type ProgramResult } from './program.ts';
import { distrustLine, type Distrust } from './trust.ts';

type Values = Readonly<Record<string, Value>>;

export interface OwnTools {
  /** In which the rules of parameters are told. */
  readonly locale: Locale;
  readonly logger: Logger;
  /** The commands that run now, by name, and since when. */
  readonly running: Map<string, number>;
  /** When to say that it still runs. */
  readonly slowMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly killAfterMs: number;
  /** Lifeline ends: what runs is ended. */
  readonly signal?: AbortSignal;
}

const MOST_AT_ONCE = 3;
const MAX_REASON = 500;

/** @param where it is declared, for the log. */
export const ownCommand = (declaration: Declaration, where: string, tools: OwnTools): Command => {
  const { name, words, parameters, confirm, timeoutMs } = declaration;
  const { running, slowMs, logger } = tools;
  const shown = cleanLine(shownWords(template(words)), 120);
  const help = declaration.help ?? {
    'zh-CN': ownCommandText('zh-CN').runs(shown),
    en: ownCommandText('en').runs(shown),
  };

  const run = async (context: CommandContext, typed: Readonly<Record<string, unknown>>): Promise<Message> => {
    const text = ownCommandText(context.locale);
    const read = valuesOf(parameters, typed);
    if (read.kind === 'wrong')
      throw new UserError('BAD_ARGUMENT', read.isDash ? text.dashValue(read.name) : text.badValue(read.name));
    const { values } = read;
    if (confirm && context.by !== 'confirmed') {
      const question: Message = {
        tone: 'warning',
        title: text.question(name),
        lines: [help[context.locale]],
        code: [cleanLine(shownWords(fill(words, values)), 500)],
      };
      return context.confirm(question, typedAgain(declaration, values), text.confirmLabel());
    }
    const since = running.get(name);
    if (since !== undefined)
      return {
        tone: 'info',
        title: text.runsAlready(name, formatDuration(context.now - since, context.locale)),
        note: text.runsAlreadyNote(),
      };
    if (running.size >= MOST_AT_ONCE)
      return {
        tone: 'info',
        title: text.tooMany([...running.keys()].map((each) => `/${each}`)),
        note: text.tooManyNote(),
      };
    // A file may have changed hands since Lifeline started.
    const problem = distrusted(declaration, fill(words, values));
    if (problem !== null) return refused(name, problem, context.locale);

    if (declaration.effects !== 'reads') context.actOutside();
    running.set(name, context.now);
    let said: Promise<void> | undefined;
    const timer = setTimeout(() => {
      // What cannot be said in between is no reason to withhold the answer.
      said = context
        .say({ tone: 'info', title: text.stillRunning(name, formatDuration(timeoutMs, context.locale)) })
        .catch(() => undefined);
    }, slowMs);
    try {
      return await runProgram(declaration, values, context, tools);
    } catch (err) {
      logger.error({ err, command: name, where }, "an operator's own command failed");
      return { tone: 'critical', title: text.broken(name), note: text.seeLog() };
    } finally {
      clearTimeout(timer);
      await said;
    }
  };

  return {
    id: name,
    aliases: declaration.aliases,
    role: declaration.role,
    effects: declaration.effects,
    own: true,
    args: argumentsOf(parameters, tools.locale),
    help,
    examples: examplesOf(declaration),
    run,
  };
};

/** @returns why it is not run; null: it may be. @param line its words; null stands for what is typed later. */
export const distrusted = ({ cwd, env }: Declaration, line: readonly (string | null)[]): Distrust | null =>
  distrustLine(line, {
    cwd,
    path: environmentOf(env, process.env).variables['PATH'] ?? '',
    values: env.flatMap((each) => ('value' in each ? [each.value] : [])),
  });

const refused = (name: string, { kind, why }: Distrust, locale: Locale): Message => ({
  tone: 'warning',
  title: kind === 'file' ? ownCommandText(locale).notTrusted(name) : ownCommandText(locale).notRun(name),
  lines: [cleanLine(why, MAX_REASON)],
});

const runProgram = async (
  { name, words, cwd, env, timeoutMs }: Declaration,
  values: Values,
  { locale }: CommandContext,
  { running, killAfterMs, signal }: OwnTools,
): Promise<Message> => {
  const release = (): void => void running.delete(name);
  try {
    const { variables, hidden } = environmentOf(env, process.env);
    const argv = fill(words, values);
    const { result, gone } = startProgram(argv, {
      env: variables,
      cwd,
      timeoutMs,
      killAfterMs,
      ...(signal ? { signal } : {}),
    });
    // What cannot be ended keeps its slot, or each try would leave one more of it behind.
    void gone.then(release, release);
    return answerOf({ name, program: argv[0] ?? '', cwd, timeoutMs, hidden }, await result, locale);
  } catch (error) {
    release();
    throw error;
  }
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

/** All values in their order, those of patterns in quotes: then each can only be read as itself. */
const typedAgain = ({ name, parameters }: Declaration, values: Readonly<Record<string, Value>>): string => {
  const names = Object.keys(parameters);
  const quoted = new Set(names.flatMap((each, index) => (parameters[each]?.kind === 'pattern' ? [index] : [])));
  return retype(
    name,
    names.map((each) => String(values[each])),
    quoted,
  );
};

const examplesOf = ({ name, parameters }: Declaration): readonly string[] => {
  const all = Object.values(parameters);
  const samples = all.map((parameter) => {
    if (parameter.preset !== null) return parameter.preset;
    if (parameter.kind === 'one_of') return parameter.values[0] ?? null;
    return parameter.kind === 'number' ? parameter.least : null;
  });
  return [
    ...(all.every(({ preset }) => preset !== null) ? [`/${name}`] : []),
    ...(all.length > 0 && samples.every((sample) => sample !== null) ? [retype(name, samples.map(String))] : []),
  ];
};
