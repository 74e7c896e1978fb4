/** What several hosts made of one command, as one message. Pure. */
import type { Message } from '../../chat/message/message.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Relayed } from './relay.ts';

export interface HostAnswer {
  readonly host: string;
  readonly result: Relayed;
}

const MOST_ROWS = 15;

const isDone = ({ result }: HostAnswer): boolean =>
  result.is === 'final' && result.message?.tone !== 'warning' && result.message?.tone !== 'critical';

/** Those that did not do it come first. */
export const everywhereMessage = (id: string, answers: readonly HostAnswer[], locale: Locale): Message => {
  const text = fleetText(locale);
  const wordsOf = ({ result }: HostAnswer): string => {
    switch (result.is) {
      case 'final':
        return result.message?.title ?? '';
      case 'ask':
        return result.message.title;
      case 'not_taken':
        return text.everyNotTaken();
      case 'unknown':
        return text.everyUnknown();
      case 'refused':
        return text.everyRefused();
      case 'twins':
        return text.twinsRow();
    }
  };
  const rows = answers.toSorted((a, b) => Number(isDone(a)) - Number(isDone(b)));
  const done = answers.filter(isDone).length;
  return {
    tone: done === answers.length ? 'info' : 'warning',
    title: text.everywhere(id, done, answers.length),
    lines: [
      ...rows.slice(0, MOST_ROWS).map((answer) => text.row(answer.host, wordsOf(answer))),
      ...(rows.length > MOST_ROWS ? [text.more(rows.length - MOST_ROWS)] : []),
    ],
  };
};
