/**
 * The neutral message: what Lifeline says, before a channel gives it a shape (a card, markdown, plain text).
 */
export type Tone = 'critical' | 'warning' | 'good' | 'info';

export interface Message {
  readonly tone: Tone;
  /** The essential, in one line: it is all that a lock screen shows. */
  readonly title: string;
  /** Short lines below the title. */
  readonly lines?: readonly string[];
  /** Figures side by side; each as a line `name: value` where there are no columns. */
  readonly fields?: readonly Field[];
  /** Log lines or the like, shown in a fixed-width font where the channel has one. */
  readonly code?: readonly string[];
  /** A picture of the first lines of `code`, which stand in its place where the channel cannot draw. */
  readonly chart?: Chart;
  /** What to do next, or where it comes from. */
  readonly note?: string;
  /** The whole of what `code` shows a part of: a channel that can send files sends it as one. */
  readonly attachment?: { readonly name: string; readonly text: string };
  /** What a tap does; `note` names a typed way for everything that matters, because not every channel has buttons. */
  readonly buttons?: readonly Button[];
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Time as coloured bars of one hour each, a row of them for each gateway. */
export interface Chart {
  readonly rows: readonly { readonly name: string; readonly hours: readonly HourState[] }[];
  /** When each bar began, milliseconds since the epoch; the oldest first. */
  readonly hoursFrom: readonly number[];
  /** How each state is called. */
  readonly names: Readonly<Record<HourState, string>>;
  /** How many of the first lines of `code` it shows. */
  readonly lines: number;
}

/** From the best to the worst; `unwatched`: nobody knows. */
export const HOUR_STATES = ['well', 'mostly', 'hardly', 'out', 'unwatched'] as const;
export type HourState = (typeof HOUR_STATES)[number];

/** How high an hour's bar is, in percent. The better, the higher: it is read without its colours too. */
export const HOUR_HEIGHT: Readonly<Record<HourState, number>> = {
  well: 100,
  mostly: 70,
  hardly: 40,
  out: 15,
  unwatched: 8,
};

/** The message without the lines that its chart shows: for a channel that draws it. */
export const besideChart = ({ chart, code = [], ...message }: Message): Message => ({
  ...message,
  ...(chart ? { chart } : {}),
  code: code.slice(chart?.lines ?? 0),
});

/** The message with the lines alone. */
export const withoutChart = ({ chart: _chart, ...message }: Message): Message => message;

export interface Button {
  /** At most 10 characters: QQ takes no more. */
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
  /** What the tap stands for, as if it had been typed: `/restart main`. Never leaves this machine. */
  readonly command: string;
  /** Asked before the tap counts, where the channel can. */
  readonly confirm?: string;
  /**
   * What the platform gives back when it is tapped, put in when the message goes out; a button without it is not shown.
   */
  readonly token?: string;
}

/** The message with more below it. */
export const withNotes = (message: Message, notes: readonly string[]): Message =>
  notes.length === 0
    ? message
    : { ...message, note: [...(message.note === undefined ? [] : [message.note]), ...notes].join('\n') };

const MARK: Record<Tone, string> = { critical: '🔴', warning: '🟠', good: '🟢', info: '' };

/** The message as plain text: what every channel can show. */
export const plainText = (message: Message): string =>
  [
    `${MARK[message.tone]} ${message.title}`.trim(),
    ...(message.lines ?? []),
    ...(message.fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    ...(message.code?.length ? ['', ...message.code] : []),
    ...(message.note ? ['', message.note] : []),
  ].join('\n');
