/** Several messages as one, with their original times. Pure. */
import type { Message, Tone } from '../chat/message/message.ts';
import { DOT, worst } from '../chat/message/tone.ts';
import { digestText, formatMinute } from '../text/notices/digest.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/common/time.ts';
import { isEnding } from './notification.ts';
import { gatewaysOf, isGathered, isQuiet, type Item } from './batch.ts';

/** Longer is not readable on a phone. */
const MOST_LINES = 20;

const MARK: Readonly<Record<Tone, string>> = { ...DOT, info: 'ℹ️' };

export const digestMessage = (items: readonly Item[], locale: Locale, now: number): Message => {
  const text = digestText(locale);
  const { title, note, reasons } = headOf(items, locale, now);
  const shown = items.slice(0, MOST_LINES);
  const left = gatewaysOf(items.slice(MOST_LINES));
  return {
    tone: worst(items.map(({ notification }) => notification.message.tone)),
    title,
    lines: [
      ...shown.map(
        ({ notification: { at, message } }) =>
          `${formatTime(at, locale, now)} ${MARK[message.tone]} ${message.title}${reasons && message.lines?.[0] !== undefined ? text.because(message.lines[0]) : ''}`,
      ),
      ...(left.length > 0 ? [text.more(left)] : []),
    ],
    note,
  };
};

interface Head {
  readonly title: string;
  readonly note: string;
  /** Whether each line says its reason: not where the title has it for all. */
  readonly reasons: boolean;
}

const headOf = (items: readonly Item[], locale: Locale, now: number): Head => {
  const text = digestText(locale);
  const gateways = gatewaysOf(items);
  if (items.every(isGathered) && gateways.length > 1) {
    if (items.every(({ notification }) => isEnding(notification.kind)))
      return { title: text.well(gateways), note: text.statusNote(), reasons: true };
    const note = text.illNote();
    const [cause, ...others] = new Set(items.map(({ notification }) => notification.message.lines?.[0]));
    return cause !== undefined && others.length === 0
      ? { title: text.illAlike(gateways.length, cause), note, reasons: false }
      : { title: text.ill(gateways), note, reasons: true };
  }
  const times = items.map(({ notification }) => notification.at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const title = items.every(isQuiet)
    ? text.quiet(items.length, formatMinute(from), formatMinute(to))
    : text.late(items.length, formatTime(from, locale, now), formatTime(to, locale, now));
  return { title, note: text.note(), reasons: true };
};
