/**
 * What stands before the time of a line in common formats, such as the level, a pid or the name of the field. Only
 * these: a line that merely speaks of a time somewhere belongs to the record above.
 */
import type { LineLevel } from '../gateway-kind.ts';
import { levelNamed } from './level.ts';
import { readParts, readTime, type TimeContext, type TimeRead } from './read-time.ts';
import { ACCESS_FORM, KLOG_FORM } from './time-forms.ts';

export interface TimedLine {
  readonly time: TimeRead;
  /** By a word before the time; null: none stands there. */
  readonly level: LineLevel | null;
  /** The line without its time and what stands before it. */
  readonly message: string;
}

/** Each is one piece; its group `level` is a word for the level. */
const PIECES: readonly RegExp[] = [
  // 1234:M of redis, 1234:signal-handler
  /^\d{1,10}:[A-Za-z][A-Za-z-]{0,19}\s/,
  // [1234], (1234), [Nest] 1234 -, [pid 7]
  /^[[(](?:pid )?\d{1,10}[\])]:?\s/,
  /^\d{1,10}\s{1,2}-\s{1,2}/,
  // INFO, [INFO], INFO:, <info>, and I, of Ruby
  /^[[(<]?(?<level>[A-Za-z]{3,11})[\])>]?\s?[:|-]?\s{1,4}/,
  /^(?<level>[DIWEFA]), (?=\[)/,
  // time=, ts=, level=info ts=
  /^(?:time|ts|t|timestamp|datetime|date|asctime|at)=(?=["\d])/,
  /^(?:level|lvl|severity)=(?<level>[A-Za-z]{1,11})\s/,
  // a word in brackets, a container's or a process's name before a bar
  /^\[[A-Za-z][\w.:-]{0,30}\]\s{1,2}/,
  /^(?:\d{1,4}\|)?[\w.-]{1,40}\s{0,20}\|\s/,
  // =INFO REPORT==== of Erlang
  /^=(?<level>[A-Z]{4,8}) REPORT==== ?/,
];
const MOST_PIECES = 4;

const OPENING = /^(?:\["?|\(|")/;
const CLOSING = /^[\])"]{1,2}/;
const BETWEEN = /^[\s:|-]+/;

/** Most lines of a traceback or a banner have nothing of the kind, which is quickly seen. */
const MAY_BE_TIMED = /\d[:时時点]\d|\d{6}|\d[eE]\+?\d/;
const HEAD_CHARACTERS = 320;

/** @returns null when the line begins with no time. */
export const readTimed = (line: string, context: TimeContext): TimedLine | null =>
  MAY_BE_TIMED.test(line.slice(0, HEAD_CHARACTERS))
    ? (readKlog(line, context) ?? readAfterPieces(line, context) ?? readAccess(line, context))
    : null;

const readAfterPieces = (line: string, context: TimeContext): TimedLine | null => {
  let rest = line;
  let level: LineLevel | null = null;
  for (let pieces = 0; pieces <= MOST_PIECES; pieces += 1) {
    const found = readHere(rest, context);
    if (found) return { ...found, level };
    const piece = nextPiece(rest);
    if (piece === null) return null;
    level ??= piece.level;
    rest = rest.slice(piece.length);
  }
  return null;
};

const nextPiece = (rest: string): { readonly length: number; readonly level: LineLevel | null } | null => {
  for (const pattern of PIECES) {
    const match = pattern.exec(rest);
    const word = match?.groups?.['level'];
    const level = word === undefined ? null : levelNamed(word);
    // Any other word is no level, but the beginning of a sentence.
    if (match && (word === undefined || level !== null)) return { length: match[0].length, level };
  }
  return null;
};

const readHere = (text: string, context: TimeContext): Omit<TimedLine, 'level'> | null => {
  const [opening = ''] = OPENING.exec(text) ?? [];
  const time = readTime(text.slice(opening.length), context);
  if (!time) return null;
  const rest = text.slice(opening.length + time.length);
  if (opening === '') return { time, message: rest.replace(BETWEEN, '') };
  // What follows the time within its bracket stays in one: `[08:37:32 INF] up`, `[2026-… #7]  INFO -- : up`.
  const isClosed = CLOSING.test(rest);
  return { time, message: isClosed ? rest.replace(CLOSING, '').replace(BETWEEN, '') : `${opening}${rest.trimStart()}` };
};

const KLOG = /^([IWEF])(?=\d{4}(?:\d{4})? \d\d:\d\d:\d\d)/;

/** `I1122 08:37:32.252123       1 main.go:12] up`; newer ones with a year. */
const readKlog = (line: string, context: TimeContext): TimedLine | null => {
  const [, letter = ''] = KLOG.exec(line) ?? [];
  if (letter === '') return null;
  const text = line.slice(1);
  const match = KLOG_FORM.exec(text);
  const time = match ? readParts(match.groups ?? {}, match[0].length, context) : readTime(text, context);
  return time && { time, level: levelNamed(letter), message: text.slice(time.length).trimStart() };
};

const readAccess = (line: string, context: TimeContext): TimedLine | null => {
  const [before = ''] = ACCESS_FORM.exec(line) ?? [];
  const time = before === '' ? null : readTime(line.slice(before.length), context);
  if (!time) return null;
  return {
    time,
    level: null,
    message: `${before.slice(0, -1).trimEnd()} ${line
      .slice(before.length + time.length)
      .replace(CLOSING, '')
      .trimStart()}`,
  };
};
