/** `/why`: what the present verdicts rest on, line by line. */
import { UserError } from '../src/base/errors.ts';
import type { Command, CommandContext } from '../src/chat/command.ts';
import type { Evidence } from '../src/diagnosis/evidence.ts';
import type { Verdict } from '../src/diagnosis/verdict.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands.ts';
import { formatTime } from '../src/text/time.ts';
import { causeText, remedyText } from '../src/text/words.ts';
import { look } from './shared/look.ts';
import { oneGateway } from './shared/pick-gateway.ts';
import { DOT, toneOf, worstOf } from '../src/chat/tone.ts';
import { usageLine } from './shared/usage.ts';
import { conditionWords, summary } from '../src/chat/verdict-words.ts';

/** A phone shows no more of a line. */
const MAX_LINE = 200;

const shortened = (line: string): string => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line);

const evidenceLine = ({ at, source, text }: Evidence, { locale, now }: CommandContext): string => shortened(`  ${formatTime(at, locale, now)} ${source}: ${text}`);

const reasons = (verdict: Verdict, context: CommandContext): string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const state = text.since(conditionWords(verdict, locale), formatTime(verdict.since, locale, now));
  return [
    `${DOT[toneOf(verdict)]} ${text.because(state, causeText(verdict.cause, locale))}`,
    ...(verdict.remedy === 'none' ? [] : [`  ${text.remedy(remedyText(verdict.remedy, locale))}`]),
    ...verdict.evidence.map((piece) => evidenceLine(piece, context)),
  ];
};

export const why = {
  id: 'why',
  aliases: ['为什么', '原因'],
  role: 'viewer',
  effects: 'reads',
  usage: ['gateway?'],
  help: COMMAND_HELP.why,
  examples: ['/why', '/why main'],
  async run(context, args) {
    const text = commandText(context.locale);
    const [typed, ...more] = args;
    if (more.length > 0) throw new UserError('TOO_MANY_ARGUMENTS', text.tooManyArguments(usageLine(why, context.locale)));
    const { name, ...seen } = await look(oneGateway(context, typed, 'why'));
    if (!seen.report) return { tone: 'warning', title: text.subject(name, text.cannotLook(seen.problem)) };
    const { verdicts } = seen.report;
    return {
      tone: worstOf(verdicts),
      title: text.subject(name, summary(verdicts, context.locale)),
      lines: verdicts.flatMap((verdict) => reasons(verdict, context)),
    };
  },
} satisfies Command;
