/** Whether Lifeline itself can do its work: what decides the dead man's ping, and the exit code at the end. */
import { redact } from '../base/redact/redact.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/common/time.ts';
import { watchmanText } from '../text/notices/self-notices.ts';

export interface OwnState {
  /** Alerts that no channel took for long, and when the oldest of them was written. */
  readonly stuck: { readonly count: number; readonly oldestAt: number | null };
  /** What is wrong with the data folder, for people; null: nothing. */
  readonly storeProblem: string | null;
  /** Which stages of its own work fail, by name. */
  readonly failing: readonly string[];
}

/** Platforms are away for minutes every now and then, and a delivery has its own retries. */
export const STUCK_AFTER_MS = 600_000;

/** 1: something could not be delivered, or may be forgotten. */
export const exitCodeOf = ({ stuck, storeProblem, failing }: OwnState): 0 | 1 =>
  stuck.count > 0 || storeProblem !== null || failing.length > 0 ? 1 : 0;

/** A sentence for each thing that is wrong, without secrets. */
export const ownProblems = (
  { stuck, storeProblem, failing }: OwnState,
  locale: Locale,
  now: number,
): readonly string[] => {
  const text = watchmanText(locale);
  return [
    ...(stuck.count > 0
      ? [text.stuck(stuck.count, stuck.oldestAt === null ? null : formatTime(stuck.oldestAt, locale, now))]
      : []),
    ...(storeProblem === null ? [] : [text.store(redact(storeProblem))]),
    ...(failing.length > 0 ? [text.failing(failing)] : []),
  ];
};

/** What belongs on stderr at the end; empty when the code is 0. */
export const exitText = (state: OwnState, locale: Locale, now: number): string =>
  ownProblems(state, locale, now)
    .map((problem) => `${watchmanText(locale).named('Lifeline', problem)}\n`)
    .join('');
