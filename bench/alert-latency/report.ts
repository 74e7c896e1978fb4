/** Samples as rows of a table in Markdown. */
import type { Cost } from './rest.ts';
import type { Case, Sample } from './sample.ts';

const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 10_000 ? 2 : 1);

export const median = (sorted: readonly number[]): number => {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
};

/** Of so few samples: the least that is not below 95 of 100. */
const p95 = (sorted: readonly number[]): number => sorted[Math.ceil(sorted.length * 0.95) - 1] ?? NaN;

const cells = (times: readonly (number | null)[]): readonly string[] => {
  const seen = times.filter((ms) => ms !== null).sort((a, b) => a - b);
  const count =
    seen.length === times.length ? String(times.length) : `${seen.length}, and ${times.length - seen.length} never`;
  if (seen.length === 0) return ['–', '–', '–', '–', count];
  return [...[seen[0] ?? NaN, median(seen), p95(seen), seen.at(-1) ?? NaN].map(seconds), count];
};

const row = (...parts: readonly string[]): string => `| ${parts.join(' | ')} |`;

export const HEAD = [
  row('failure', 'watcher', 'min, s', 'median, s', 'p95, s', 'max, s', 'samples'),
  row('---', '---', '---', '---', '---', '---', '---'),
].join('\n');

export const rowsOf = ({ illness, title, settings }: Case, samples: readonly Sample[]): string => {
  const of = (watcher: 'lifeline' | 'healed' | 'monit' | 'cron'): readonly (number | null)[] =>
    samples.flatMap(({ [watcher]: ms }) => (ms === undefined ? [] : [ms]));
  const watchers = [
    [`Lifeline, ${settings}`, of('lifeline')],
    ['Lifeline, to the new process', of('healed')],
    ['monit, cycle of 1 s', of('monit')],
    ['script in cron, every 5 min', of('cron')],
  ] as const;
  return watchers
    .flatMap(([name, times]) => (times.length === 0 ? [] : [row(title ?? illness.name, name, ...cells(times))]))
    .join('\n');
};

export const costTable = (costs: readonly Cost[]): string =>
  [
    row('watcher', 'CPU, % of one core', 'RSS, MB'),
    row('---', '---', '---'),
    ...costs.map(({ watcher, cpuPercent, rssMb }) => row(watcher, cpuPercent.toFixed(2), rssMb.toFixed(1))),
  ].join('\n');
