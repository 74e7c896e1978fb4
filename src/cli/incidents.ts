import { findIncident, incidentMessage, type IncidentRoom } from '../../commands/incident.ts';
import { historyMessage, type HistoryRoom } from '../../commands/history.ts';
import { UserError } from '../base/errors.ts';
import { redact } from '../base/redact/redact.ts';
import { compactDuration } from '../base/duration.ts';
import { figuresOf } from '../incidents/figures.ts';
import type { Happening, Incident } from '../incidents/incident.ts';
import { endOf } from '../incidents/timeline.ts';
import { localText } from '../text/cli/local.ts';
import { openLocal, type Local } from './beside-bot/local.ts';
import { readSince } from './read-since.ts';
import { show, showJson } from './show.ts';
import { isoWithOffset } from './verdict-json.ts';

const USUAL_MS = 7 * 86_400_000;
/** A terminal scrolls, so all lines are shown. */
const LIST: HistoryRoom = { lines: Infinity, characters: Infinity };
const WHOLE = { entries: Infinity, characters: Infinity };
const STORY: IncidentRoom = { beginning: WHOLE, end: WHOLE, quote: 2_000, characters: Infinity };

interface Options {
  readonly config?: string;
  readonly since?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * `lifeline incidents`: those of the last days as `/history` shows them, or one as `/incident` does, whole.
 * @throws UserError when the configuration is invalid, the database cannot be read, or there is no such incident.
 */
export const incidents = async (
  id: string | undefined,
  { config: file, since, all = false, json = false }: Options,
): Promise<void> => {
  const local = openLocal(file);
  try {
    const { context, config } = local;
    const ms = readSince(since, config.locale);
    if (id !== undefined) one(local, readId(id, local), json);
    else {
      const backMs = ms ?? USUAL_MS;
      const jsonSince = all ? 0 : context.now - backMs;
      list(local, all ? config.keepMs : backMs, json ? jsonSince : null, !all && ms === null);
    }
  } finally {
    await local.close();
  }
};

const readId = (given: string, { config }: Local): number => {
  const [, digits] = /^#?(\d{1,15})$/.exec(given) ?? [];
  if (digits === undefined) throw new UserError('USAGE_INCIDENT', localText(config.locale).badIncident(given));
  return Number(digits);
};

const one = ({ context }: Local, id: number, json: boolean): void => {
  const found = findIncident(context, id);
  if (!found) return;
  if (json) showJson(incidentJson(found, context.now, found.timeline));
  else show(incidentMessage(found, [], context, STORY));
};

/** @param from as JSON, those that were open then or later; null: for people. */
const list = ({ context }: Local, windowMs: number, from: number | null, isUsual: boolean): void => {
  if (from !== null) {
    for (const incident of context.incidents.since(from)) showJson(incidentJson(incident, context.now));
    return;
  }
  const {
    buttons: _buttons,
    note: _note,
    ...message
  } = historyMessage(context, { window: windowMs, gateway: null, before: null }, LIST);
  const text = localText(context.locale);
  const notes = [
    ...(context.incidents.since(0).length > 0 ? [text.more()] : []),
    ...(isUsual ? [text.longer(`lifeline incidents --since ${compactDuration(windowMs * 4)}`)] : []),
  ];
  show({ ...message, ...(notes.length > 0 ? { note: notes.join('\n') } : {}) });
};

const time = (at: number | null): string | null => (at === null ? null : isoWithOffset(at));

/**
 * A contract, as the others of `--json`: fields may be added, none changes its meaning. @param timeline what happened,
 * where it is asked for.
 */
const incidentJson = (incident: Incident, now: number, timeline?: readonly Happening[]): object => {
  const {
    id,
    gateway,
    link,
    severity,
    verdict,
    since,
    openedAt,
    wellSince,
    closedAt,
    outages,
    acknowledged,
    treatments,
  } = incident;
  const figures = figuresOf(incident, now);
  return {
    id,
    gateway,
    link,
    severity,
    condition: verdict.condition,
    cause: verdict.cause,
    since: time(since),
    openedAt: time(openedAt),
    wellSince: time(wellSince),
    closedAt: time(closedAt),
    end: closedAt === null ? null : (endOf(incident) ?? 'recovered'),
    ...figures,
    outages,
    acknowledged: acknowledged && { by: acknowledged.by, at: time(acknowledged.at) },
    treatments: treatments.map(({ remedy, outcome, requestedBy, startedAt, endedAt, stepsTaken: rungs }) => ({
      remedy,
      outcome,
      requestedBy,
      startedAt: time(startedAt),
      endedAt: time(endedAt),
      rungs,
    })),
    ...(timeline ? { timeline: timeline.map(happeningJson) } : {}),
  };
};

const happeningJson = ({ at, ...happening }: Happening): object => ({
  at: time(at),
  ...happening,
  ...('evidence' in happening
    ? {
        evidence: happening.evidence.map(({ at: seen, source, text }) => ({
          at: time(seen),
          source,
          text: redact(text),
        })),
      }
    : {}),
});
