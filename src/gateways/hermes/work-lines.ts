/**
 * Lines of the agent that say no more than that it works, told by their bytes (docs/facts/hermes.md 1.2): most lines of
 * a busy log are of that kind.
 */
import { instantOf, type Instant } from '../../base/instant.ts';
import { ASKED_CHARACTERS } from '../line-limit.ts';
import { createMessageTest } from '../message-test.ts';
import { startOfHour } from './log-line.ts';

export interface WorkLines {
  begin(bytes: Buffer): void;
  /** @returns the time of such a line; null: it is none, or is not in the usual form. */
  timeOf(from: number, end: number): Instant | null;
}

const [COLON, COMMA, BLANK, OPEN, CLOSE, RETURN] = [58, 44, 32, 91, 93, 13];
const ESCAPE = 0x1b;
const HOUR_LENGTH = '2026-11-21 10'.length;
const TIME_LENGTH = '2026-11-21 10:00:00,123 '.length;
const HOUR = /^\d{4}-\d\d-\d\d \d\d$/;
/** The shortest line. */
const LEAST_BYTES = '2026-11-21 10:00:00,123 INFO a: '.length;
const [INFO, DEBUG] = [Buffer.from('INFO '), Buffer.from('DEBUG ')];
const NAME_BYTES = Array.from({ length: 256 }, (_, byte) => /[\w.]/.test(String.fromCharCode(byte)));
/** There are few loggers. */
const SLOTS = 256;

/** @param patterns all that may make more of such a line, of any logger that `isWork` names */
export const createWorkLines = (patterns: readonly RegExp[], isWork: (logger: string) => boolean): WorkLines => {
  const messages = createMessageTest(patterns);
  const loggers: ({ readonly name: Buffer; readonly isWork: boolean } | undefined)[] = Array.from({ length: SLOTS });
  const hour = Buffer.alloc(HOUR_LENGTH);
  let hourAt = NaN;
  let bytes: Buffer = hour;
  let isColoured = false;

  const hourOf = (from: number): number => {
    for (let at = HOUR_LENGTH - 1; at >= 0; at -= 1) {
      if (bytes[from + at] === hour[at]) continue;
      const text = bytes.toString('latin1', from, from + HOUR_LENGTH);
      bytes.copy(hour, 0, from, from + HOUR_LENGTH);
      hourAt = HOUR.test(text) ? startOfHour(text) : NaN;
      break;
    }
    return hourAt;
  };
  const loggerAt = (from: number, end: number, sum: number): boolean => {
    const known = loggers[sum];
    if (known?.name.length === end - from) {
      let at = 0;
      while (at < known.name.length && bytes[from + at] === known.name[at]) at += 1;
      if (at === known.name.length) return known.isWork;
    }
    const name = Buffer.from(bytes.subarray(from, end));
    const logger = { name, isWork: isWork(name.toString('latin1')) };
    loggers[sum] = logger;
    return logger.isWork;
  };
  /** @returns where the message of such a logger begins; -1: it is another line. */
  const messageOf = (levelFrom: number, end: number): number => {
    let at = levelFrom;
    if (isAt(bytes, at, INFO)) at += INFO.length;
    else if (isAt(bytes, at, DEBUG)) at += DEBUG.length;
    else return -1;
    if (bytes[at] === OPEN) {
      while (at < end && bytes[at] !== CLOSE) at += 1;
      if (bytes[at + 1] !== BLANK) return -1;
      at += 2;
    }
    const nameFrom = at;
    let sum = 0;
    for (; at < end && NAME_BYTES[bytes[at] ?? 0] === true; at += 1) sum = (sum * 31 + (bytes[at] ?? 0)) & (SLOTS - 1);
    if (at === nameFrom || at + 2 > end || bytes[at] !== COLON || bytes[at + 1] !== BLANK) return -1;
    return loggerAt(nameFrom, at, sum) ? at + 2 : -1;
  };

  return {
    begin: (given) => {
      bytes = given;
      isColoured = given.includes(ESCAPE);
      messages.begin(given);
    },
    timeOf: (from, lineEnd) => {
      const end = bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
      const length = end - from;
      if (isColoured || length < LEAST_BYTES || length > ASKED_CHARACTERS) return null;
      if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON || bytes[from + 19] !== COMMA) return null;
      if (bytes[from + 23] !== BLANK) return null;
      const [minutes, seconds] = [two(bytes, from + 14), two(bytes, from + 17)];
      const ms = digit(bytes, from + 20) * 100 + two(bytes, from + 21);
      if (!(minutes < 60 && seconds < 60 && ms >= 0)) return null;
      const messageFrom = messageOf(from + TIME_LENGTH, end);
      if (messageFrom < 0 || messages.mayFit(messageFrom, end)) return null;
      return instantOf(hourOf(from) + minutes * 60_000 + seconds * 1_000 + ms);
    },
  };
};

const digit = (bytes: Buffer, at: number): number => {
  const value = (bytes[at] ?? 0) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
};
const two = (bytes: Buffer, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);

const isAt = (bytes: Buffer, from: number, word: Buffer): boolean => {
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return false;
  return true;
};
