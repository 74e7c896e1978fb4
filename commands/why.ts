/** `/why`: what the present verdicts rest on, line by line. */
import { defineCommand, type CommandContext } from '../src/chat/command/command.ts';
import { DOT, toneOf, worstOf } from '../src/chat/message/tone.ts';
import { conditionWords, summary } from '../src/chat/message/verdict-words.ts';
import type { Evidence } from '../src/diagnosis/evidence.ts';
import type { Remedy, Verdict } from '../src/diagnosis/verdict.ts';
import { beforeOf } from '../src/incidents/timeline.ts';
import { beforeText } from '../src/text/notices/changes-before.ts';
import { COMMAND_HELP, commandText } from '../src/text/commands/commands.ts';
import { formatTime } from '../src/text/common/time.ts';
import { causeText, remedyText } from '../src/text/common/conditions.ts';
import { oneLine } from './shared/fit.ts';
import { askGateway } from './shared/ask-gateway.ts';

/** What Lifeline does where it can. */
const ACTS: ReadonlySet<Remedy> = new Set(['start', 'restart', 'restart_link']);

const evidenceLine = ({ at, source, text }: Evidence, { locale, now }: CommandContext): string =>
  oneLine(`  ${formatTime(at, locale, now)} ${source}: ${text}`);

/** @param isTreatable whether Lifeline can start and stop the gateway. */
const reasons = (verdict: Verdict, isTreatable: boolean, context: CommandContext): string[] => {
  const { locale, now } = context;
  const text = commandText(locale);
  const state = text.since(conditionWords(verdict, locale), formatTime(verdict.since, locale, now));
  return [
    `${DOT[toneOf(verdict)]} ${toneOf(verdict) === 'good' ? state : text.because(state, causeText(verdict.cause, locale))}`,
    ...(verdict.remedy === 'none'
      ? []
      : [
          `  ${text.remedy(isTreatable || !ACTS.has(verdict.remedy) ? remedyText(verdict, locale) : text.byYourself(remedyText(verdict, locale)))}`,
        ]),
    ...verdict.evidence.map((piece) => evidenceLine(piece, context)),
  ];
};

export const why = defineCommand({
  id: 'why',
  aliases: ['为什么', '原因'],
  role: 'viewer',
  effects: 'reads',
  answers: 'private',
  args: { gateway: { kind: 'gateway', missing: 'one' } },
  help: COMMAND_HELP.why,
  examples: ['/why', '/why main'],
  async run(context, { gateway }) {
    const text = commandText(context.locale);
    const { name, ...seen } = await askGateway(gateway);
    if (!seen.report) return { tone: 'warning', title: text.subject(name, text.cannotLook(seen.problem)) };
    const { verdicts, incident } = seen.report;
    const before = incident && beforeOf(incident);
    return {
      tone: worstOf(verdicts),
      title: text.subject(name, summary(verdicts, context.locale)),
      lines: [
        ...verdicts.flatMap((verdict) => reasons(verdict, gateway.isTreatable, context)),
        ...(before === null ? [] : [beforeText(before, context.locale, context.now)]),
      ],
    };
  },
});
