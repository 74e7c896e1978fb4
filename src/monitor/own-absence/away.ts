/** An absence of Lifeline itself, and the message about it. */
import type { Message } from '../../chat/message/message.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { watchmanText, type AwayWhy } from '../../text/notices/self-notices.ts';

/** Times are milliseconds since the epoch. */
export type Away = { readonly from: number; readonly to: number } & (
  | { readonly why: AwayWhy }
  /** The wall clock alone jumped ahead: it was set, or the machine slept in a way that only this clock knows of. */
  | { readonly why: 'clock' }
  /** It ended abnormally so many times within these times. */
  | { readonly why: 'restarting'; readonly times: number }
);

const TONES = {
  crashed: 'warning',
  rebooted: 'warning',
  paused: 'warning',
  stopped: 'info',
  slept: 'info',
} satisfies Record<AwayWhy, Message['tone']>;

export const awayMessage = (away: Away, locale: Locale, now: number): Message => {
  const text = watchmanText(locale);
  const from = formatTime(away.from, locale, now);
  const to = formatTime(away.to, locale, now);
  const duration = formatDuration(away.to - away.from, locale);
  switch (away.why) {
    case 'restarting':
      return {
        tone: 'critical',
        title: text.restarting(away.times, duration),
        lines: [`${from} – ${to}`, text.gaps],
        note: text.seeLog,
      };
    case 'clock':
      return { tone: 'warning', title: text.clockJumped(from, to, duration), lines: [text.perhapsSlept] };
    case 'crashed':
    case 'rebooted':
    case 'paused':
    case 'stopped':
    case 'slept':
      return {
        tone: TONES[away.why],
        title: text.away(from, to, duration, away.why),
        lines: [text.nobodyWatched],
        ...(away.why === 'crashed' ? { note: text.seeLog } : {}),
      };
  }
};
