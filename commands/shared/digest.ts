/** The daily or weekly digest: how often each gateway was well, and what was healed without a word. */
import type { CommandContext } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import type { Span } from '../../src/store/watched.ts';
import { digestTexts } from '../../src/text/notices/digest.ts';
import { formatDuration } from '../../src/text/common/time.ts';
import { historyMessage } from '../history.ts';
import { availabilityOf, percentWell } from './availability.ts';

type Here = Pick<CommandContext, 'locale' | 'gateways' | 'incidents'>;

const HOUR_MS = 3_600_000;

export const digestMessage = (here: Here, window: Span): Message => {
  const { from, to } = window;
  const { locale, gateways, incidents } = here;
  const text = digestTexts(locale);
  const all = incidents.since(from).filter(({ openedAt }) => openedAt < to);
  const length = formatDuration(Math.round((to - from) / HOUR_MS) * HOUR_MS, locale);
  const open = all.filter(({ closedAt }) => closedAt === null);
  const healed = all.filter(({ closedAt, treatments }) => closedAt !== null && treatments.length > 0);
  const {
    title: _title,
    note: _note,
    buttons,
    ...history
  } = historyMessage({ ...here, now: to }, { window: to - from, gateway: null, before: null });
  const figures = gateways.flatMap(({ name }) => {
    const well = percentWell(availabilityOf([], incidents.watched(name, window), window));
    return well === null || all.length > 0 ? [] : [text.well(name, well)];
  });
  return {
    ...history,
    tone: open.length > 0 ? 'warning' : 'good',
    title: text.title(length, all.length, open.length),
    lines: [...figures, ...(healed.length > 0 ? [text.healed(healed.length)] : []), ...(history.lines ?? [])],
    note: text.note(),
    ...(buttons ? { buttons } : {}),
  };
};
