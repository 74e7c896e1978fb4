/** Hermes's usual lines (docs/facts/hermes.md 1.2), read from the bytes of a log without making a text of all of them. */
import type { Instant } from '../../base/instant.ts';
import { ASKED_CHARACTERS } from '../line-limit.ts';
import { createTimeInBytes, standsAt, TIME_BYTES } from '../line-bytes.ts';
import { startOfHour, type LogLine } from './log-line.ts';

const [COLON, BLANK, OPEN, CLOSE, RETURN, ESCAPE] = [58, 32, 91, 93, 13, 27];
const HOUR = /^\d{4}-\d\d-\d\d \d\d$/;
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'].map((level) => ({
  level,
  bytes: Buffer.from(`${level} `),
}));
const LEVEL_OF_FIRST = Array.from({ length: 256 }, (_, byte) => LEVELS.find(({ bytes }) => bytes[0] === byte));
/** 1: it may stand in the name of a logger. */
const OF_NAME = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[\w.]/.test(String.fromCharCode(byte))));
/** There are few loggers. */
const SLOTS = 256;

export interface LinesInBytes<Logger> {
  /** The lines that are read next lie in these bytes. */
  readonly begin: (bytes: Buffer) => void;
  /** @returns the head of the line; the same object for each. Null: none in the usual form. */
  head(from: number, end: number): Head<Logger> | null;
  message(): string;
}

export interface Head<Logger> {
  at: Instant;
  level: LogLine['level'];
  name: string;
  logger: Logger;
}

interface Known<Logger> {
  /** With what stands between it and the message. */
  readonly bytes: Buffer;
  readonly name: string;
  readonly logger: Logger;
}

/** @param loggerOf what is to be known of a logger; it is asked once for many lines */
export const createLinesInBytes = <Logger>(loggerOf: (name: string) => Logger): LinesInBytes<Logger> => {
  const timeAt = createTimeInBytes((hour) => (HOUR.test(hour) ? startOfHour(hour) : NaN), ',');
  const loggers: (Known<Logger> | undefined)[] = Array.from({ length: SLOTS });
  let bytes: Buffer = Buffer.alloc(0);
  let isColoured = false;
  let messageFrom = 0;
  let messageEnd = 0;
  let head: Head<Logger> | null = null;

  const loggerAt = (from: number, end: number): Known<Logger> | null => {
    const slot = ((bytes[from] ?? 0) + (bytes[from + 6] ?? 0) * 3 + (bytes[from + 10] ?? 0) * 7) & (SLOTS - 1);
    const before = loggers[slot];
    if (before !== undefined && from + before.bytes.length <= end && standsAt(bytes, from, before.bytes)) return before;
    let at = from;
    while (at < end && OF_NAME[bytes[at] ?? 0] === 1) at += 1;
    if (at === from || at + 2 > end || bytes[at] !== COLON || bytes[at + 1] !== BLANK) return null;
    const name = bytes.toString('latin1', from, at);
    const logger = { bytes: Buffer.from(`${name}: `, 'latin1'), name, logger: loggerOf(name) };
    loggers[slot] = logger;
    return logger;
  };

  return {
    begin: (given) => {
      bytes = given;
      isColoured = given.includes(ESCAPE);
    },
    head: (from, lineEnd) => {
      const end = bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
      const length = end - from;
      if (isColoured || length <= TIME_BYTES || length > ASKED_CHARACTERS || bytes[from + TIME_BYTES] !== BLANK)
        return null;
      let at = from + TIME_BYTES + 1;
      const level = LEVEL_OF_FIRST[bytes[at] ?? 0];
      if (level === undefined || !standsAt(bytes, at, level.bytes)) return null;
      at += level.bytes.length;
      if (bytes[at] === OPEN) {
        while (at < end && bytes[at] !== CLOSE) at += 1;
        if (bytes[at + 1] !== BLANK) return null;
        at += 2;
      }
      const known = loggerAt(at, end);
      if (known === null) return null;
      const time = timeAt(bytes, from);
      if (time === null) return null;
      const { name, logger } = known;
      messageFrom = at + known.bytes.length;
      messageEnd = end;
      head ??= { at: time, level: level.level, name, logger };
      head.at = time;
      head.level = level.level;
      head.name = name;
      head.logger = logger;
      return head;
    },
    message: () => bytes.toString(undefined, messageFrom, messageEnd),
  };
};
