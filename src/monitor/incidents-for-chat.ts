/** The incidents as the chat commands see them. */
import type { IncidentsPort } from '../chat/command/command.ts';
import type { Blips } from '../incidents/blips.ts';
import type { IncidentBook } from '../incidents/incident-book.ts';
import type { Watched } from '../store/watched.ts';

/** QQ has some fifty a day: enough for a year. */
const MOST_BLIPS = 20_000;

export const createIncidentsPort = ({
  book,
  blips,
  watched,
}: {
  readonly book: Pick<IncidentBook, 'open' | 'since' | 'get'>;
  readonly blips: Pick<Blips, 'since'>;
  readonly watched: Pick<Watched, 'spans'>;
}): IncidentsPort => ({
  open: () => book.open(),
  since: (at) => book.since(at),
  get: (id) => book.get(id),
  blips: (at) => blips.since(at, MOST_BLIPS),
  watched: (gateway, window) => watched.spans(gateway, window),
});
