/** Compares what a replay said with what a trace expects. */
import type { Expected, OneOf } from './generate/trace.ts';

export interface Said {
  readonly at: string;
  readonly link: string | null;
  readonly condition: string;
  readonly remedy: string;
  readonly cause: string;
}

const oneOf = <T>(allowed: OneOf<T>, value: T): boolean =>
  Array.isArray(allowed) ? (allowed as readonly T[]).includes(value) : allowed === value;
const shown = (value: unknown): string => JSON.stringify(value);
const tell = ({ at, link, condition, remedy }: Said): string => `${at} ${link ?? 'gateway'} ${condition} ${remedy}`;

/** @returns one sentence for each way in which the verdicts fall short; none when all is as expected. */
export const shortcomings = (
  said: readonly Said[],
  { expect, never = [], quiet = false, finally: last = {} }: Expected,
): string[] => {
  const forbidden = quiet ? [...never, 'alert'] : never;
  const complaints = said
    .filter(({ remedy }) => forbidden.includes(remedy))
    .map((verdict) => `must never be said: ${tell(verdict)}`);
  for (const [who, condition] of Object.entries(last)) {
    const verdict = said.findLast(({ link }) => (link ?? 'gateway') === who);
    if (!verdict || !oneOf<string>(condition, verdict.condition))
      complaints.push(`${who} must end as ${shown(condition)}, but ended as ${verdict ? tell(verdict) : 'nothing'}`);
  }
  if (expect) {
    const remedied = said.filter(({ link, remedy }) => oneOf(expect.link, link) && oneOf(expect.remedy, remedy));
    const early = remedied.filter(({ at }) => Date.parse(at) < Date.parse(expect.notBefore));
    complaints.push(...early.map((verdict) => `premature: ${tell(verdict)}, before ${expect.notBefore}`));
    const right = remedied.find(
      ({ at, condition }) => Date.parse(at) >= Date.parse(expect.notBefore) && expect.condition.includes(condition),
    );
    // A premature verdict stands on and is not said again: one complaint is enough.
    if (!right && early.length === 0)
      complaints.push(`never said: ${shown(expect.link)} ${shown(expect.condition)} ${shown(expect.remedy)}`);
    if (right && Date.parse(right.at) > Date.parse(expect.by))
      complaints.push(`too late: ${tell(right)}, due by ${expect.by}`);
  }
  return complaints;
};
