/** A record that is written as data, as the line that people expect of a log. */
import type { LineLevel } from './gateway-kind.ts';

const two = (value: number): string => String(value).padStart(2, '0');

const onOneLine = (text: string): string => {
  const [first = '', ...rest] = text.split(/[\r\n\u2028\u2029]/);
  const last = rest.pop();
  return last === undefined
    ? first
    : [first.trimEnd(), ...rest.map((line) => line.trim()).filter((line) => line !== ''), last.trimStart()].join(' ⏎ ');
};

/** @returns `2026-11-21 10:30:46 WARNING feishu: what it says`, in local time and on one line. */
export const readableLine = (
  at: number | null,
  level: LineLevel | null,
  from: string | null,
  message: string,
): string => {
  const date = at === null ? null : new Date(at);
  const day =
    date &&
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const head = [day, level?.toUpperCase(), from === null ? null : `${from}:`].filter((part) => part != null);
  return [...head, onOneLine(message)].join(' ');
};
