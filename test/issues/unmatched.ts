/**
 * Prints which WARNING and ERROR lines of the excerpts match no grammar, how often, and where: `node
 * test/issues/unmatched.ts`. Of all parts but the one set aside, and only of platforms that are judged today.
 */
import { levelOf } from './formats.ts';
import { readBlock } from './lines.ts';
import { generate } from './generate.ts';
import { loadPart, type IssueRecord } from './record.ts';
import { isOfToday } from './table.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { basename } from 'node:path';

interface Line {
  readonly text: string;
  readonly matched: boolean;
}

/**
 * The lines that the excerpt itself calls a warning or worse, each form once: what changes from line to line is taken
 * out.
 */
const linesOf = (record: IssueRecord): readonly Line[] => {
  const { files } = generate({ ...record, before: undefined });
  return Object.entries(record.log).flatMap(([file, text]) => {
    if (file === 'process' || file === 'status') return [];
    const { lines } = readBlock(text, record.day);
    const path =
      [...files.keys()].find((name) =>
        file === 'openclaw.log' ? name.includes('openclaw-') : basename(name) === file,
      ) ?? '';
    const reader = kindAt(record.kind, '/nowhere').newLogReader(basename(path));
    const written = (files.get(path) ?? '').split('\n').filter((each) => each !== '');
    let at = 0;
    return lines.flatMap(({ rest, whole, below }) => {
      const own = written.slice(at, at + 1 + below.length);
      at += 1 + below.length;
      const matched = own.map((each) => reader.line(each)).some((found) => (found?.evidence.length ?? 0) > 0);
      const level = levelIn(whole, rest);
      return level === null || !/^(?:WARN|ERR|CRIT|FATAL)/.test(level)
        ? []
        : [{ text: formOf(whole ?? rest), matched }];
    });
  });
};

const levelIn = (whole: string | null, rest: string): string | null =>
  whole?.startsWith('{') ? (/"logLevelName":"(\w+)"/.exec(whole)?.[1] ?? null) : levelOf(rest).level;

const formOf = (text: string): string => {
  const strings = text.startsWith('{')
    ? Object.values(JSON.parse(text) as Record<string, unknown>).filter((value) => typeof value === 'string')
    : [];
  const message =
    strings.find((value) => !value.startsWith('{')) ??
    text.replace(/^[\d-]{8,10}[ T][\d:.,]+(?:Z|[+-]\d\d:?\d\d)? /, '');
  return levelOf(message)
    .text.replace(/\d+(?:\.\d+)?/g, 'N')
    .replace(/\b[0-9a-f]{12,}\b/gi, 'ID')
    .slice(0, 160);
};

interface Form {
  readonly matched: boolean;
  /** The records that have it. */
  readonly threads: ReadonlySet<string>;
}

/** The forms of warnings and errors in these records, each once. */
export const formsIn = (records: readonly IssueRecord[]): ReadonlyMap<string, Form> => {
  const forms = new Map<string, { matched: boolean; threads: Set<string> }>();
  for (const record of records) {
    for (const [text, matched] of new Map(linesOf(record).map((line) => [line.text, line.matched]))) {
      const form = forms.get(text) ?? { matched, threads: new Set<string>() };
      form.threads.add(record.id);
      forms.set(text, form);
    }
  }
  return forms;
};

if (import.meta.main) {
  process.env['TZ'] = 'Asia/Shanghai';
  const records = (['main', 'later', 'weak'] as const).flatMap((part) => loadPart(part).records).filter(isOfToday);
  for (const kind of ['hermes', 'openclaw'] as const) {
    const forms = formsIn(records.filter((record) => record.kind === kind));
    const unmatched = [...forms]
      .filter(([, { matched }]) => !matched)
      .toSorted(([, one], [, other]) => other.threads.size - one.threads.size);
    console.log(`${kind}: ${unmatched.length} of ${forms.size} forms of WARNING and ERROR lines match nothing`);
    for (const [text, { threads }] of unmatched)
      console.log(`  ${threads.size}  ${text}    (${[...threads].join(', ')})`);
  }
}
