/** Log lines, taken apart so that they can be read: time, level, message. */
import { make } from './dom.js';

const LINE = /^(?:\d{4}-\d\d-\d\d )(\d\d:\d\d:\d\d)(?:,\d{3})? (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/s;

export const isLogLine = (text) => LINE.test(text);

/** One element a line; lines without a time (tracebacks, banners) keep their own form. */
export const logLine = (text) => {
  const parts = LINE.exec(text);
  if (!parts) return make('div', 'line more', text);
  const [, time, level, rest] = parts;
  const line = make('div', `line ${level.toLowerCase()}`, make('span', 'time', time), ' ', make('span', 'level', level), ' ', rest);
  line.title = text;
  return line;
};
