/**
 * The form of a record's log lines, and how they get their times. A line begins with one of
 *
 *   2026-05-04 16:00:45,123 …   as quoted, in full; also with T, a zone, or without seconds
 *   05-04 16:00:45 …            the year is the record's
 *   16:00:45 …                  the day is the record's, or that of the line before; past midnight it is the next one
 *   +4s …                       so long after the line before: the excerpt tells the distance, or no time at all
 *   | …                         belongs to the line above and has no time: a traceback, a banner
 *   {"0":…}                     a line of OpenClaw's own file, as quoted
 *
 * or is an instruction: `@at TIME` and `@pass 60s` set the clock, `@repeat 4 x1000 every 2.5s` lets the last four dated
 * lines come a thousand times in all, `@trouble` marks where the trouble begins (without it: at the first line).
 */
import { parseDuration } from '../../src/base/duration.ts';

export interface DatedLine {
  /** As the log's own clock shows it: milliseconds as if that were UTC, unless `zoned`. */
  readonly at: number;
  /** Whether the line tells its zone, so that `at` is the true time. */
  readonly zoned: boolean;
  /** Without its time; null: the line is `whole` as it stands. */
  readonly rest: string;
  /** The line as quoted, when it has its date and time itself. */
  readonly whole: string | null;
  /** Lines without a time that belong to it. */
  readonly below: readonly string[];
}

export interface Block {
  readonly lines: readonly DatedLine[];
  /** When `@trouble` stood, if it did. */
  readonly troubleAt: number | null;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?(?= |$)/;
const MONTH = /^(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?= |$)/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?= |$)/;
const LATER = /^\+(\d[\dhms.]*)(?= |$)/;
const REPEAT = /^@repeat (\d+) x(\d+) every (\S+)$/;

const DAY_MS = 86_400_000;
const DEFAULT_DAY = '2026-06-01';

/** An excerpt is in the order of time; the clock of a line an hour before the last is the next day's. */
const BACK_MS = 3_600_000;

const millis = (fraction = ''): number => Number(fraction.padEnd(3, '0').slice(0, 3));
const ms = (text: string): number => {
  const found = parseDuration(text);
  if (found === null) throw new Error(`"${text}" is not a duration`);
  return Math.round(found);
};

interface Stamp {
  readonly at: number;
  readonly zoned: boolean;
  readonly length: number;
}

/** @param first whether no line came before, so that `now` only tells the day. */
const stampOf = (line: string, now: number, first = false): Stamp | null => {
  const dated = DATE.exec(line);
  if (dated) {
    const [all, year, month, day, hour, minute, second = '00', fraction, zone] = dated;
    const naive = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      millis(fraction),
    );
    return { at: naive - offsetOf(zone), zoned: zone !== undefined, length: all.length };
  }
  const months = MONTH.exec(line);
  if (months) {
    const [all, month, day, hour, minute, second = '00', fraction] = months;
    return {
      at: Date.UTC(
        new Date(now).getUTCFullYear(),
        Number(month) - 1,
        Number(day),
        Number(hour),
        Number(minute),
        Number(second),
        millis(fraction),
      ),
      zoned: false,
      length: all.length,
    };
  }
  const clock = CLOCK.exec(line);
  if (clock) {
    const [all, hour, minute, second = '00', fraction] = clock;
    const sameDay =
      Math.floor(now / DAY_MS) * DAY_MS +
      Number(hour) * 3_600_000 +
      Number(minute) * 60_000 +
      Number(second) * 1_000 +
      millis(fraction);
    return { at: !first && sameDay < now - BACK_MS ? sameDay + DAY_MS : sameDay, zoned: false, length: all.length };
  }
  const later = LATER.exec(line);
  return later ? { at: now + ms(later[1] ?? ''), zoned: false, length: later[0].length } : null;
};

const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

const dateOfJson = (line: string): number => {
  const { time, _meta: meta } = JSON.parse(line) as { time?: string; _meta?: { date?: string } };
  const at = Date.parse(meta?.date ?? time ?? '');
  if (Number.isNaN(at)) throw new Error(`no time in "${line.slice(0, 80)}"`);
  return at;
};

/** @throws Error for a line that is in none of the forms, and for an instruction that is not understood. */
export const readBlock = (text: string, day = DEFAULT_DAY): Block => {
  const lines: DatedLine[] = [];
  let now = Date.parse(`${day}T12:00:00Z`);
  let troubleAt: number | null = null;
  let troubleNext = false;
  const add = (line: DatedLine): void => {
    if (troubleNext) troubleAt = line.at;
    troubleNext = false;
    now = line.at;
    lines.push(line);
  };

  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (line === '@trouble') {
      troubleNext = true;
      continue;
    }
    if (line.startsWith('@pass ')) {
      now += ms(line.slice('@pass '.length));
      continue;
    }
    if (line.startsWith('@at ')) {
      now = stampOf(line.slice('@at '.length), now, lines.length === 0)?.at ?? fail(line);
      continue;
    }
    if (line.startsWith('@repeat ')) {
      for (const again of repeated(line, lines)) add(again);
      continue;
    }
    if (line.startsWith('|')) {
      const last = lines.pop() ?? fail(line);
      lines.push({ ...last, below: [...last.below, line.slice(line.startsWith('| ') ? 2 : 1)] });
      continue;
    }
    if (line.startsWith('{')) {
      add({ at: dateOfJson(line), zoned: true, rest: '', whole: line, below: [] });
      continue;
    }
    const { at, zoned, length } = stampOf(line, now, lines.length === 0) ?? fail(line);
    add({ at, zoned, rest: line.slice(length + 1), whole: DATE.test(line) ? line : null, below: [] });
  }
  return { lines, troubleAt: troubleNext ? now : troubleAt };
};

const fail = (line: string): never => {
  throw new Error(`this line is in none of the known forms: "${line.slice(0, 100)}"`);
};

/** What comes again is no longer as quoted: its time is another one. */
const repeated = (line: string, lines: readonly DatedLine[]): DatedLine[] => {
  const [, count, times, every] = REPEAT.exec(line) ?? fail(line);
  const round = lines.slice(-Number(count));
  if (round.length < Number(count)) fail(line);
  const pause = ms(every ?? '');
  return Array.from({ length: Number(times) - 1 }, (_, index) =>
    round.map((each) => ({ ...each, at: each.at + (index + 1) * pause, rest: restOf(each), whole: null })),
  ).flat();
};

const restOf = ({ whole, rest }: DatedLine): string => {
  if (whole === null) return rest;
  if (whole.startsWith('{'))
    throw new Error("a line of OpenClaw's own file cannot be repeated as it stands: write it in short");
  return whole.slice((DATE.exec(whole)?.[0].length ?? 0) + 1);
};
