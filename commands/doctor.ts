/** `/doctor`: what about the way the gateways are kept will fail one day. From the phone nothing of it is changed. */
import { errorText } from '../src/base/errors.ts';
import { redact } from '../src/base/redact.ts';
import { within } from '../src/base/within.ts';
import { defineCommand, type CommandContext, type GatewayPort } from '../src/chat/command.ts';
import type { Message } from '../src/chat/message.ts';
import { DOT } from '../src/chat/tone.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { argumentText } from '../src/text/arguments.ts';
import { commandText } from '../src/text/commands.ts';
import { findingWords } from '../src/text/doctor.ts';
import { ROUND_HELP, roundText } from '../src/text/rounds.ts';
import { fitting, MAX_LINE, oneLine } from './shared/fit.ts';
import { fewAtOnce, saying } from './shared/slow.ts';

/** Service managers may take their time over many units. */
const LIMIT_MS = 30_000;
/** Of what is said, and of the commands, so that both have room. */
const LINE_CHARACTERS = 1_800;
const CODE_CHARACTERS = 1_000;

type Examined =
  | { readonly name: string; readonly findings: readonly Finding[] }
  /** `problem` null: no answer in time. */
  | { readonly name: string; readonly findings: null; readonly problem: string | null };

const examine = async (gateway: GatewayPort): Promise<Examined> => {
  const { name } = gateway;
  const answer = async (): Promise<Examined> => {
    try {
      return { name, findings: await gateway.doctor() };
    } catch (error) {
      return { name, findings: null, problem: redact(errorText(error)) };
    }
  };
  return (await within(answer(), LIMIT_MS)) ?? { name, findings: null, problem: null };
};

const bySeverity = (a: Finding, b: Finding): number => Number(b.severity === 'error') - Number(a.severity === 'error');

/** A command that is cut would do something else: it is left to the terminal. */
const commandsOf = (findings: readonly Finding[]): { readonly code: readonly string[]; readonly whole: boolean } => {
  const all = [...new Set(findings.flatMap(({ commands, fix }) => (commands.length > 0 ? commands : fix ? ['lifeline doctor --fix'] : [])).map((command) => redact(command)))];
  const { shown } = fitting(all.filter((command) => command.length <= MAX_LINE && !/[\r\n]/.test(command)), undefined, CODE_CHARACTERS);
  return { code: shown, whole: shown.length === all.length };
};

const report = (examined: readonly Examined[], { locale }: CommandContext): Message => {
  const text = roundText(locale);
  const names = commandText(locale);
  const failures = examined.flatMap((each) => (each.findings === null ? [names.subject(each.name, text.cannotExamine(each.problem))] : []));
  const findings = examined.flatMap((each) => each.findings ?? []).toSorted(bySeverity);
  const only = examined.length === 1 ? (examined[0]?.name ?? null) : null;
  const [failure, ...more] = failures;
  if (findings.length === 0 && failure === undefined) return { tone: 'good', title: text.sound(only, examined.length) };
  if (findings.length === 0 && failure !== undefined && more.length === 0) return { tone: 'warning', title: oneLine(failure) };

  const found = findings.flatMap((finding) => {
    const { what, why } = findingWords(finding, locale);
    const words = redact(what);
    return [`${DOT[finding.severity === 'error' ? 'critical' : 'warning']} ${only === null ? names.subject(finding.gateway, words) : words}`, `  ${redact(why)}`];
  });
  const { shown, left } = fitting([...failures.map((words) => `${DOT.warning} ${words}`), ...found], undefined, LINE_CHARACTERS);
  const { code, whole } = commandsOf(findings);
  return {
    tone: findings.some(({ severity }) => severity === 'error') ? 'critical' : 'warning',
    title: findings.length === 0 ? text.notExamined(failures.length) : text.findings(only, findings.length),
    lines: shown,
    ...(code.length > 0 ? { code } : {}),
    ...(left > 0 || !whole ? { note: text.seeTerminal() } : code.length > 0 ? { note: text.onTheMachine() } : {}),
  };
};

export const doctor = defineCommand({
  id: 'doctor',
  aliases: ['体检', '诊断'],
  role: 'viewer',
  effects: 'reads',
  args: { gateway: { kind: 'gateway', missing: 'all' } },
  help: ROUND_HELP.doctor,
  examples: ['/doctor', '/doctor main'],
  async run(context, { gateway }) {
    const chosen = gateway ? [gateway] : context.gateways;
    if (chosen.length === 0) return { tone: 'warning', title: argumentText(context.locale).noGateways() };
    const examined = await saying(context, { tone: 'info', title: roundText(context.locale).examining(chosen.length) }, fewAtOnce(chosen, examine));
    return report(examined, context);
  },
});
