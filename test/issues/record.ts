/**
 * A record of the corpus: an excerpt of a log that somebody pasted into a public thread, and what the thread found out.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDuration } from '../../src/base/duration.ts';
import { CLASSES } from './classes.ts';
import { readBlock } from './lines.ts';
import { personalIn } from './personal.ts';
import { CONDITIONS, LINK } from './words.ts';

/**
 * The corpus is in parts: rules are made by the main one; a quarter of its threads was set aside and opened only at the
 * end; the later one was collected and labelled when the rules stood, and its first score is what they are worth on
 * logs that nobody had seen; so was the weak one, a second time, for the classes of cause at which the rules were
 * weakest; and so was the blind one, for all classes, by somebody who had not read the rules. The collection after it
 * was halved by a hash: rules were made by what the fresh half showed, and of the unseen one nothing is read but its
 * score. The final one was collected as the blind one was; it was opened on the day on which it was labelled.
 */
export const PARTS = ['main', 'aside', 'later', 'weak', 'blind', 'fresh', 'unseen', 'final'] as const;
export type Part = (typeof PARTS)[number];

/** The parts of the first collection: a hash of a thread's name says in which it is. */
const FIRST_PARTS = ['main', 'aside'] as const satisfies readonly Part[];
type FirstPart = (typeof FIRST_PARTS)[number];
const isOfFirst = (part: Part): part is FirstPart => (FIRST_PARTS as readonly Part[]).includes(part);

/** Of the first collection a quarter of the threads is set aside, by a hash of their name, so that nobody chooses which. */
export const partOf = (thread: string): FirstPart =>
  createHash('sha256').update(thread.toLowerCase()).digest().readUInt8(0) % 4 === 0 ? 'aside' : 'main';

/** Of one later collection a half is never opened, by another hash of the thread's name. */
const HALVES = ['fresh', 'unseen'] as const satisfies readonly Part[];
type Half = (typeof HALVES)[number];
const isOfHalves = (part: Part): part is Half => (HALVES as readonly Part[]).includes(part);
export const halfOf = (thread: string): Half =>
  createHash('sha256').update(thread.toLowerCase()).digest().readUInt8(1) % 2 === 0 ? 'fresh' : 'unseen';

const duration = z.string().refine((text) => parseDuration(text) !== null, 'not a duration such as 90s');
/** One, or a list of them. */
const some = <T extends z.ZodType<string>>(item: T) => z.union([item.transform((given) => [given]), z.array(item)]);

const judgement = {
  /** How sure the thread makes it. */
  sure: z.enum(['sure', 'likely', 'unsure']),
  why: z.string().max(240),
};
const told = {
  /** Whose trouble: a link, `gateway`, or `any`. */
  link: some(z.union([z.literal(['gateway', 'any']), z.string().regex(LINK)])),
  /** The conditions that say it rightly. */
  words: some(z.enum(CONDITIONS)),
  /** After the trouble began. */
  within: duration,
  ...judgement,
};

const label = z.discriminatedUnion('is', [
  /** Nothing may be restarted, and nobody told. */
  z.strictObject({ is: z.literal('healthy'), ...judgement }),
  /** A restart would not help or would do harm: tell a person. */
  z.strictObject({ is: z.literal('alert'), ...told }),
  /** One of these remedies cured it, or would have. */
  z.strictObject({ is: z.literal('sick'), remedy: some(z.enum(['start', 'restart', 'restart_link'])), ...told }),
  /** A restart and a word to a person are both right; silence is not. */
  z.strictObject({ is: z.literal('either'), ...told }),
]);
export type Label = z.infer<typeof label>;

const record = z.strictObject({
  /** `owner/name#number`. */
  thread: z.string().regex(/^[\w.-]+\/[\w.-]+#\d+$/),
  /** Tells several excerpts of one thread apart. */
  excerpt: z
    .string()
    .regex(/^[b-z]$/)
    .optional(),
  about: z.string().max(200),
  kind: z.enum(['hermes', 'openclaw']),
  /** Of the gateway, or of the plugin, as told. */
  version: z.string().optional(),
  on: z
    .string()
    .regex(/^(?:linux|macos|windows|wsl|docker)$/)
    .optional(),
  /** The links that the excerpt is about; none: the gateway itself. */
  links: some(z.string().regex(LINK)).default([]),
  /** Where the lines were quoted from, where that is another place than the file they are written to here. */
  quoted: z.string().optional(),
  /** The day of lines that give only the time of day. The thread's own where its lines tell none. */
  day: z.iso.date().optional(),
  /** How the lines are dated whose times the excerpt leaves out. */
  dated: z.string().optional(),
  /** Which lines the thread tells in words only, or short; all others are quoted. */
  added: z.string().optional(),
  /**
   * The thread tells that it had worked before: so long an ordinary life, written by the generator, goes before the
   * first line.
   */
  before: duration.optional(),
  /** OpenClaw: in which form the lines are written that are not quoted as they stand. */
  format: z.enum(['console', 'jsonl']).default('console'),
  /**
   * By file; the form of the lines is in lines.ts. `process` and `status` are no files: what the thread tells of the
   * process, and of `channels.status`, and when.
   */
  log: z.record(
    z.string().regex(/^(?:gateway\.log|agent\.log|errors\.log|gateway\.error\.log|openclaw\.log|process|status)$/),
    z.string(),
  ),
  /** What else the thread tells. */
  facts: z
    .strictObject({
      process: z.enum(['alive', 'dead', 'looping']).optional(),
      supervisor: z.string().optional(),
      exit: z.string().optional(),
      restarts: z.string().optional(),
      /** Messages of people were not answered. */
      unanswered: z.boolean().optional(),
      other: z.string().optional(),
    })
    .default({}),
  class: z.enum(CLASSES),
  label,
});
export type IssueRecord = z.infer<typeof record> & { readonly id: string; readonly part: Part };

export type ReadRecord =
  { readonly record: z.infer<typeof record>; readonly fault: null } | { readonly record: null; readonly fault: string };

/** Reads one record. Never throws: what is wrong with it is one sentence. */
export const readRecord = (entry: unknown): ReadRecord => {
  const fault = (text: string): ReadRecord => ({ record: null, fault: text.replaceAll('\n', ' ') });
  const read = record.safeParse(entry);
  if (!read.success) return fault(z.prettifyError(read.error));
  const { links, label: told, log, day } = read.data;
  const strange =
    told.is === 'healthy'
      ? []
      : told.link.filter((link) => link !== 'gateway' && link !== 'any' && links.length > 0 && !links.includes(link));
  if (strange.length > 0)
    return fault(`its label is about ${strange.join(', ')}, its excerpt about ${links.join(', ')}`);
  const personal = personalIn(JSON.stringify(entry));
  if (personal.length > 0) return fault(`it holds ${personal.join(', ')}`);
  try {
    const lines = Object.entries(log)
      .filter(([name]) => name !== 'process' && name !== 'status')
      .flatMap(([, text]) => readBlock(text, day).lines);
    for (const name of ['process', 'status']) readBlock(log[name] ?? '', day);
    return lines.length === 0 ? fault('it has no line of a log') : { record: read.data, fault: null };
  } catch (error) {
    return fault(error instanceof Error ? error.message : String(error));
  }
};

export interface Loaded {
  readonly records: readonly IssueRecord[];
  /** One sentence for each record that is not as it must be. */
  readonly faults: readonly string[];
}

/** Reads the records of one part. Never throws for a malformed one: it is named in `faults`. */
export const loadPart = (part: Part): Loaded => {
  const folder = join(import.meta.dirname, part);
  const records: IssueRecord[] = [];
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()) {
    const entries = z.array(z.unknown()).parse(parse(readFileSync(join(folder, file), 'utf8')) ?? []);
    for (const [index, entry] of entries.entries()) {
      const read = readRecord(entry);
      if (read.record === null) {
        const { thread } = z.object({ thread: z.unknown() }).catch({ thread: '?' }).parse(entry);
        faults.push(`${part}/${file}, record ${index + 1} (${String(thread)}): ${read.fault}`);
        continue;
      }
      const { thread, excerpt = '' } = read.record;
      const id = `${basename(thread)}${excerpt}`;
      if (isOfFirst(part) && partOf(thread) !== part)
        faults.push(`${part}/${file}: ${thread} belongs to the part "${partOf(thread)}"`);
      if (isOfHalves(part) && halfOf(thread) !== part)
        faults.push(`${part}/${file}: ${thread} belongs to the part "${halfOf(thread)}"`);
      if (seen.has(`${thread}${excerpt}`))
        faults.push(`${part}/${file}: ${thread} is there twice; tell its excerpts apart by "excerpt"`);
      seen.add(`${thread}${excerpt}`);
      records.push({ ...read.record, id, part });
    }
  }
  return { records, faults };
};
