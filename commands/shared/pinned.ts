/**
 * The status card that stays true: how each gateway is, by its last look, without anything that changes by the mere
 * passing of time.
 */
import type { CommandContext } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { byBadness, DOT, toneOf, worst, worstOf } from '../../src/chat/message/tone.ts';
import { linkLine } from '../../src/chat/message/verdict-words.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { commandText } from '../../src/text/commands/commands.ts';
import { pinText } from '../../src/text/commands/pins.ts';
import { formatTime } from '../../src/text/common/time.ts';
import { bandsOf, type Bands } from './band.ts';
import { closerLooks } from './next-steps.ts';
import { stateWords } from './status-lines.ts';

/** As the last look found it; null: nobody has looked yet. */
export interface SeenGateway {
  readonly name: string;
  readonly verdicts: readonly Verdict[] | null;
}

type Here = Pick<CommandContext, 'now' | 'locale' | 'incidents'> & {
  readonly silences: Pick<CommandContext['silences'], 'active'>;
};

const MOST_ROWS = 20;
const MOST_SILENCES = 5;

export const bandsOfSeen = (seen: readonly SeenGateway[], here: Here): Bands =>
  bandsOf(
    seen.map(({ name }) => name),
    here,
  );

export const pinnedMessage = (
  seen: readonly SeenGateway[],
  here: Here,
  { code, chart } = bandsOfSeen(seen, here),
): Message => {
  const { locale, now } = here;
  const text = commandText(locale);
  const words = pinText(locale);
  const open = new Map(here.incidents.open().map((incident) => [incident.gateway, incident]));
  const rows = seen
    .map(({ name, verdicts }) => ({
      name,
      tone: verdicts === null ? ('warning' as const) : worstOf(verdicts),
      words:
        verdicts === null ? text.neverLooked() : stateWords({ verdicts, incident: open.get(name) ?? null }, locale),
      verdicts: verdicts ?? [],
    }))
    .toSorted((a, b) => byBadness(a.tone, b.tone));
  const ill = rows.filter(({ tone }) => tone !== 'good').map(({ name }) => name);
  const [only] = rows;
  const single = rows.length === 1 ? only : undefined;
  const allOrSome = ill.length === 0 ? text.allWell(rows.length) : text.someIll(ill, rows.length);
  return {
    tone: worst(rows.map(({ tone }) => tone)),
    title: single ? text.subject(single.name, single.words) : allOrSome,
    lines: [
      ...(single
        ? single.verdicts.flatMap((verdict) =>
            verdict.link === null ? [] : [`${DOT[toneOf(verdict)]} ${linkLine(verdict, locale, now)}`],
          )
        : rows.slice(0, MOST_ROWS).map((row) => `${DOT[row.tone]} ${text.subject(row.name, row.words)}`)),
      ...here.silences
        .active(now)
        .slice(0, MOST_SILENCES)
        .map(({ kind, gateway, until }) => words.silent(kind, gateway, formatTime(until, locale, now))),
    ],
    // How much of the time it was well changes with each minute.
    ...(code && chart ? { code: code.slice(0, chart.lines), chart } : {}),
    note: words.changedAt(formatTime(now, locale, now)),
    buttons: [
      ...(single ? [] : closerLooks(ill)),
      { label: words.details(), style: 'plain', command: '/status' },
      { label: words.unpin(), style: 'plain', command: '/status unpin' },
    ],
  };
};

/** What must differ for the card to be changed: neither its time nor at which minute its hours begin. */
export const standing = ({ tone, title, lines, chart }: Message): string =>
  JSON.stringify([tone, title, lines, chart?.rows ?? null]);
