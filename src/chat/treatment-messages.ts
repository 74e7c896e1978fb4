/** Gives treatments their words and shape: the plan of one, how it goes, and what came of it. */
import { redact } from '../base/redact.ts';
import type { TreatmentRecord, TreatmentResult } from '../healing/decision.ts';
import type { TreatmentPlan } from '../healing/plan.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Choice } from '../supervisors/holder.ts';
import type { Locale } from '../text/locale.ts';
import { formatDuration } from '../text/time.ts';
import { treatmentTexts } from '../text/treatments.ts';
import type { Button, Message } from './message.ts';
import { linkLine } from './verdict-words.ts';

/** What a dry run answers. @param byPolicy what Lifeline would do of its own accord, as a line; null where there is nothing to say. */
export const planMessage = (name: string, { remedy, choice, rungs }: TreatmentPlan, byPolicy: string | null, locale: Locale): Message => {
  const text = treatmentTexts(locale);
  return {
    tone: 'info',
    title: text.plan(name, remedy),
    lines: [
      ...rungs.map(({ rung }, index) => text.planLine(index + 1, text.rung(rung, remedy))),
      ...holderLines(choice, locale),
      ...(byPolicy === null ? [] : [byPolicy]),
    ],
    code: rungs.flatMap(({ commands }, index) => commands.map((command) => `${index + 1}. ${redact(command)}`)),
    note: text.dryNote(),
  };
};

/** What keeps the gateway and why that is so, and what fights with it. */
export const holderLines = ({ supervisor, why, rivals }: Pick<Choice, 'supervisor' | 'why' | 'rivals'>, locale: Locale): readonly string[] => {
  const text = treatmentTexts(locale);
  return [text.holder(supervisor.name, supervisor.unit, why), ...rivals.map((rival) => text.rival(rival.name, rival.unit))];
};

/** Asks once more before work is cut off, or somebody else's hands are crossed. */
export const confirmMessage = (name: string, { remedy, turns, held }: TreatmentPlan, command: string, locale: Locale): Message => {
  const text = treatmentTexts(locale);
  const reasons = [...(held === null ? [] : [text.confirmHeld(name, held)]), ...(turns ? [text.confirmTurns(name, turns)] : [])];
  const [title = text.sure(name, remedy), ...lines] = reasons;
  return { tone: 'warning', title, lines, note: text.confirmNote(command), buttons: [{ label: text.confirmButton(remedy), style: 'danger', command }] };
};

/**
 * Sent when it begins, and changed as it goes where the channel can. It always has a line below its title: Feishu gets
 * a bare title as plain text, and only a card can be changed.
 */
export const progressMessage = ({ gateway, remedy, before, rungs, rung, phase }: TreatmentRecord, result: TreatmentResult | null, locale: Locale): Message => {
  const text = treatmentTexts(locale);
  const current = Math.max(0, rung);
  const taken = rungs.slice(0, current + 1).map((each, index) => {
    const last = index === current;
    const mark = !last ? '✗' : result === null ? '▸' : result.outcome === 'recovered' ? '✓' : '✗';
    return `${mark} ${text.rung(each, remedy)}`;
  });
  return {
    tone: result === null ? 'info' : result.outcome === 'recovered' ? 'good' : 'critical',
    title: result === null ? text.doing(gateway, remedy, before?.pid ?? null) : result.outcome === 'recovered' ? text.done(gateway, remedy) : text.notDone(gateway, remedy),
    lines: [...taken, ...(result === null && phase === 'proving' ? [text.proving(remedy)] : [])],
    ...(result === null ? {} : { note: text.ended() }),
  };
};

/** The answer to the one who asked. @param verdicts as they are when it ends: the links that were not ill may still be on their way. */
export const resultMessage = (name: string, result: TreatmentResult, verdicts: readonly Verdict[], locale: Locale): Message => {
  const text = treatmentTexts(locale);
  const { outcome, remedy, before, after, startedAt, endedAt, rungs, missing, problem } = result;
  const facts = [...(before === null && after === null ? [] : [text.process(before?.pid ?? null, after?.pid ?? null)]), text.took(formatDuration(endedAt - startedAt, locale))];
  if (outcome === 'failed') {
    const why = [...(problem === null ? [] : redact(problem).split('\n')), ...missing.map((each) => text.missing(each))];
    return { tone: 'critical', title: text.notDone(name, remedy), lines: [...why, ...facts], note: text.failedNote(name), buttons: [restartButton(name, locale)] };
  }
  const links = remedy === 'stop' ? [] : verdicts.filter((verdict) => verdict.link !== null);
  return {
    tone: 'good',
    title: text.done(name, remedy),
    lines: [...facts, ...(remedy === 'restart' && rungs.length > 1 && rungs.at(-1) === 'hard' ? [text.hard()] : []), ...links.map((verdict) => linkLine(verdict, locale, endedAt))],
    ...(remedy === 'stop' ? { buttons: [{ label: text.startButton(), style: 'primary', command: `/start ${name}` }] } : {}),
  };
};

export const restartButton = (name: string, locale: Locale): Button => {
  const text = treatmentTexts(locale);
  return { label: text.restartButton(), style: 'danger', command: `/restart ${name}`, confirm: text.sure(name, 'restart') };
};
