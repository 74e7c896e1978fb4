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
  /** Log lines or the like, shown in a fixed-width font where the channel has one. */
  readonly code?: readonly string[];
  /** What to do next, or where it comes from. */
  readonly note?: string;
}

const MARK: Record<Tone, string> = { critical: '🔴', warning: '🟠', good: '🟢', info: '' };

/** The message as plain text: what every channel can show. */
export const plainText = (message: Message): string =>
  [
    `${MARK[message.tone]} ${message.title}`.trim(),
    ...(message.lines ?? []),
    ...(message.code?.length ? ['', ...message.code] : []),
    ...(message.note ? ['', message.note] : []),
  ].join('\n');
