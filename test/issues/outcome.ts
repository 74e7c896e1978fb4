/** Compares what a replay said with a record's label. */
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { Expected } from './generate.ts';

export const OUTCOMES = ['right', 'false restart', 'false alert', 'missed', 'wrong words'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Compared {
  readonly outcome: Outcome;
  /** The verdict that decided; null: there was none. */
  readonly by: Verdict | null;
}

const ACTS: ReadonlySet<string> = new Set(['start', 'restart', 'restart_link']);
const isAct = ({ remedy }: Verdict): boolean => ACTS.has(remedy);
const isWord = (verdict: Verdict): boolean => verdict.remedy === 'alert' || isAct(verdict);

const isAbout = (links: readonly string[], { link }: Verdict): boolean =>
  links.includes('any') ||
  links.some((wanted) => (link === null ? wanted === 'gateway' : link === wanted || link.startsWith(`${wanted}:`)));

/**
 * The first that fits: a restart that the label forbids, or before there was any trouble; a word to somebody about what
 * is no trouble; then the first word about the trouble in time, which has the right remedy and condition, or not.
 */
export const compare = (verdicts: readonly Verdict[], { label, troubleAt, by }: Expected): Compared => {
  const from = Date.parse(troubleAt);
  const spoken = verdicts.filter(isWord);
  const early = spoken.filter(({ at }) => label.is === 'healthy' || at < from);
  const wrongAct = early.find(isAct) ?? (label.is === 'alert' ? spoken.find(isAct) : undefined);
  if (wrongAct) return { outcome: 'false restart', by: wrongAct };
  if (early[0]) return { outcome: 'false alert', by: early[0] };
  if (label.is === 'healthy' || by === null) return { outcome: 'right', by: null };
  const inTime = spoken.filter((verdict) => verdict.at <= Date.parse(by) && isAbout(label.link, verdict));
  const remedied = inTime.filter(
    ({ remedy }) => label.is !== 'sick' || (label.remedy as readonly string[]).includes(remedy),
  );
  const right = remedied.find(({ condition }) => (label.words as readonly string[]).includes(condition));
  if (right) return { outcome: 'right', by: right };
  const wrong = remedied[0] ?? inTime[0];
  return wrong
    ? { outcome: 'wrong words', by: wrong }
    : { outcome: 'missed', by: spoken.find((verdict) => isAbout(label.link, verdict)) ?? null };
};
