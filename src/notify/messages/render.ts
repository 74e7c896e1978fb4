/**
 * The stage "render": the message that goes out for a batch, one notification with its notes and buttons, or several as
 * one message with their original times. Pure, but for the tokens of the buttons.
 */
import { withNotes, type Message, type Tone } from '../../chat/message/message.ts';
import { DOT, worst } from '../../chat/message/tone.ts';
import { batchText, formatMinute } from '../../text/notices/batch.ts';
import { storeText } from '../../text/notices/store.ts';
import { fixText } from '../../text/channels/fixes.ts';
import type { Locale } from '../../text/locale.ts';
import { formatTime } from '../../text/common/time.ts';
import { gatewaysOf, isGathered, isLate, isQuiet, type BatchItem } from '../outbox/batch.ts';
import { isEnding, type Notification } from '../outbox/notification.ts';

export interface Rendered {
  readonly message: Message;
  /** `with_notes`: it says more than when it was written, such as what is to be mended on a channel that refused it. */
  readonly why: 'as_written' | 'with_notes' | 'batch';
}

export interface RenderOptions {
  readonly attachButtonTokens: AttachButtonTokens;
  /** Whether Lifeline's database is in memory alone. */
  readonly isInMemory: boolean;
  readonly locale: Locale;
}

/** Gives the buttons of a message what the platform will say when they are tapped. */
export type AttachButtonTokens = (
  message: Message,
  to: { readonly key: string; readonly channel: string; readonly user: string },
) => Message;

/** @param items all for one person on one channel. @param now by the clock by which notifications are written. */
export const render = (items: readonly BatchItem[], options: RenderOptions, now: number): Rendered => {
  const [first, ...others] = items;
  if (first !== undefined && others.length === 0) return renderOne(first, options);
  const message = batchMessage(items, options.locale, now);
  return { message: withNotes(message, ofMemory(options)), why: 'batch' };
};

const renderOne = ({ notification, delivery: { channel, user, key } }: BatchItem, options: RenderOptions): Rendered => {
  const { attachButtonTokens, locale } = options;
  const { message, deliveries } = notification;
  const fixes = new Set(
    deliveries.flatMap((delivery) =>
      delivery.channel !== channel && delivery.state === 'refused' && delivery.fix !== null
        ? [fixText(delivery.fix, locale)]
        : [],
    ),
  );
  const notes = [
    ...writtenAt(notification, locale),
    ...fixes,
    // That message itself says so.
    ...(notification.kind === 'store' ? [] : ofMemory(options)),
  ];
  return {
    message: attachButtonTokens(withNotes(message, notes), { key, channel, user }),
    why: notes.length > 0 ? 'with_notes' : 'as_written',
  };
};

const ofMemory = ({ isInMemory, locale }: RenderOptions): readonly string[] =>
  isInMemory ? [storeText(locale).inMemory] : [];

/** "Restarting it now" must not be read in the morning as if it were so. */
const writtenAt = ({ at, held, notBefore }: Notification, locale: Locale): readonly string[] =>
  held === 'quiet' && notBefore !== null && notBefore > at
    ? [batchText(locale).waited(formatTime(at, locale, notBefore))]
    : [];

/** Longer is not readable on a phone. */
const MOST_LINES = 20;

const MARK: Readonly<Record<Tone, string>> = { ...DOT, info: 'ℹ️' };

export const batchMessage = (items: readonly BatchItem[], locale: Locale, now: number): Message => {
  const text = batchText(locale);
  const { title, note, reasons, times = true } = headOf(items, locale, now);
  const [shown, hidden] = [items.slice(0, MOST_LINES), items.slice(MOST_LINES)];
  const named = gatewaysOf(shown);
  const left = gatewaysOf(hidden).filter((gateway) => !named.includes(gateway));
  const further = hidden.filter(({ notification: { gateway } }) => gateway !== null && named.includes(gateway)).length;
  return {
    tone: worst(items.map(({ notification }) => notification.message.tone)),
    title,
    lines: [
      ...shown.map(({ notification: { at, kind, message } }) => {
        // Of a recovery also what was done, which no other message may have told.
        const why = reasons ? (message.lines ?? []).slice(0, kind === 'recovered' ? 2 : 1) : [];
        return `${times ? `${formatTime(at, locale, now)} ` : ''}${MARK[message.tone]} ${message.title}${why.length > 0 ? text.because(why) : ''}`;
      }),
      ...(left.length > 0 ? [text.more(left)] : []),
      ...(further > 0 ? [text.further(further)] : []),
    ],
    note,
  };
};

interface Head {
  readonly title: string;
  readonly note: string;
  /** Whether each line says its reason: not where the title has it for all. */
  readonly reasons: boolean;
  /** Whether each line says its time: not where that is when it came here. Absent: it does. */
  readonly times?: boolean;
}

const headOf = (items: readonly BatchItem[], locale: Locale, now: number): Head => {
  const text = batchText(locale);
  const gateways = gatewaysOf(items);
  const isOver = items.every(({ notification }) => isEnding(notification.kind));
  const [one, ...more] = gateways;
  const isOfOne = one !== undefined && more.length === 0;
  if (items.every(isGathered) && (!isOfOne || !items.some((item) => isLate(item, now)))) {
    const note = isOver ? text.statusNote() : text.illNote();
    if (isOfOne) return { title: text.ofOne(items.length, one), note, reasons: true, times: false };
    if (isOver) return { title: text.well(gateways), note, reasons: true };
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
