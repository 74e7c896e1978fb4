/** What happened in an incident: kept for people, and bounded, because an incident may last for months. */
import { redact } from '../base/redact/redact.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Before } from './change.ts';
import type { Happening, Incident, Quote } from './incident.ts';

/** The beginning and the present state of an incident matter; what lies between can go. */
const FIRST = 20;
const LAST = 80;

const QUOTES = 3;
const LONGEST_QUOTE = 200;

/** Writes down what happened, the oldest first. */
export const note = (incident: Incident, ...happenings: readonly Happening[]): Incident => {
  if (happenings.length === 0) return incident;
  const all = [...incident.timeline, ...happenings];
  return { ...incident, timeline: all.length > FIRST + LAST ? [...all.slice(0, FIRST), ...all.slice(-LAST)] : all };
};

/**
 * Returns the entry for a verdict, with the evidence that the verdict rests on. The latest evidence says most: it made
 * the verdict final.
 */
export const concluded = (
  what: 'opened' | 'changed',
  { condition, cause, evidence }: Verdict,
  at: number,
): Happening => ({
  at,
  what,
  condition,
  cause,
  evidence: evidence
    .slice(-QUOTES)
    .map((each): Quote => ({ at: each.at, source: each.source, text: quote(each.text) })),
});

/** Returns how the incident last ended; null when it never has. An incident that came back was over before. */
export const endOf = ({
  timeline,
}: Pick<Incident, 'timeline'>): Extract<Happening, { what: 'closed' }>['why'] | null => {
  const last = timeline.findLast((each) => each.what === 'closed');
  return last?.what === 'closed' ? last.why : null;
};

const STATES: ReadonlySet<Happening['what']> = new Set(['opened', 'changed', 'again', 'ill', 'well']);

/** Returns since when the timeline has the incident as well; null when its last entry has it as ill. */
export const lastWellAt = ({ timeline }: Incident): number | null => {
  const last = timeline.findLast(({ what }) => STATES.has(what));
  return last?.what === 'well' ? last.at : null;
};

const lastWell = ({ timeline }: Pick<Incident, 'timeline'>): Extract<Happening, { what: 'well' }> | null => {
  const last = timeline.findLast(({ what }) => what === 'well');
  return last?.what === 'well' ? last : null;
};

/** Returns when the link logged in that is well now; null: it is well by something else. */
export const loginAtOf = (incident: Pick<Incident, 'timeline'>): number | null => lastWell(incident)?.loginAt ?? null;

/** Returns the incident with the login of its last well time, which may be a newer one by now. */
export const withLogin = (incident: Incident, { loginAt }: { readonly loginAt?: number }): Incident => {
  const last = lastWell(incident);
  if (last === null || loginAt === undefined || last.loginAt === loginAt) return incident;
  return { ...incident, timeline: incident.timeline.map((each) => (each === last ? { ...last, loginAt } : each)) };
};

/**
 * Returns the state that people are to see now: the cause of the trouble may be over before the gateway or link is
 * well.
 */
export type IncidentStage = 'ill' | 'waiting' | 'coming_back' | 'over';

export const stageOf = ({
  closedAt,
  wellSince,
  timeline,
}: Pick<Incident, 'closedAt' | 'wellSince' | 'timeline'>): IncidentStage => {
  if (closedAt !== null) return 'over';
  if (wellSince !== null) return 'coming_back';
  return timeline.findLast(({ what }) => what === 'waiting' || STATES.has(what))?.what === 'waiting'
    ? 'waiting'
    : 'ill';
};

/** One line, without secrets, cut between characters. */
const quote = (text: string): string => {
  const line = redact(text)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
};

/** Returns what is known of the time before the incident, or before it last came back; null: nothing. */
export const beforeOf = ({ timeline }: Pick<Incident, 'timeline'>): Before | null => {
  const last = timeline.findLast((each) => each.what === 'opened' || each.what === 'again');
  return last && 'before' in last ? (last.before ?? null) : null;
};
