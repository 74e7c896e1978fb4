/** `/logs`: the last lines of a gateway's log. */
import { UserError } from '../src/base/errors.ts';
import type { Command, CommandContext } from '../src/chat/command.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands.ts';
import { oneGateway } from './shared/pick-gateway.ts';
import { usageLine } from './shared/usage.ts';

const DEFAULT_LINES = 20;
const MAX_LINES = 200;
/** A phone shows no more of a line, and one line may be megabytes long. */
const MAX_LINE = 500;

const shortened = (line: string): string => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line);

/** A gateway's name is never a number, so the two arguments may come in either order. */
const readArguments = ({ locale }: CommandContext, args: readonly string[]): { gateway: string | undefined; count: number | undefined } => {
  const text = commandText(locale);
  const numbers = args.filter((arg) => /^[-+]?\d/.test(arg) && !Number.isNaN(Number(arg)));
  const names = args.filter((arg) => !numbers.includes(arg));
  if (numbers.length > 1 || names.length > 1) throw new UserError('TOO_MANY_ARGUMENTS', text.tooManyArguments(usageLine(logs, locale)));
  const [typed] = numbers;
  const count = typed === undefined ? undefined : Number(typed);
  if (typed !== undefined && !(Number.isInteger(count) && Number(count) >= 1)) throw new UserError('BAD_COUNT', text.badCount(typed, MAX_LINES));
  return { gateway: names[0], count };
};

const missingFile = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const logs = {
  id: 'logs',
  aliases: ['日志'],
  role: 'viewer',
  effects: 'reads',
  usage: ['gateway?', 'n?'],
  help: COMMAND_HELP.logs,
  examples: ['/logs', '/logs 50', '/logs main 50'],
  async run(context, args) {
    const text = commandText(context.locale);
    const { gateway: typed, count = DEFAULT_LINES } = readArguments(context, args);
    const gateway = oneGateway(context, typed, 'logs');
    try {
      const lines = await gateway.logs(Math.min(count, MAX_LINES));
      if (lines.length === 0) return { tone: 'info', title: text.noLogLines(gateway.name) };
      return {
        tone: 'info',
        title: text.logs(gateway.name, lines.length),
        code: lines.map(shortened),
        ...(count > MAX_LINES ? { note: text.atMost(MAX_LINES) } : {}),
      };
    } catch (error) {
      if (missingFile(error)) return { tone: 'warning', title: text.noLogFile(gateway.name, error.path ?? null) };
      throw error;
    }
  },
} satisfies Command;
