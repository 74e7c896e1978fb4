import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineFormat } from '../../../src/gateways/generic/line-format.ts';
import { LINE_FORMATS } from '../../../src/gateways/generic/settings.ts';

const NOW = new Date(2026, 10, 21, 12).getTime();
const TEN = new Date(2026, 10, 21, 10).getTime();
const context = { now: NOW, after: -Infinity, dateOrder: null, isFresh: true };

const CUSTOM = '^(?P<level>\\w+)\\|(?P<time>[^|]*)\\|(?P<message>.*)';

describe('a line of a log', () => {
  it.each<[string, string, { at: number | null; doubt?: string; level: string | null; message: string } | null]>([
    [
      'python',
      '2026-11-21 10:00:00,123 - telegram.ext.Application - INFO - Application started',
      { at: TEN + 123, level: 'info', message: 'telegram.ext.Application - INFO - Application started' },
    ],
    ['python', '2026-11-21 10:00:00 WARNING bot: slow', { at: TEN, level: 'warning', message: 'WARNING bot: slow' }],
    ['python', 'ERROR:telegram.ext:no network', { at: null, level: 'error', message: 'ERROR:telegram.ext:no network' }],
    ['python', '  File "bot.py", line 3, in <module>', null],
    ['python', 'telegram.error.NetworkError: httpx.ConnectError', null],
    [
      'iso',
      '2026-11-21T02:00:00.500Z info: ready',
      { at: Date.UTC(2026, 10, 21, 2, 0, 0, 500), level: 'info', message: 'info: ready' },
    ],
    ['iso', '[2026/11/21 10:00:00] [error] gone', { at: TEN, level: 'error', message: '[error] gone' }],
    ['iso', '2026-11-21 10:00:00+0800 gone', { at: Date.UTC(2026, 10, 21, 2), level: null, message: 'gone' }],
    [
      'iso',
      '\u001b[90m2026-11-21 10:00:00\u001b[0m [I] adapter connect to server',
      { at: TEN, level: 'info', message: '[I] adapter connect to server' },
    ],
    [
      'iso',
      '2026-13-41 10:00:00 no such day',
      { at: null, doubt: 'no_such_time', level: null, message: 'no such day' },
    ],
    ['iso', 'no time at all', null],
    ['syslog', 'Nov 21 10:00:00 host bot[17]: polling', { at: TEN, level: null, message: 'bot[17]: polling' }],
    [
      'syslog',
      '<11>Nov  1 10:00:00 host bot: lost',
      { at: new Date(2026, 10, 1, 10).getTime(), level: 'error', message: 'bot: lost' },
    ],
    [
      'syslog',
      'Dec 31 23:59:59 host bot: of last year',
      { at: new Date(2025, 11, 31, 23, 59, 59).getTime(), level: null, message: 'bot: of last year' },
    ],
    [
      'syslog',
      '<165>1 2026-11-21T02:00:00Z host bot 17 - [a b="c"] polling',
      { at: Date.UTC(2026, 10, 21, 2), level: 'info', message: 'polling' },
    ],
    [
      'syslog',
      '2026-11-21T10:00:00.5+08:00 host bot[17]: polling',
      { at: Date.UTC(2026, 10, 21, 2, 0, 0, 500), level: null, message: 'bot[17]: polling' },
    ],
    [
      'json',
      '{"time":"2026-11-21T02:00:00Z","level":"warn","msg":"slow"}',
      { at: Date.UTC(2026, 10, 21, 2), level: 'warning', message: 'slow' },
    ],
    [
      'json',
      '{"level":50,"time":1795227600123,"msg":"lost"}',
      { at: 1_795_227_600_123, level: 'error', message: 'lost' },
    ],
    [
      'json',
      '{"ts":1795227600.5,"severity":"ERROR","message":"lost"}',
      { at: 1_795_227_600_500, level: 'error', message: 'lost' },
    ],
    [
      'json',
      '{"id":3,"meta":{},"type":"info","level":2,"timestamp":1795227600123,"name":"adapter","content":"connect to server"}',
      { at: 1_795_227_600_123, level: 'info', message: 'connect to server' },
    ],
    [
      'json',
      '{"log":"polling\\n","stream":"stdout","time":"2026-11-21T02:00:00.123456789Z"}',
      { at: Date.UTC(2026, 10, 21, 2, 0, 0, 123), level: null, message: 'polling\n' },
    ],
    ['json', '{"what":1}', { at: null, doubt: 'form', level: null, message: '{"what":1}' }],
    ['json', '{"cut":', null],
    ['json', 'not JSON', null],
    ['plain', 'INFO polling', { at: null, level: 'info', message: 'INFO polling' }],
    ['plain', 'there was no error', { at: null, level: null, message: 'there was no error' }],
    [CUSTOM, 'E|2026-11-21 10:00:00|lost', { at: TEN, level: 'error', message: 'lost' }],
    [CUSTOM, 'INFO|1795227600|polling', { at: 1_795_227_600_000, level: 'info', message: 'polling' }],
    [CUSTOM, 'INFO|at noon|polling', { at: null, doubt: 'form', level: 'info', message: 'polling' }],
    [CUSTOM, 'something else', null],
  ])('%s: %s', (format, text, line) => {
    expect(lineFormat(format)(text, context)).toEqual(line);
  });

  it('of the hour that comes twice is the second one when the first is over', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Europe/Berlin';
    try {
      // On 25 October 2026 the clock goes from 03:00 back to 02:00, which is 01:00 UTC.
      const after = Date.UTC(2026, 9, 25, 0, 59);
      expect(lineFormat('iso')('2026-10-25 02:10:00 a', { ...context, after })?.at).toBe(Date.UTC(2026, 9, 25, 1, 10));
      expect(lineFormat('iso')('2026-10-25 02:59:30 a', { ...context, after })?.at).toBe(
        Date.UTC(2026, 9, 25, 0, 59, 30),
      );
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it.each([...LINE_FORMATS, CUSTOM])('may be anything at all: %s', (format) => {
    const parse = lineFormat(format);
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          '2026-11-21 10:00:00',
          'Nov 31 25:61:00',
          '<999>',
          '1 ',
          '{"time":',
          '"1e999"',
          '}',
          '[',
          '\u001b[31m',
          '|',
          'ERROR',
          '9'.repeat(20),
        ),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, fc.double(), (parts, after) => {
        const line = parse(parts.join(''), { ...context, after });
        if (line?.at != null) expect(Number.isFinite(line.at)).toBe(true);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.json(), (json) => void parse(json, context)),
      { numRuns: 40 },
    );
  });
});

describe('a pattern for lines', () => {
  it.each([
    ['(?P<time>', /missing closing \)/],
    ['(?P<date>\\S+) (?P<message>.*)', /no use for the group date; those of a line are time, level, message/],
    ['(?:a)', /no group \(\?P<time>…\)/],
    ['(?P<time>a)(?=b)', /\(\?=…\), \(\?!…\) and \\1 are not known/],
  ])('%s is complained of', (pattern, complaint) => {
    expect(() => lineFormat(pattern)).toThrow(complaint);
  });
});
