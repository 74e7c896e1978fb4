/** What happened in an incident: kept for people, and bounded, because an incident may last for months. */
import { redact } from '../base/redact.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Happening, Incident, Quote } from './incident.ts';

/** How it began and how it stands now matter; what lies between can go. */
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

/** What was concluded, with what it rests on. The latest evidence says most: it is what made the verdict final. */
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

/** How it last ended; null when it never has. One that came back was over before. */
export const endOf = ({
  timeline,
}: Pick<Incident, 'timeline'>): Extract<Happening, { what: 'closed' }>['why'] | null => {
  const last = timeline.findLast((each) => each.what === 'closed');
  return last?.what === 'closed' ? last.why : null;
};

const STATES: ReadonlySet<Happening['what']> = new Set(['opened', 'changed', 'again', 'ill', 'well']);

/** Since when it was last written down as well; null: it was last written down as ill. */
export const lastWellAt = ({ timeline }: Incident): number | null => {
  const last = timeline.findLast(({ what }) => STATES.has(what));
  return last?.what === 'well' ? last.at : null;
};

/** What people are to see of it now: what made it ill may be over before it is well. */
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
