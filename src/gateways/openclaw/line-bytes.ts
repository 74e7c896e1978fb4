/**
 * Lines of OpenClaw's own file, read from the bytes of a log: parsing the JSON of one costs more than all else that is
 * done for it. A form is learnt from a line that was parsed: in the next one of the same logger all is the same, byte
 * for byte, but the message, which stands there twice, and the times.
 */
import { fromIso, type Instant } from '../../base/instant.ts';
import { createTimeInBytes, standsAt, TIME_BYTES } from '../line-bytes.ts';
import { ASKED_CHARACTERS } from '../line-limit.ts';
import { parseLogLine, type LogLine } from './log-line.ts';

export interface LinesInBytes {
  /** The lines that are read next lie in these bytes. */
  readonly begin: (bytes: Buffer) => void;
  /** @returns null for a line of no form that is known. */
  line(from: number, end: number): LogLine | null;
  /** Learns the form of a line. */
  learn(text: string): void;
}

interface Form {
  /** What stands before, between and behind message, date, time and message. */
  readonly head: Buffer;
  readonly toDate: Buffer;
  readonly toTime: Buffer;
  readonly toMessage: Buffer;
  readonly timeLength: number;
  /** Of all but the message. */
  readonly length: number;
  readonly level: LogLine['level'];
  readonly subsystem: string | null;
}

const PROBE = { message: 'a message that no log has', date: '2001-02-03T04:05:06.789Z' };
const DATE = /^[\d:.TZ-]{24}$/;
const HOUR = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3])$/;
const [QUOTE, BACKSLASH, BLANK, CLOSE, Z] = [34, 92, 32, 125, 90];
/** There are few loggers. */
const MOST_FORMS = 32;
/** Where each line has a form of its own there is nothing to learn. */
const MOST_TRIES = 1_000;

/** @returns where the first of these words behind a place ends; -1: there is none. */
const endOfWord = (text: string, word: string, from: number): number => {
  const at = from < 0 ? -1 : text.indexOf(word, from);
  return at < 0 ? -1 : at + word.length;
};

/** @returns null for a line of which the form is not certain. */
const formOf = (text: string): Form | null => {
  const first = endOfWord(text, '","1":"', 0);
  const firstEnd = text.indexOf('"', first);
  const date = endOfWord(text, '"date":"', firstEnd);
  const dateEnd = date + PROBE.date.length;
  const time = endOfWord(text, '"time":"', date < 0 ? -1 : dateEnd);
  const timeEnd = text.indexOf('"', time);
  const message = text.slice(first, firstEnd);
  const last = text.length - message.length - '"}'.length;
  if (first < 0 || time < 0 || timeEnd > last || !text.endsWith(`"message":"${message}"}`)) return null;
  if (!DATE.test(text.slice(date, dateEnd)) || text.slice(time, timeEnd).includes('\\')) return null;
  const [head, toDate, toTime, toMessage] = [
    text.slice(0, first),
    text.slice(firstEnd, date),
    text.slice(dateEnd, time),
    text.slice(timeEnd, last),
  ];
  // A text of JSON stays one when other words without escapes take the place of its own.
  const probe = parseLogLine(
    `${head}${PROBE.message}${toDate}${PROBE.date}${toTime}${text.slice(time, timeEnd)}${toMessage}${PROBE.message}"}`,
  );
  const line = parseLogLine(text);
  if (probe?.message !== PROBE.message || probe.at !== fromIso(PROBE.date) || line?.message !== message) return null;
  if (line.subsystem !== probe.subsystem || line.level !== probe.level) return null;
  return {
    head: Buffer.from(head),
    toDate: Buffer.from(toDate),
    toTime: Buffer.from(toTime),
    toMessage: Buffer.from(toMessage),
    timeLength: timeEnd - time,
    length: Buffer.byteLength(text) - 2 * Buffer.byteLength(message),
    level: line.level,
    subsystem: line.subsystem,
  };
};

export const createLinesInBytes = (): LinesInBytes => {
  const timeAt = createTimeInBytes((hour) => (HOUR.test(hour) ? (fromIso(`${hour}:00:00Z`) ?? NaN) : NaN), '.');
  let forms: readonly Form[] = [];
  let tries = 0;
  let bytes: Buffer = Buffer.alloc(0);

  const isSame = (from: number, part: Buffer): boolean =>
    bytes.compare(part, 0, part.length, from, from + part.length) === 0;
  /** @returns where a text of JSON without escapes ends. */
  const endOfText = (from: number, end: number): number => {
    let at = from;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH || byte < BLANK) break;
    }
    return at;
  };
  const dateAt = (from: number): Instant | null => (bytes[from + TIME_BYTES] === Z ? timeAt(bytes, from) : null);
  const read = (form: Form, from: number, end: number): LogLine | null => {
    const { toDate, toTime, toMessage, timeLength } = form;
    const message = from + form.head.length;
    const messageEnd = endOfText(message, end);
    const messageLength = messageEnd - message;
    if (end - from !== form.length + messageLength * 2) return null;
    const date = messageEnd + toDate.length;
    const dateEnd = date + PROBE.date.length;
    const time = dateEnd + toTime.length;
    const timeEnd = time + timeLength;
    const again = timeEnd + toMessage.length;
    if (!isSame(messageEnd, toDate) || !isSame(dateEnd, toTime) || !isSame(timeEnd, toMessage)) return null;
    if (bytes[end - 2] !== QUOTE || bytes[end - 1] !== CLOSE || endOfText(time, timeEnd) !== timeEnd) return null;
    for (let at = 0; at < messageLength; at += 1) if (bytes[message + at] !== bytes[again + at]) return null;
    const at = dateAt(date);
    const { level, subsystem } = form;
    return at === null ? null : { at, level, subsystem, message: bytes.toString(undefined, message, messageEnd) };
  };

  return {
    begin: (given) => {
      bytes = given;
    },
    line: (from, end) => {
      if (end - from > ASKED_CHARACTERS) return null;
      for (const form of forms)
        if (end - from >= form.length && standsAt(bytes, from, form.head)) {
          const line = read(form, from, end);
          if (line !== null) return line;
        }
      return null;
    },
    learn: (text) => {
      if (tries >= MOST_TRIES) return;
      tries += 1;
      const form = formOf(text);
      if (form !== null) forms = [form, ...forms].slice(0, MOST_FORMS);
    },
  };
};
