/** Log lines, taken apart so that they can be read: time, level, message. */
import { make } from './dom.js';

/** A mark before it says whether it was searched for; the date may be shortened, or left out for today. */
const LINE =
  /^(▸ | {2})?((?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d)(?:,\d{3})? (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/s;

export const isLogLine = (text) => LINE.test(text);

/** One element a line; lines without a time (tracebacks, banners) keep their own form. */
export const logLine = (text) => {
  const parts = LINE.exec(text);
  if (!parts) return make('div', 'line more', text);
  const [, mark = '', at, level, rest] = parts;
  const line = make(
    'div',
    `line ${level.toLowerCase()}`,
    mark.trimStart(),
    make('span', 'time', at.replace(/^\d{4}-\d\d-\d\d /, '')),
    ' ',
    make('span', 'level', level),
    ' ',
    rest,
  );
  line.title = text;
  return line;
};
