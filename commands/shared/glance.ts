/** How everything is, by the last looks and without a look of its own: what `lifeline top` shows each second. */
import type { CommandContext } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { worstOf } from '../../src/chat/message/tone.ts';
import { incidentWords } from '../../src/text/commands/incident-events.ts';
import { topText } from '../../src/text/cli/top.ts';
import { formatDuration } from '../../src/text/common/time.ts';
import { bandsOfSeen, pinnedMessage, type SeenGateway } from './pinned.ts';
import { lifelineLines } from './status-lines.ts';

type Here = Parameters<typeof pinnedMessage>[1] & Pick<CommandContext, 'lifeline'>;

const MOST_INCIDENTS = 10;

export const glanceMessage = (seen: readonly SeenGateway[], here: Here): Message => {
  const { locale, now, incidents } = here;
  const text = topText(locale);
  const bands = bandsOfSeen(seen, here);
  const { note: _note, buttons: _buttons, chart: _chart, lines = [], ...pinned } = pinnedMessage(seen, here, bands);
  // Of a gateway that looks well again its row says so.
  const ill = new Set(
    seen.filter(({ verdicts }) => verdicts === null || worstOf(verdicts) !== 'good').map(({ name }) => name),
  );
  const open = incidents
    .open()
    .filter(({ gateway }) => ill.has(gateway))
    .slice(0, MOST_INCIDENTS)
    .map((incident) =>
      text.incident(
        incident.id,
        incident.gateway,
        incidentWords(incident, locale),
        formatDuration(now - incident.since, locale),
      ),
    );
  return {
    ...pinned,
    lines: [...lines, ...open, ...lifelineLines(here)],
    ...(bands.code ? { code: bands.code } : {}),
  };
};
