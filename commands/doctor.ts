/**
 * `/doctor`: what about the gateways, the way they are kept and Lifeline itself is wrong. From the phone nothing of it
 * is changed.
 */
import { redact } from '../src/base/redact/redact.ts';
import { defineCommand, type CommandContext } from '../src/chat/command/command.ts';
import type { Message, Tone } from '../src/chat/message/message.ts';
import { argumentText } from '../src/text/commands/arguments.ts';
import { commandText } from '../src/text/commands/commands.ts';
import { bySeverity, groupName, isProblem, SEVERITY_DOTS, type Finding } from '../src/text/common/findings.ts';
import { ROUND_HELP, roundText } from '../src/text/commands/rounds.ts';
import { askInTime } from './shared/ask-in-time.ts';
import { fitting, MAX_LINE, oneLine } from './shared/fit.ts';
import { fewAtOnce, saying } from './shared/slow.ts';

/** Each check has its own limit; this is for all of them. */
const LIMIT_MS = 30_000;
/** Of what is said, and of the commands, so that both have room. */
const LINE_CHARACTERS = 1_800;
const CODE_CHARACTERS = 1_000;

/** A gateway, or Lifeline itself. */
interface Subject {
  readonly name: string | null;
  readonly examine: () => Promise<readonly Finding[]>;
}

interface Examined {
  readonly name: string | null;
  readonly findings: readonly Finding[];
  /** What is said of it where it could not be examined. */
  readonly failure: string | null;
}

/** Of several gateways, or of one that is not named, Lifeline is examined as well. */
const subjectsOf = ({ gateways, examineSelf }: CommandContext, chosen: string | null): readonly Subject[] => [
  ...gateways
    .filter(({ name }) => chosen === null || name === chosen)
    .flatMap(({ name, doctor: ask }) => (ask ? [{ name, examine: ask }] : [])),
  ...(chosen === null && examineSelf ? [{ name: null, examine: examineSelf }] : []),
];

const examine = async ({ name, examine: ask }: Subject, { locale }: CommandContext): Promise<Examined> => {
  const found = await askInTime(ask, LIMIT_MS);
  return {
    name,
    findings: found.ok ? found.value : [],
    failure: found.ok ? null : roundText(locale).cannotExamine(found.problem),
  };
};

const commandsFor = ({ commands, fix }: Finding): readonly string[] => {
  if (commands.length > 0) return commands;
  return fix ? ['lifeline doctor --fix'] : [];
};

const toneOf = (findings: readonly Finding[], failed: boolean): Tone => {
  if (findings.some(({ severity }) => severity === 'error')) return 'critical';
  return failed || findings.some(isProblem) ? 'warning' : 'info';
};

/** A command that is cut would do something else: it is left to the terminal. */
const commandsOf = (findings: readonly Finding[]): { readonly code: readonly string[]; readonly whole: boolean } => {
  const all = [...new Set(findings.flatMap(commandsFor).map((command) => redact(command)))];
  const { shown } = fitting(
    all.filter((command) => command.length <= MAX_LINE && !/[\r\n]/.test(command)),
    undefined,
    CODE_CHARACTERS,
  );
  return { code: shown, whole: shown.length === all.length };
};

const report = (examined: readonly Examined[], { locale }: CommandContext): Message => {
  const text = roundText(locale);
  const subject = (name: string | null, words: string): string =>
    commandText(locale).subject(groupName(name, locale), words);
  const failures = examined.flatMap(({ name, failure }) => (failure === null ? [] : [subject(name, failure)]));
  const findings = examined.flatMap((each) => each.findings).toSorted(bySeverity);
  const only = examined.length === 1 && examined[0] ? examined[0].name : null;
  const gateways = examined.filter(({ name }) => name !== null).length;
  const [failure, ...more] = failures;
  if (findings.length === 0 && failure === undefined)
    return { tone: 'good', title: text.sound(gateways === 1 ? (examined[0]?.name ?? null) : null, gateways) };
  if (findings.length === 0 && failure !== undefined && more.length === 0)
    return { tone: 'warning', title: oneLine(failure) };

  const found = findings.flatMap((finding) => {
    const [what, why] = finding.words[locale];
    const words = redact(what);
    return [
      `${SEVERITY_DOTS[finding.severity]} ${only === null ? subject(finding.gateway, words) : words}`,
      `  ${redact(why)}`,
    ];
  });
  const { shown, left } = fitting(
    [...failures.map((words) => `${SEVERITY_DOTS.warning} ${words}`), ...found],
    undefined,
    LINE_CHARACTERS,
  );
  const { code, whole } = commandsOf(findings);
  const title = (): string => {
    if (findings.length === 0) return text.notExamined(failures.length);
    const troubles = findings.filter(isProblem).length;
    return troubles === 0 ? text.hints(only, findings.length) : text.findings(only, troubles);
  };
  const note = (): string | null => {
    if (left > 0 || !whole) return text.seeTerminal();
    return code.length > 0 ? text.onTheMachine() : null;
  };
  const noted = note();
  return {
    tone: toneOf(findings, failure !== undefined),
    title: title(),
    lines: shown,
    ...(code.length > 0 ? { code } : {}),
    ...(noted === null ? {} : { note: noted }),
  };
};

export const doctor = defineCommand({
  id: 'doctor',
  aliases: ['体检', '诊断'],
  role: 'viewer',
  effects: 'reads',
  answers: 'private',
  args: { gateway: { kind: 'gateway', missing: 'all' } },
  help: ROUND_HELP.doctor,
  examples: ['/doctor', '/doctor main'],
  async run(context, { gateway }) {
    const subjects = subjectsOf(context, gateway?.name ?? null);
    if (subjects.length === 0) return { tone: 'warning', title: argumentText(context.locale).noGateways() };
    const count = subjects.filter(({ name }) => name !== null).length;
    const examined = await saying(
      context,
      { tone: 'info', title: roundText(context.locale).examining(count) },
      fewAtOnce(subjects, (each) => examine(each, context)),
    );
    return report(examined, context);
  },
});
