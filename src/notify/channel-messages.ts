/** What is said on one channel of another that is down, and that it is back. */
import { redact } from '../base/redact.ts';
import type { Message } from '../chat/message/message.ts';
import { channelWatchText } from '../text/notices/channel-watch.ts';
import type { Locale } from '../text/locale.ts';
import { formatDuration, formatTime } from '../text/common/time.ts';
import { linkName } from '../text/common/conditions.ts';

const MAX_PROBLEM = 200;

export const channelDownMessage = (
  channel: string,
  since: number,
  problem: string | null,
  locale: Locale,
  now: number,
): Message => {
  const words = channelWatchText(locale);
  return {
    tone: 'warning',
    title: words.down(linkName(channel, locale)),
    lines: [
      words.since(formatTime(since, locale, now), formatDuration(now - since, locale)),
      ...(problem === null ? [] : [redact(problem).slice(0, MAX_PROBLEM)]),
    ],
    note: words.goesOn,
  };
};

export const channelBackMessage = (channel: string, since: number, locale: Locale, now: number): Message => {
  const words = channelWatchText(locale);
  return {
    tone: 'good',
    title: words.back(linkName(channel, locale)),
    lines: [
      words.away(formatDuration(now - since, locale), formatTime(since, locale, now), formatTime(now, locale, now)),
    ],
  };
};
