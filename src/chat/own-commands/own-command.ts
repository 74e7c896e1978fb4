/** An operator's own command as one of the bus's: read the values, ask once more, take a slot, run, answer. */
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale, Texts } from '../../text/locale.ts';
import { formatDuration } from '../../text/common/time.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { Message } from '../message/message.ts';
import { retype } from '../bus/parse-command.ts';
import type { Declaration } from './declaration.ts';
import { argumentsOf, valuesOf, type Value } from './parameters.ts';
import type { Slots } from './slots.ts';

export interface Work {
  /** The answer, soon after the time limit at the latest. */
  readonly answer: Promise<Message>;
  /** When nothing of it runs any more. */
  readonly gone: Promise<void>;
}

export interface OwnTools {
  /** In which the rules of parameters are told. */
  readonly locale: Locale;
  readonly logger: Logger;
  readonly slots: Slots;
  /** When to say that it still runs. */
  readonly slowMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly killAfterMs: number;
  /** Lifeline ends: what runs is ended. */
  readonly signal?: AbortSignal;
  /** See `LoadTools`. */
  readonly child?: string;
}

export interface OwnWork {
  /** Where it is declared, for the log. */
  readonly where: string;
  readonly help: Texts<string>;
  /** What will be done with these values, for the question. */
  shown(values: Readonly<Record<string, Value>>): readonly string[];
  /** @param spoke it has said something itself, and need not be excused. */
  begin(context: CommandContext, values: Readonly<Record<string, Value>>, spoke: () => void): Work;
}

export const ownCommand = (declaration: Declaration, work: OwnWork, tools: OwnTools): Command => {
  const { name, parameters, confirm, timeoutMs } = declaration;
  const { slots, slowMs, logger } = tools;

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
        lines: [work.help[context.locale]],
        code: work.shown(values),
      };
      return context.confirm(question, typedAgain(declaration, values), text.confirmLabel());
    }
    const slot = slots.take(name, context.now);
    if (slot.kind === 'same')
      return {
        tone: 'info',
        title: text.runsAlready(name, formatDuration(context.now - slot.since, context.locale)),
        note: text.runsAlreadyNote(),
      };
    if (slot.kind === 'full')
      return { tone: 'info', title: text.tooMany(slot.names.map((each) => `/${each}`)), note: text.tooManyNote() };

    if (declaration.effects !== 'reads') context.actOutside();
    let quiet = true;
    const begun = begin(work, context, values, () => (quiet = false), slot.release);
    let said: Promise<void> | undefined;
    const timer = setTimeout(() => {
      // What cannot be said in between is no reason to withhold the answer.
      if (quiet)
        said = context
          .say({ tone: 'info', title: text.stillRunning(name, formatDuration(timeoutMs, context.locale)) })
          .catch(() => undefined);
    }, slowMs);
    try {
      return await begun;
    } catch (err) {
      logger.error({ err, command: name, where: work.where }, "an operator's own command failed");
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
    help: work.help,
    examples: examplesOf(declaration),
    run,
  };
};

const begin = async (
  work: OwnWork,
  context: CommandContext,
  values: Readonly<Record<string, Value>>,
  spoke: () => void,
  release: () => void,
): Promise<Message> => {
  let begun: Work;
  try {
    begun = work.begin(context, values, spoke);
  } catch (error) {
    release();
    throw error;
  }
  // What cannot be ended keeps its slot, or each try would leave one more of it behind.
  void begun.gone.then(release, release);
  return begun.answer;
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
