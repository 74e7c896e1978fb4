import { expect, test } from 'vitest';
import { createLineSplitter } from '../../../src/sensors/logs/line-splitter.ts';

test.each([
  ['a colour before the time', '\u001b[32m2026-11-21 10:31:05\u001b[0m INFO ready', '2026-11-21 10:31:05 INFO ready'],
  ['many of them', '\u001b[1;31m\u001b[38;5;200mred\u001b[m', 'red'],
  ['a byte order mark', '\uFEFF2026-11-21 10:31:05 INFO ready', '2026-11-21 10:31:05 INFO ready'],
  ['a byte order mark before a colour', '\uFEFF\u001b[32mx\u001b[0m', 'x'],
  ['what is no colour', 'a \u001b[2K [32m b', 'a \u001b[2K [32m b'],
])('%s', (_what, written, read) => {
  const bytes = Buffer.from(`${written}\n`);
  expect(createLineSplitter().push(bytes)).toEqual([read]);
  const slow = createLineSplitter();
  expect([...bytes].flatMap((byte) => slow.push(Buffer.from([byte])))).toEqual([read]);
});
