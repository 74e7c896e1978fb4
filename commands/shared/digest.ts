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

/** What has begun since then is told the next time. */
const until = (to: number, incidents: Here['incidents']): Here['incidents'] => ({
  ...incidents,
  since: (at) => incidents.since(at).filter(({ openedAt }) => openedAt < to),
});

export const digestMessage = (here: Here, window: Span): Message => {
  const { from, to } = window;
  const { locale, gateways } = here;
  const text = digestTexts(locale);
  const incidents = until(to, here.incidents);
  const all = incidents.since(from);
  const length = formatDuration(Math.round((to - from) / HOUR_MS) * HOUR_MS, locale);
  const open = all.filter(({ closedAt }) => closedAt === null);
  const healed = all.filter(({ closedAt, treatments }) => closedAt !== null && treatments.length > 0);
  const {
    title: _title,
    note: _note,
    buttons,
    ...history
  } = historyMessage({ ...here, incidents, now: to }, { window: to - from, gateway: null, before: null });
  const shares = gateways.map(({ name }) => ({
    name,
    well: percentWell(availabilityOf([], incidents.watched(name, window), window)),
  }));
  // The figures of incidents have their own.
  const figures =
    all.length > 0
      ? []
      : shares.map(({ name, well }) => (well === null ? text.unwatched(name) : text.well(name, well)));
  const knows = all.length > 0 || shares.some(({ well }) => well !== null);
  const tone = open.length > 0 ? 'warning' : 'good';
  return {
    ...history,
    tone: knows ? tone : 'info',
    title: knows ? text.title(length, all.length, open.length) : text.unwatchedTitle(length),
    lines: [
      ...(knows ? figures : []),
      ...(healed.length > 0 ? [text.healed(healed.length)] : []),
      ...(history.lines ?? []),
    ],
    note: text.note(),
    ...(buttons ? { buttons } : {}),
  };
};
