/** `/check`: a round of checks now. One line for each gateway; of the ill ones with the cause. */
import { roleAllows } from '../src/chat/access/authorise.ts';
import { defineCommand, type CommandContext, type GatewayReport } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import { byBadness, DOT, toneOf, worst, worstOf } from '../src/chat/message/tone.ts';
import { restartButton } from '../src/chat/message/treatment-messages.ts';
import { conditionWords, summary } from '../src/chat/message/verdict-words.ts';
import { argumentText } from '../src/text/commands/arguments.ts';
import { commandText } from '../src/text/commands/commands.ts';
import { decisionText } from '../src/text/common/decisions.ts';
import { ROUND_HELP, roundText } from '../src/text/commands/rounds.ts';
import { formatAgo, formatTime } from '../src/text/common/time.ts';
import { causeText } from '../src/text/common/conditions.ts';
import type { Verdict } from '../src/diagnosis/verdict.ts';
import { fitting, oneLine } from './shared/fit.ts';
import { askGateway, type GatewayAnswer } from './shared/ask-gateway.ts';
import { fewAtOnce, saying } from './shared/slow.ts';

/** What is wrong: of a gateway that is ill itself its links have nothing to add. */
const troublesOf = ({ verdicts }: GatewayReport): readonly Verdict[] => {
  const bad = verdicts.filter((verdict) => toneOf(verdict) !== 'good');
  const itself = bad.find(({ link }) => link === null);
  return itself && toneOf(itself) === worstOf(verdicts) ? [itself] : bad;
};

const troubleWords = (verdict: Verdict, { locale, now }: CommandContext): string =>
  roundText(locale).trouble(
    conditionWords(verdict, locale),
    causeText(verdict.cause, locale),
    formatTime(verdict.since, locale, now),
    formatAgo(verdict.since, locale, now),
  );

const toneOfLook = ({ report }: GatewayAnswer): 'critical' | 'warning' | 'good' =>
  report ? worstOf(report.verdicts) : 'warning';

const wordsOf = (seen: GatewayAnswer, context: CommandContext): string => {
  const { locale } = context;
  if (!seen.report) return commandText(locale).cannotLook(seen.problem);
  const troubles = troublesOf(seen.report);
  return troubles.length === 0
    ? summary(seen.report.verdicts, locale)
    : roundText(locale).and(troubles.map((verdict) => troubleWords(verdict, context)));
};

/** What a person would ask next about the one that is ill. */
const buttonsFor = (ill: readonly GatewayAnswer[], { locale, operator }: CommandContext): Pick<Message, 'buttons'> => {
  const [only, ...others] = ill;
  if (!only?.report || others.length > 0) return {};
  const curable =
    only.isTreatable && troublesOf(only.report).some(({ remedy }) => remedy === 'restart' || remedy === 'start');
  const why: Button = { label: roundText(locale).whyButton(), style: 'plain', command: `/why ${only.name}` };
  return {
    buttons: [why, ...(curable && roleAllows(operator.role, 'operator') ? [restartButton(only.name, locale)] : [])],
  };
};

const ofOne = (seen: GatewayAnswer, context: CommandContext): Message => {
  const { locale, now } = context;
  const text = commandText(locale);
  if (!seen.report) return { tone: 'warning', title: oneLine(text.subject(seen.name, text.cannotLook(seen.problem))) };
  const { verdicts, decision } = seen.report;
  const troubles = troublesOf(seen.report);
  const links = verdicts
    .filter((verdict) => verdict.link !== null && toneOf(verdict) === 'good')
    .map((verdict) => conditionWords(verdict, locale));
  return {
    tone: worstOf(verdicts),
    title: oneLine(text.subject(seen.name, summary(verdicts, locale))),
    lines: fitting([
      ...troubles.map((verdict) => `${DOT[toneOf(verdict)]} ${troubleWords(verdict, context)}`),
      ...(decision.act === 'nothing'
        ? []
        : [
            decisionText(
              decision,
              troubles.map(({ cause }) => cause),
              locale,
              now,
            ),
          ]),
      ...(links.length > 0 && troubles.every(({ link }) => link !== null) ? [text.list(links)] : []),
    ]).shown,
    ...(troubles.length > 0 ? buttonsFor([seen], context) : {}),
  };
};

const ofSeveral = (looks: readonly GatewayAnswer[], context: CommandContext): Message => {
  const text = commandText(context.locale);
  const sorted = looks.toSorted((a, b) => byBadness(toneOfLook(a), toneOfLook(b)));
  const ill = sorted.filter((seen) => toneOfLook(seen) !== 'good');
  const { shown, left } = fitting(
    sorted.map((seen) => `${DOT[toneOfLook(seen)]} ${text.subject(seen.name, wordsOf(seen, context))}`),
  );
  return {
    tone: worst(looks.map(toneOfLook)),
    title: oneLine(
      ill.length === 0
        ? text.allWell(looks.length)
        : text.someIll(
            ill.map(({ name }) => name),
            looks.length,
          ),
    ),
    lines: [...shown, ...(left > 0 ? [roundText(context.locale).more(left)] : [])],
    ...buttonsFor(ill, context),
  };
};

export const check = defineCommand({
  id: 'check',
  aliases: ['检查', '检测'],
  role: 'viewer',
  effects: 'reads',
  args: { gateway: { kind: 'gateway', missing: 'all' } },
  help: ROUND_HELP.check,
  examples: ['/check', '/check main'],
  async run(context, { gateway }) {
    const { locale, gateways } = context;
    const chosen = gateway ? [gateway] : gateways;
    const looks = await saying(
      context,
      { tone: 'info', title: roundText(locale).checking(chosen.length) },
      fewAtOnce(chosen, (each) => askGateway(each)),
    );
    const [first, ...others] = looks;
    if (!first) return { tone: 'warning', title: argumentText(locale).noGateways() };
    return others.length === 0 ? ofOne(first, context) : ofSeveral(looks, context);
  },
});
