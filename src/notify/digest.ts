/** Several messages that could not be delivered in time become one, with their original times. */
import type { Message, Tone } from '../chat/message.ts';
import { DOT, worst } from '../chat/tone.ts';
import { digestText } from '../text/digest.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/time.ts';
import type { Entry, Rung } from './entry.ts';

export interface Item {
  readonly entry: Entry;
  readonly rung: Rung;
}

/** Fewer are read as quickly one by one. */
const LEAST = 3;
const MOST = 20;
/** Older than this, or tried in vain before, is old news. */
const OLD_MS = 600_000;

/**
 * What goes out together with `first`: only itself, unless several that are old news wait for the same person on the
 * same channel. Those that may have arrived already stay among themselves, so that a repeat is the same message.
 */
export const together = (first: Item, due: readonly Item[], now: number): readonly Item[] => {
  const { rung } = first;
  const mates = due.filter(
    (item) =>
      item.rung.channel === rung.channel &&
      item.rung.user === rung.user &&
      item.rung.unsure === rung.unsure &&
      item.entry.kind !== 'result' &&
      (item.rung.tries > 0 || now - item.entry.at >= OLD_MS),
  );
  return mates.length >= LEAST && mates.includes(first) ? mates.toSorted((a, b) => a.entry.id - b.entry.id).slice(0, MOST) : [first];
};

const MARK: Readonly<Record<Tone, string>> = { ...DOT, info: 'ℹ️' };

export const digestMessage = (items: readonly Item[], locale: Locale, now: number): Message => {
  const text = digestText(locale);
  const times = items.map(({ entry }) => entry.at);
  const tones = items.map(({ entry }) => entry.message.tone);
  return {
    tone: worst(tones),
    title: text.title(items.length, formatTime(Math.min(...times), locale, now), formatTime(Math.max(...times), locale, now)),
    lines: items.map(({ entry: { at, message } }) => `${formatTime(at, locale, now)} ${MARK[message.tone]} ${message.title}${message.lines?.[0] === undefined ? '' : text.because(message.lines[0])}`),
    note: text.note(),
  };
};
