/** Judges a part of the corpus and counts the outcomes, by class and by how sure the labels are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASSES, type Class } from './classes.ts';
import { writeHome } from './generate.ts';
import { judgeHome } from './judge.ts';
import { compare, OUTCOMES, type Compared, type Outcome } from './outcome.ts';
import type { IssueRecord } from './record.ts';

export interface Judged extends Compared {
  readonly record: IssueRecord;
}

/** Judges each record by itself, in a folder that is removed afterwards. */
export const judgeAll = async (records: readonly IssueRecord[]): Promise<readonly Judged[]> => {
  const root = await mkdtemp(join(tmpdir(), 'lifeline-issues-'));
  try {
    const judged: Judged[] = [];
    for (const record of records) {
      const folder = join(root, record.id.replace('#', '-'));
      const { expected } = await writeHome(record, folder);
      judged.push({ record, ...compare(await judgeHome(record, folder), expected) });
    }
    return judged;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

type Counts = Readonly<Record<Outcome, number>>;
const countsOf = (judged: readonly Judged[]): Counts => Object.fromEntries(OUTCOMES.map((outcome) => [outcome, judged.filter((each) => each.outcome === outcome).length])) as Counts;

const SURE = ['sure', 'likely', 'unsure'] as const;

const isJudged = (link: string): boolean => link === 'gateway' || link === 'any' || /^(?:qqbot|feishu)(?::|$)/.test(link);

/** Whether it is about a platform whose links the diagnosis judges today, or about the gateway itself; the rest waits for its grammars. */
export const isOfToday = ({ links, label }: IssueRecord): boolean => (label.is === 'healthy' ? links.every(isJudged) : label.link.some(isJudged));

/** @returns a table for people: one row a class, then one for each degree of certainty, then all. */
export const tableOf = (judged: readonly Judged[]): string => {
  const row = (name: string, some: readonly Judged[]): string[] => {
    const counts = countsOf(some);
    const sure = some.filter(({ record }) => record.label.sure === 'sure');
    return [name, String(some.length), ...OUTCOMES.map((outcome) => String(counts[outcome])), `${countsOf(sure).right}/${sure.length}`];
  };
  const ofClass = (name: Class): readonly Judged[] => judged.filter(({ record }) => record.class === name);
  const rows = [
    ['class', 'records', ...OUTCOMES, 'right of the sure'],
    ...CLASSES.filter((name) => ofClass(name).length > 0).map((name) => row(name, ofClass(name))),
    ...SURE.map((sure) => row(`(${sure})`, judged.filter(({ record }) => record.label.sure === sure))),
    row('all', judged),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n');
};

/** @returns one line for each record that did not come out right. */
export const missesOf = (judged: readonly Judged[]): readonly string[] =>
  judged
    .filter(({ outcome }) => outcome !== 'right')
    .map(({ record: { id, class: name, label, about }, outcome, by }) => {
      const wanted = label.is === 'healthy' ? 'silence' : `${label.link.join('|')} ${label.words.join('|')} ${label.is === 'sick' ? label.remedy.join('|') : label.is}`;
      const said = by === null ? 'nothing' : `${new Date(by.at).toISOString()} ${by.link ?? 'gateway'} ${by.condition} ${by.remedy} (${by.cause})`;
      return `${outcome}: ${id} [${name}, ${label.sure}] ${about}\n    wanted ${wanted}; said ${said}`;
    });
