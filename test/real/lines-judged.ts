/**
 * Holds every line of a real gateway's logs against its grammar. A line that tells the diagnosis nothing is reduced to
 * its shape, and each shape must stand in a list with the reason why it need not tell anything: somebody has judged it.
 */
import { readFileSync } from 'node:fs';
import type { LogReader } from '../../src/gateways/gateway-kind.ts';

export interface GatewayLog {
  readonly name: string;
  readonly text: string;
}

export interface Writer {
  readonly newLogReader: (source: string) => LogReader;
  /** What the record that a line begins says, without its time; null: the line belongs to the record above. */
  readonly wordsOf: (line: string) => string | null;
  /** Texts that are others in each run, and what stands for them. */
  readonly names: readonly (readonly [text: string, name: string])[];
}

export interface LinesRead {
  readonly lines: number;
  /** How many lines told each kind of fact, and of which link. */
  readonly telling: ReadonlyMap<string, number>;
  /** The shapes of those that told nothing. */
  readonly silent: ReadonlyMap<string, { readonly example: string; readonly count: number }>;
}

export interface Judgement {
  /** `…` stands for any text. */
  readonly shape: string;
  readonly why: string;
}

const ID = /[A-Za-z0-9_-]{16,}|\b[0-9a-f]{8,15}\b/g;

/** What is the same in all lines of a kind. */
export const shapeOf = (words: string, names: Writer['names'] = []): string =>
  names
    .reduce((text, [from, to]) => text.replaceAll(from, to), words)
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, '<id>')
    // A long word without a digit is a word.
    .replace(ID, (word) => (/\d/.test(word) ? '<id>' : word))
    .replace(/(?<![A-Za-z0-9_])\d+(?:\.\d+)*/g, '<n>')
    .trimEnd();

export const readLines = (logs: readonly GatewayLog[], { newLogReader, wordsOf, names }: Writer): LinesRead => {
  const telling = new Map<string, number>();
  const silent = new Map<string, { example: string; count: number }>();
  let lines = 0;
  for (const { name, text } of logs) {
    const reader = newLogReader(name);
    for (const line of text.split('\n')) {
      const words = wordsOf(line);
      const evidence = reader.line(line)?.evidence ?? [];
      // What is indented below a record is the code of a traceback; its last line, the exception, is not.
      if (words === null && evidence.length === 0 && /^\s|^$/.test(line)) continue;
      lines += 1;
      for (const { link, fact } of evidence) {
        const kind = link === null ? fact.kind : `${fact.kind} ${link}`;
        telling.set(kind, (telling.get(kind) ?? 0) + 1);
      }
      if (evidence.length > 0) continue;
      const shape = words === null ? `↳ ${shapeOf(line, names)}` : shapeOf(words, names);
      silent.set(shape, {
        example: silent.get(shape)?.example ?? `${name}: ${line}`,
        count: (silent.get(shape)?.count ?? 0) + 1,
      });
    }
  }
  return { lines, telling, silent };
};

/**
 * The list: a shape, a tab, the reason; `#` begins a line for the reader. @throws when an entry has no reason or stands
 * there twice.
 */
export const readJudged = (file: string): readonly Judgement[] => {
  const judged = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [shape = '', why = ''] = line.split('\t');
    if (why.trim() === '') throw new Error(`${file} does not say why this needs no evidence: ${line}`);
    if (judged.has(shape)) throw new Error(`${file} has this twice: ${shape}`);
    judged.set(shape, why.trim());
  }
  return [...judged].map(([shape, why]) => ({ shape, why }));
};

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const fits = ({ shape }: Judgement): RegExp => new RegExp(`^${shape.split('…').map(literally).join('.*')}$`, 's');

/** @returns the shapes that nobody has judged, each with a line that has it */
export const notJudged = ({ silent }: LinesRead, judged: readonly Judgement[]): readonly string[] => {
  const known = judged.map(fits);
  return [...silent]
    .filter(([shape]) => !known.some((pattern) => pattern.test(shape)))
    .map(([shape, { example }]) => `${shape}\n    ${example}`);
};

/** For people: what told something, and what did not. */
export const linesReport = ({ lines, telling, silent }: LinesRead): string =>
  [
    `${lines} lines. Those that tell something:`,
    ...[...telling].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${String(count).padStart(6)} ${kind}`),
    'Those that tell nothing:',
    ...[...silent]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([shape, { count }]) => `${String(count).padStart(6)} ${shape}`),
  ].join('\n');

/** @throws with what to do, when a line has a shape that is not in the list. */
export const expectJudged = (read: LinesRead, list: string, grammar: string): void => {
  const unknown = notJudged(read, readJudged(list));
  if (unknown.length === 0) return;
  throw new Error(
    [
      `The gateway writes ${unknown.length} kinds of lines that nobody has judged:`,
      ...unknown,
      `Read each one. If it tells that the gateway or a link was lost, came back, was refused or ended, it becomes a rule in ${grammar} with a row in its table test.`,
      `If not, it becomes a line of ${list}: the shape, a tab, and why it needs no evidence.`,
    ].join('\n'),
  );
};
