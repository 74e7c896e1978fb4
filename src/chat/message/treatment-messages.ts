/** Gives treatments their words and shape: the plan of one, how it goes, and what came of it. */
import { redact } from '../../base/redact/redact.ts';
import type { LinkName, ProcessIdentity, Suspect } from '../../diagnosis/evidence.ts';
import type { Treatment, TreatmentRecord, TreatmentResult, TreatmentPlan } from '../../healing/treatment.ts';
import type { Cause, Verdict } from '../../diagnosis/verdict.ts';
import type { SupervisorChoice } from '../../supervisors/detect.ts';
import { commandText } from '../../text/commands/commands.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { treatmentTexts } from '../../text/common/treatments.ts';
import { linkConditionText, linkName } from '../../text/common/conditions.ts';
import { lastStep } from '../../text/common/advice.ts';
import type { Button, Message, Tone } from './message.ts';
import { linkLine } from './verdict-words.ts';

/**
 * What a dry run answers. @param byPolicy what Lifeline would do of its own accord, as a line; null where there is
 * nothing to say.
 */
export const planMessage = (
  name: string,
  { remedy, choice, steps }: TreatmentPlan,
  byPolicy: string | null,
  locale: Locale,
): Message => {
  const text = treatmentTexts(locale);
  return {
    tone: 'info',
    title: text.plan(name, remedy),
    lines: [
      ...steps.map(({ step }, index) =>
        text.planLine(index + 1, text.step(step, remedy === 'end_process' ? 'start' : remedy)),
      ),
      ...supervisorLines(choice, locale),
      ...(byPolicy === null ? [] : [byPolicy]),
    ],
    code: steps.flatMap(({ commands }, index) => commands.map((command) => `${index + 1}. ${redact(command)}`)),
    note: text.dryNote(),
  };
};

/** What keeps the gateway and why that is so, and what fights with it. */
export const supervisorLines = (
  { supervisor, why, rivals }: Pick<SupervisorChoice, 'supervisor' | 'why' | 'rivals'>,
  locale: Locale,
): readonly string[] => {
  const text = treatmentTexts(locale);
  return [
    text.supervisor(supervisor.tool ?? supervisor.name, supervisor.unit, why),
    ...rivals.map((rival) => text.rival(rival.tool ?? rival.name, rival.unit)),
  ];
};

/** What speaks against a treatment now. */
export type Obstacle =
  | { readonly kind: Exclude<TreatmentPlan['held'], null> }
  | { readonly kind: 'maintenance'; readonly until: number }
  /** Work in flight. */
  | { readonly kind: 'turns'; readonly turns: number };

/** What has come since it was asked. */
export type ChangeSinceAsked =
  | { readonly kind: 'process'; readonly before: number | null; readonly after: number }
  | { readonly kind: 'obstacle'; readonly obstacle: Obstacle['kind'] };

/** Asks once more before a gateway is interrupted, work is cut off, or somebody else's work on it is disturbed. */
export const confirmQuestion = (
  name: string,
  { remedy, before }: Pick<TreatmentPlan, 'remedy' | 'before'>,
  { obstacles, changes }: { readonly obstacles: readonly Obstacle[]; readonly changes: readonly ChangeSinceAsked[] },
  locale: Locale,
  now: number,
): { readonly message: Message; readonly label: string } => {
  const text = treatmentTexts(locale);
  const reasons = obstacles.map((obstacle) => obstacleText(name, obstacle, locale, now));
  const moved = changes.flatMap((change) =>
    change.kind === 'process' ? [text.process(change.before, change.after)] : [],
  );
  const runs = before === null ? [] : [text.interrupts(name, before.pid)];
  const [title, lines] =
    changes.length > 0
      ? [text.changed(), [...moved, ...reasons]]
      : [text.sure(name, remedy), reasons.length > 0 ? reasons : runs];
  return {
    message: { tone: 'warning', title, lines },
    label: obstacles.length > 0 ? text.confirmButton(remedy) : text.plainButton(remedy),
  };
};

/** Asks once more before another process is ended. @param obstacles what speaks against the start that follows. */
export const endQuestion = (
  name: string,
  target: Suspect,
  { starts, obstacles }: { readonly starts: boolean; readonly obstacles: readonly Obstacle[] },
  locale: Locale,
  now: number,
): { readonly message: Message; readonly label: string } => {
  const text = treatmentTexts(locale);
  const lines = [
    target.command,
    ...(starts
      ? [text.thenStarts(name), ...obstacles.map((obstacle) => obstacleText(name, obstacle, locale, now))]
      : []),
  ];
  return { message: { tone: 'warning', title: text.sureEnd(target.pid), lines }, label: text.endButton(target.pid) };
};

const obstacleText = (name: string, obstacle: Obstacle, locale: Locale, now: number): string => {
  const text = treatmentTexts(locale);
  switch (obstacle.kind) {
    case 'turns':
      return text.confirmTurns(name, obstacle.turns);
    case 'maintenance':
      return text.confirmMaintenance(name, formatTime(obstacle.until, locale, now));
    case 'stop_in_progress':
    case 'update_in_progress':
    case 'storm_brake':
    case 'config_not_taken':
      return text.confirmHeld(name, obstacle.kind);
  }
};

type ProgressState = 'running' | 'done' | 'failed';

const stateOf = (result: TreatmentResult | null): ProgressState => {
  if (result === null) return 'running';
  return result.outcome === 'recovered' ? 'done' : 'failed';
};

const MARK: Readonly<Record<ProgressState, string>> = { running: '▸', done: '✓', failed: '✗' };

const TONE: Readonly<Record<ProgressState, Tone>> = { running: 'info', done: 'good', failed: 'critical' };

/**
 * Returns the message about a treatment that is sent when the treatment begins, and changed as it goes where the
 * channel can do so. The message always has a line below its title: Feishu gets a bare title as plain text, and only a
 * card can be changed.
 */
export const progressMessage = (
  { gateway, remedy, links, before, target, planned, stepIndex, phase }: TreatmentRecord,
  result: TreatmentResult | null,
  locale: Locale,
): Message => {
  const text = treatmentTexts(locale);
  const name = treatedName(gateway, remedy, links, locale);
  const current = Math.max(0, stepIndex);
  const state = stateOf(result);
  const taken = planned.slice(0, current + 1).map((each, index) => {
    // A further step follows one that failed, except that a start follows the end of what was in its way.
    const endedAs = each === 'end' ? 'done' : 'failed';
    const mark = MARK[index === current ? state : endedAs];
    return `${mark} ${text.step(each, remedy === 'end_process' ? 'start' : remedy)}`;
  });
  const treated = remedy === 'end_process' ? target : before;
  const title: Readonly<Record<ProgressState, () => string>> = {
    running: () => text.doing(name, remedy, remedy === 'restart_link' ? null : (treated?.pid ?? null)),
    done: () => text.done(name, remedy),
    failed: () => text.notDone(name, remedy),
  };
  return {
    tone: TONE[state],
    title: title[state](),
    lines: [
      ...taken,
      ...(result === null && phase === 'proving' && !(remedy === 'end_process' && planned.length === 1)
        ? [text.proving(remedy)]
        : []),
    ],
    ...(result === null ? {} : { note: text.ended() }),
  };
};

/** What a treatment was for, where that is not the whole gateway. */
type Treated = Pick<TreatmentRecord, 'links' | 'target'>;
const WHOLE: Treated = { links: [], target: null };

/**
 * The answer to the one who asked. @param verdicts as they are when it ends: the links that were not ill may still be
 * on their way.
 */
export const resultMessage = (
  gateway: string,
  result: TreatmentResult,
  verdicts: readonly Verdict[],
  locale: Locale,
  treated: Treated = WHOLE,
): Message => {
  const text = treatmentTexts(locale);
  const { outcome, remedy, before, after, startedAt, endedAt, stepsTaken, missing, problem } = result;
  const name = treatedName(gateway, remedy, treated.links, locale);
  const facts = [
    ...((before === null && after === null) || (before?.pid === after?.pid && before?.startTime === after?.startTime)
      ? []
      : [text.process(before?.pid ?? null, after?.pid ?? null)]),
    text.took(formatDuration(endedAt - startedAt, locale)),
  ];
  if (outcome === 'failed') {
    const why = [
      ...(problem === null ? [] : redact(problem).split('\n')),
      ...missing.map((each) => text.missing(each)),
    ];
    const { command, buttons } = again(gateway, result, treated, locale);
    return {
      tone: 'critical',
      title: text.notDone(name, remedy),
      lines: [...why, ...facts],
      note: text.failedNote(gateway, command),
      ...(buttons.length > 0 ? { buttons } : {}),
    };
  }
  const links =
    remedy === 'stop'
      ? []
      : verdicts
          .filter(
            (verdict) => remedy !== 'restart_link' || (verdict.link !== null && treated.links.includes(verdict.link)),
          )
          .filter((verdict) => verdict.link !== null);
  return {
    tone: 'good',
    title: text.done(name, remedy),
    lines: [
      ...facts,
      ...(remedy === 'restart' && stepsTaken.length > 1 && stepsTaken.at(-1) === 'hard' ? [text.hard()] : []),
      ...links.map((verdict) =>
        verdict.condition === 'unknown' ? onItsWay(verdict.link, locale) : linkLine(verdict, locale, endedAt),
      ),
    ],
    ...(remedy === 'stop'
      ? { buttons: [{ label: text.startButton(), style: 'primary', command: `/start ${gateway}` }] }
      : {}),
  };
};

/** `main：飞书`, where only that is treated. */
export const treatedName = (gateway: string, remedy: Treatment, links: readonly LinkName[], locale: Locale): string =>
  remedy === 'restart_link'
    ? commandText(locale).subject(
        gateway,
        links.map((link) => linkName(link, locale)).join(locale === 'en' ? ', ' : '、'),
      )
    : gateway;

/** What to type, and to tap, to try the same once more. */
const again = (
  gateway: string,
  { remedy, stepsTaken }: TreatmentResult,
  { links, target }: Treated,
  locale: Locale,
): { readonly command: string; readonly buttons: readonly Button[] } => {
  const restart = [restartButton(gateway, locale)];
  const [link] = links;
  switch (remedy) {
    case 'stop':
      // Whoever wanted it stopped does not want it restarted.
      return { command: `/stop ${gateway}`, buttons: [] };
    case 'start':
      return { command: `/start ${gateway}`, buttons: restart };
    case 'end_process':
      // A start follows only where the process has ended.
      if (target === null || stepsTaken.length > 1) return { command: `/start ${gateway}`, buttons: restart };
      return { command: endCommand(gateway, target), buttons: [endButton(gateway, target, locale)] };
    case 'restart_link':
    case 'restart':
      return {
        command:
          remedy === 'restart_link' && link !== undefined ? `/restart ${gateway} ${link}` : `/restart ${gateway}`,
        buttons: restart,
      };
  }
};

/** It was not ill, and nothing has been heard of it since: the new process will log it in. */
const onItsWay = (link: string, locale: Locale): string =>
  commandText(locale).subject(linkName(link, locale), linkConditionText('connecting', locale));

export const restartButton = (name: string, locale: Locale): Button => {
  const text = treatmentTexts(locale);
  return {
    label: text.restartButton(),
    style: 'danger',
    command: `/restart ${name}`,
    confirm: text.sure(name, 'restart'),
  };
};

export const startButton = (name: string, locale: Locale): Button => {
  const text = treatmentTexts(locale);
  return { label: text.startButton(), style: 'primary', command: `/start ${name}`, confirm: text.sure(name, 'start') };
};

/** What may be done about a trouble. */
export interface Acts {
  /** What ends the trouble. */
  readonly first: readonly Button[];
  /** What makes sense only when a person has mended something: no first choice under "a restart would not help". */
  readonly last: readonly Button[];
}
export const NO_ACTS: Acts = { first: [], last: [] };

/** Returns with which button a trouble ends that no restart mends. */
export const lastStepActs = (name: string, cause: Cause, locale: Locale): Acts => {
  switch (lastStep(cause)) {
    case 'start':
      return { ...NO_ACTS, first: [startButton(name, locale)] };
    case 'restart':
      return { ...NO_ACTS, first: [restartButton(name, locale)] };
    case 'restart_when_mended': {
      const label = treatmentTexts(locale).mendedButton();
      return { ...NO_ACTS, last: [{ ...restartButton(name, locale), label, style: 'plain' }] };
    }
    case null:
      return NO_ACTS;
  }
};

/** Returns a restart where it helps one of the troubles, or the last step of what a person must mend. */
export const actsFor = (
  name: string,
  troubles: readonly Pick<Verdict, 'remedy' | 'cause' | 'wouldHelp'>[],
  locale: Locale,
): Acts => {
  if (troubles.some(({ remedy, wouldHelp }) => remedy !== 'alert' || wouldHelp !== undefined))
    return { ...NO_ACTS, first: [restartButton(name, locale)] };
  const acts = troubles.map(({ cause }) => lastStepActs(name, cause, locale));
  return acts.find(({ first }) => first.length > 0) ?? acts.find(({ last }) => last.length > 0) ?? NO_ACTS;
};

/** Names the very process that a message is about, and no other that gets its pid. */
export const endCommand = (name: string, { pid, startTime }: ProcessIdentity): string =>
  `/end ${name} ${pid}.${startTime}`;

export const endButton = (name: string, target: ProcessIdentity, locale: Locale): Button => {
  const text = treatmentTexts(locale);
  return {
    label: text.endButton(target.pid),
    style: 'danger',
    command: endCommand(name, target),
    confirm: text.sureEnd(target.pid),
  };
};
