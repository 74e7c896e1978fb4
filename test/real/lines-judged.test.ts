import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { parseLogLine } from '../../src/gateways/hermes/log-line.ts';
import { expectJudged, linesReport, notJudged, readJudged, readLines, shapeOf, type Writer } from './lines-judged.ts';

const writer: Writer = {
  newLogReader: hermesLogReader,
  wordsOf: (line) => {
    const record = parseLogLine(line);
    return record && `${record.level} ${record.logger}: ${record.message}`;
  },
  names: [['/tmp/x7', '<home>']],
};
const line = (message: string): string => `2026-11-21 10:00:00,123 INFO gateway.run: ${message}`;
const text = [
  line('Starting Hermes Gateway...'),
  line('Session storage: /tmp/x7/sessions'),
  line('Press Ctrl+C to stop'),
  line('A tool ended with 3'),
  'Traceback (most recent call last):',
  '  File "a.py", line 1',
  'ValueError: 17',
  line('A tool ended with 4'),
  '',
].join('\n');

describe('the shape of a line', () => {
  test.each([
    ['Shutdown phase: drain done at +0.01s (active_now=0)', 'Shutdown phase: drain done at +<n>s (active_now=<n>)'],
    ['ws://127.0.0.1:45665/ws?access_key=585aabd7e4382f00794dec7d5441324b', 'ws://<n>:<n>/ws?access_key=<id>'],
    ['session_id=57c63301-795b-4b5c-9840-960d068d12fd, seq=1', 'session_id=<id>, seq=<n>'],
    ['at 2026-11-21T10:00:00.123+08:00, SIGUSR1', 'at <time>, SIGUSR1'],
    ['/tmp/x7/a: ConnectionClosedWithoutFrame', '<home>/a: ConnectionClosedWithoutFrame'],
  ])('%s', (words, shape) => {
    expect(shapeOf(words, [['/tmp/x7', '<home>']])).toBe(shape);
  });
});

describe('the lines of a log', () => {
  const read = readLines([{ name: 'gateway.log', text }], writer);

  test('tell facts, which are counted, or have a shape, once for all lines of it', () => {
    expect(read.lines).toBe(7);
    expect([...read.telling]).toEqual([['gateway-starting', 1]]);
    expect([...read.silent.keys()]).toEqual([
      'INFO gateway.run: Session storage: <home>/sessions',
      'INFO gateway.run: Press Ctrl+C to stop',
      'INFO gateway.run: A tool ended with <n>',
      '↳ Traceback (most recent call last):',
      '↳ ValueError: <n>',
    ]);
    expect(linesReport(read)).toContain('     2 INFO gateway.run: A tool ended with <n>');
  });

  test('are held against the list: what is new there fails and says what to do', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lifeline-judged-'));
    const list = join(dir, 'list.txt');
    try {
      await writeFile(
        list,
        '# for people\nINFO gateway.run: Session storage: …\twhere it is\nINFO gateway.run: Press Ctrl+C to stop\tfor people\n↳ …\tpart of the record above\n',
      );
      expect(notJudged(read, readJudged(list))).toEqual([
        `INFO gateway.run: A tool ended with <n>\n    gateway.log: ${line('A tool ended with 3')}`,
      ]);
      expect(() => expectJudged(read, list, 'grammar.ts')).toThrow(
        /1 kinds of lines[\s\S]*becomes a rule in grammar\.ts/,
      );
      await writeFile(list, 'INFO gateway.run: …\tall\n↳ …\tall\n');
      expect(() => expectJudged(read, list, 'grammar.ts')).not.toThrow();
      await writeFile(list, 'INFO gateway.run: …\n');
      expect(() => readJudged(list)).toThrow(/does not say why/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
