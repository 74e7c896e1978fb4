/** Judges a part of the corpus and counts the outcomes, by class and by how sure the labels are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASSES, type Class } from './classes.ts';
import { writeHome } from './generate.ts';
import { judgeHome } from './judge.ts';
import { compare, OUTCOMES, type Compared, type Outcome } from './outcome.ts';
import type { IssueRecord } from './record.ts';
import { CONDITIONS } from './words.ts';

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
const countsOf = (judged: readonly Judged[]): Counts =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, judged.filter((each) => each.outcome === outcome).length]),
  ) as Counts;

const SURE = ['sure', 'likely', 'unsure'] as const;

const isJudged = (link: string): boolean =>
  link === 'gateway' || link === 'any' || /^(?:qqbot|feishu)(?::|$)/.test(link);

/**
 * Whether it is about a platform whose links the diagnosis judges today, or about the gateway itself; the rest waits
 * for its grammars.
 */
export const isOfToday = ({ links, label }: IssueRecord): boolean =>
  label.is === 'healthy' ? links.every(isJudged) : label.link.some(isJudged);

/** Of all words that decided, how many were right; and of all troubles, how many were told rightly and in time. */
export interface Rates {
  readonly said: number;
  readonly troubles: number;
  readonly right: number;
}

/** A word that came too late decided nothing: its record is missed. */
export const ratesOf = (judged: readonly Judged[]): Rates => {
  const wanted = judged.filter(({ record }) => record.label.is !== 'healthy');
  return {
    said: judged.filter(({ outcome, by }) => by !== null && outcome !== 'missed').length,
    troubles: wanted.length,
    right: wanted.filter(({ outcome }) => outcome === 'right').length,
  };
};
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`);

const inColumns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
};

/** @returns a table for people: one row a class of causes, then one for each degree of certainty, then all. */
export const tableOf = (judged: readonly Judged[]): string => {
  const row = (name: string, some: readonly Judged[]): string[] => {
    const counts = countsOf(some);
    const sure = some.filter(({ record }) => record.label.sure === 'sure');
    const { said, troubles, right } = ratesOf(some);
    return [
      name,
      String(some.length),
      ...OUTCOMES.map((outcome) => String(counts[outcome])),
      percent(right, said),
      percent(right, troubles),
      `${countsOf(sure).right}/${sure.length}`,
    ];
  };
  const ofClass = (name: Class): readonly Judged[] => judged.filter(({ record }) => record.class === name);
  return inColumns([
    ['class', 'records', ...OUTCOMES, 'precision', 'recall', 'right of the sure'],
    ...CLASSES.filter((name) => ofClass(name).length > 0).map((name) => row(name, ofClass(name))),
    ...SURE.map((sure) =>
      row(
        `(${sure})`,
        judged.filter(({ record }) => record.label.sure === sure),
      ),
    ),
    row('all', judged),
  ]);
};

/**
 * @returns a table for people: what was said, how often that was right, and how often it would have been a right word.
 */
export const wordsOf = (judged: readonly Judged[]): string => {
  const said = judged.flatMap(({ outcome, by, record }) =>
    by === null || outcome === 'missed'
      ? []
      : [{ word: by.condition, right: outcome === 'right', restart: outcome === 'false restart', record }],
  );
  const fits = (word: string): number =>
    judged.filter(
      ({ record: { label } }) => label.is !== 'healthy' && (label.words as readonly string[]).includes(word),
    ).length;
  return inColumns([
    ['word', 'said', 'right', 'false restart', 'precision', 'would fit'],
    ...[...new Set([...said.map(({ word }) => word), ...CONDITIONS])].toSorted().map((word) => {
      const own = said.filter((each) => each.word === word);
      const right = own.filter((each) => each.right).length;
      return [
        word,
        String(own.length),
        String(right),
        String(own.filter((each) => each.restart).length),
        percent(right, own.length),
        String(fits(word)),
      ];
    }),
  ]);
};

/** @returns one line for each record that did not come out right. */
export const missesOf = (judged: readonly Judged[]): readonly string[] =>
  judged
    .filter(({ outcome }) => outcome !== 'right')
    .map(({ record: { id, class: name, label, about }, outcome, by }) => {
      const wanted =
        label.is === 'healthy'
          ? 'silence'
          : `${label.link.join('|')} ${label.words.join('|')} ${label.is === 'sick' ? label.remedy.join('|') : label.is}`;
      const said =
        by === null
          ? 'nothing'
          : `${new Date(by.at).toISOString()} ${by.link ?? 'gateway'} ${by.condition} ${by.remedy} (${by.cause})`;
      return `${outcome}: ${id} [${name}, ${label.sure}] ${about}\n    wanted ${wanted}; said ${said}`;
    });
