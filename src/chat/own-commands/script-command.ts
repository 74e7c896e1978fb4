/** A command that is a TypeScript file: what its process says, as an answer. */
import { ownCommandText } from '../../text/commands/own-commands.ts';
import type { Locale } from '../../text/locale.ts';
import type { Command } from '../command/command.ts';
import type { Message } from '../message/message.ts';
import { cleanLine, cleanLines } from './clean-text.ts';
import { answering } from './context-data.ts';
import type { Declaration } from './declaration.ts';
import { environmentOf } from './environment.ts';
import { fitCode } from './fit.ts';
import { ownCommand, type OwnTools } from './own-command.ts';
import { ownMessage } from './own-message.ts';
import { refused } from './refused.ts';
import { startScript, type RunningScript } from './script-process.ts';
import { distrust } from './file-trust.ts';

const MAX_TEXT = 300;

export const scriptCommand = (declaration: Declaration, file: string, where: string, tools: OwnTools): Command => {
  const { name, timeoutMs } = declaration;

  return ownCommand(
    declaration,
    {
      where,
      help: declaration.help ?? {
        'zh-CN': ownCommandText('zh-CN').fromFile(where),
        en: ownCommandText('en').fromFile(where),
      },
      shown: (values) => [[`/${name}`, ...Object.values(values).map(String)].join(' ')],
      begin: (context, args, spoke) => {
        // It may have changed hands since it was read.
        const problem = distrust(file);
        if (problem !== null) return refused(name, problem, context.locale);
        const { locale, now, operator } = context;
        const running = startScript(
          { kind: 'run', file, context: { locale, now, operator: { name: operator.name, role: operator.role }, args } },
          {
            env: environmentOf([], process.env).variables,
            timeoutMs,
            killAfterMs: tools.killAfterMs,
            answer: answering(name, context, spoke),
            ...(tools.signal ? { signal: tools.signal } : {}),
            ...(tools.child === undefined ? {} : { child: tools.child }),
          },
        );
        return { gone: running.gone, answer: running.result.then((ended) => answerOf(name, timeoutMs, ended, locale)) };
      },
    },
    tools,
  );
};

const answerOf = (
  name: string,
  timeoutMs: number,
  { result, stderr, tookMs }: Awaited<RunningScript['result']>,
  locale: Locale,
): Message => {
  const text = ownCommandText(locale);
  switch (result.kind) {
    case 'answer': {
      // To say nothing is to say that all went well.
      if (result.answer === undefined || result.answer === null)
        return { tone: 'good', title: text.done(name, tookMs) };
      return (
        ownMessage(name, result.answer, locale) ?? {
          tone: 'warning',
          title: text.noMessage(name),
          note: text.noMessageNote(),
        }
      );
    }
    case 'threw':
      return { tone: 'warning', title: text.threw(name), lines: [cleanLine(result.text, MAX_TEXT)] };
    case 'ended': {
      const { title, todo } = text.failure(result.ending, { name, program: 'node', cwd: '', timeoutMs, tookMs });
      return {
        tone: 'warning',
        title: result.ending.kind === 'exit' ? text.endedItself(name) : title,
        ...(todo === null ? {} : { note: todo }),
        ...fitCode(name, cleanLines(stderr, locale), locale),
      };
    }
    case 'loaded':
      throw new Error('the process answered a question that nobody asked');
  }
};
