/**
 * Turns a record into the home folder that its gateway would have left, and into what is expected of a replay. The same
 * record always gives the same files. On its own: `node test/issues/generate.ts FOLDER [ID…]` writes the homes of the
 * main part.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseDuration } from '../../src/base/duration.ts';
import { asctime, hermesLine, openClawLine } from './formats.ts';
import { readBlock, type Block, type DatedLine } from './lines.ts';
import { before } from './life-before.ts';
import { loadPart, type IssueRecord, type Label } from './record.ts';

export interface Expected {
  readonly about: string;
  readonly label: Label;
  /** Before this nothing was wrong. In the log's own clock, without a zone, or with one where the log tells it. */
  readonly troubleAt: string;
  /** The latest time at which the right word counts; null where nothing is to be said. */
  readonly by: string | null;
  readonly until: string;
}

export interface Home {
  /** By path below the home. */
  readonly files: ReadonlyMap<string, string>;
  readonly expected: Expected;
}

/** What the thread tells beside the logs, by the name of its block; written for judge.ts, and read by no gateway. */
export const TOLD = { process: 'process.log', status: 'status.log' } as const;
const isTold = (name: string): name is keyof typeof TOLD => name in TOLD;

/** @throws Error when its lines are not of the known forms. */
export const generate = (record: IssueRecord): Home => {
  const blocks = new Map(
    Object.entries(record.log).map(([file, text]): [string, Block] => [file, readBlock(text, record.day)]),
  );
  const all = [...blocks.values()].flatMap(({ lines }) => lines);
  const first = Math.min(...all.map(({ at }) => at));
  const last = Math.max(...all.map(({ at }) => at));
  const troubleAt = Math.max(-Infinity, ...[...blocks.values()].map((block) => block.troubleAt ?? -Infinity));
  const trouble = Number.isFinite(troubleAt) ? troubleAt : first;
  const zoned = record.kind === 'openclaw';
  const files = new Map<string, string>();
  const write = (line: DatedLine): string =>
    record.kind === 'hermes' ? hermesLine(line) : openClawLine(line, record.format);
  const written = [...blocks].filter(([file]) => !isTold(file));
  for (const [index, [file, { lines }]] of written.entries()) {
    const earlier =
      record.before !== undefined && index === 0 ? before(record, first, parseDuration(record.before) ?? 0) : [];
    const path =
      file === 'openclaw.log' ? `logs/openclaw-${new Date(first).toISOString().slice(0, 10)}.log` : `logs/${file}`;
    files.set(path, [...earlier, ...lines].map((line) => `${write(line)}\n`).join(''));
  }
  // Where a thread says that the process was alive all the while, the process sensor would have seen it.
  const told = blocks.get('process')?.lines ?? [];
  const aliveFirst =
    record.facts.process === 'alive' && !told.some(({ rest }) => rest === 'gone' || rest.startsWith('alive'))
      ? `${stampOf(first - (parseDuration(record.before ?? '0s') ?? 0), zoned)} alive\n`
      : '';
  if (aliveFirst !== '') files.set(TOLD.process, aliveFirst);
  for (const [name, { lines }] of blocks) {
    if (!isTold(name)) continue;
    const words =
      name === 'process' && isBroughtBack(record)
        ? lines.flatMap((line) => (line.rest === 'gone' ? [line, { ...line, rest: 'keeper will start it' }] : [line]))
        : lines;
    const text = words.map(({ at, rest }) => `${stampOf(at, zoned)} ${rest}\n`).join('');
    files.set(TOLD[name], name === 'process' ? aliveFirst + text : text);
  }
  if (record.kind === 'openclaw') files.set('openclaw.json', '{}\n');
  const { label } = record;
  const by = label.is === 'healthy' ? null : trouble + (parseDuration(label.within) ?? 0);
  const stamp = (at: number): string => stampOf(at, zoned);
  return {
    files,
    expected: {
      about: record.about,
      label,
      troubleAt: stamp(trouble),
      by: by === null ? null : stamp(by),
      until: stamp(Math.max(last, by ?? 0) + 1_000),
    },
  };
};

/** A loop under a supervisor goes on by that supervisor's doing: asked, it would say so each time. */
const isBroughtBack = ({ facts }: IssueRecord): boolean =>
  facts.process === 'looping' && facts.supervisor !== undefined;

/** A true time in UTC, or what a clock without a zone shows. */
const stampOf = (at: number, zoned: boolean): string =>
  zoned ? new Date(at).toISOString() : asctime(at).replace(' ', 'T').replace(',', '.');

/** Writes a record's home into `folder`/home, and what is expected beside it. */
export const writeHome = async (record: IssueRecord, folder: string): Promise<Home> => {
  const home = generate(record);
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of home.files) {
    await mkdir(dirname(join(folder, 'home', path)), { recursive: true });
    await writeFile(join(folder, 'home', path), content);
  }
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(home.expected, null, 2)}\n`);
  return home;
};

if (import.meta.main) {
  const [target, ...wanted] = process.argv.slice(2);
  if (target === undefined) throw new Error('Say into which folder: node test/issues/generate.ts FOLDER [ID…]');
  const records = loadPart('main').records.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  for (const record of records) await writeHome(record, join(target, record.id.replace('#', '-')));
  console.log(`${records.length} homes in ${target}`);
}
