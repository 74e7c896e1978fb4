/** What became of reading the configuration anew, as messages. */
import { redact } from '../../base/redact/redact.ts';
import type { Locale } from '../../text/locale.ts';
import { reloadText } from '../../text/commands/reload.ts';
import type { ReloadAsked } from '../command/command.ts';
import type { Message } from './message.ts';

/** How a reload ended that was begun. */
export type ReloadOutcome =
  /** A line for each change, without secrets. */
  { readonly kind: 'done'; readonly changes: readonly string[] } | { readonly kind: 'failed'; readonly reason: string };

/** A phone shows so many lines, so long. */
const MOST_LINES = 20;
const LONGEST = 300;

/** To whoever asked, when nothing was begun. */
export const notReloadedMessage = (asked: Exclude<ReloadAsked, { kind: 'begun' }>, locale: Locale): Message => {
  const text = reloadText(locale);
  switch (asked.kind) {
    case 'bad':
      return { tone: 'warning', title: text.bad(), code: fitting(asked.problems, locale), note: text.badNote() };
    case 'fixed':
      return { tone: 'warning', title: text.fixed(asked.keys.join(', ')), note: text.fixedNote() };
    case 'no_file':
      return { tone: 'warning', title: text.noFile(), note: text.noFileNote() };
    case 'busy':
      return { tone: 'warning', title: text.busy() };
  }
};

/** @param outcome null: Lifeline ended in the middle of it, and has been started since. */
export const reloadedMessage = (outcome: ReloadOutcome | null, locale: Locale): Message => {
  const text = reloadText(locale);
  if (outcome === null) return { tone: 'warning', title: text.interrupted() };
  if (outcome.kind === 'failed')
    return { tone: 'warning', title: text.failed(), lines: fitting(outcome.reason.split('\n'), locale) };
  return {
    tone: 'good',
    title: text.done(outcome.changes.length),
    ...(outcome.changes.length > 0 ? { code: fitting(outcome.changes, locale) } : {}),
  };
};

const fitting = (lines: readonly string[], locale: Locale): readonly string[] => {
  const shown = lines.slice(0, MOST_LINES).map((line) => redact(line).slice(0, LONGEST));
  return lines.length > shown.length ? [...shown, reloadText(locale).more(lines.length - shown.length)] : shown;
};
