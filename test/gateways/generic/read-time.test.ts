/** Times as real software writes them: each line below is one that the named program prints. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lineFormat } from '../../../src/gateways/generic/line-format.ts';
import { readAnyTime, readTime, type TimeContext } from '../../../src/gateways/generic/read-time.ts';
import { DATE_ORDERS, type DateOrder } from '../../../src/gateways/generic/time-forms.ts';
import { fromEpoch } from '../../../src/base/instant.ts';

const zone = process.env['TZ'];
/** 8 hours ahead, without a summer time. */
beforeEach(() => {
  process.env['TZ'] = 'Asia/Shanghai';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const UTC = Date.UTC(2026, 10, 22, 8, 37, 32);
/** The same wall clock in Shanghai. */
const LOCAL = UTC - 8 * 3_600_000;
const NOW = UTC + 60_000;
const context: TimeContext = { now: NOW, after: -Infinity, dateOrder: null, isFresh: true };

type Expected = readonly [string, string, number, string | null, string];

describe('the time of a line, in the format auto, as it is written by', () => {
  it.each<Expected>([
    ['a service without seconds', '2026-11-22 08:37 +00:00: login ok', UTC - 32_000, null, 'login ok'],
    [
      'redis',
      '24045:M 22 Nov 2026 08:37:32.252 * Ready to accept connections',
      LOCAL + 252,
      null,
      '* Ready to accept connections',
    ],
    [
      'redis, in its signal handler',
      `24045:signal-handler (${UTC / 1_000}) Received SIGTERM scheduling shutdown...`,
      UTC,
      null,
      'Received SIGTERM scheduling shutdown...',
    ],
    [
      'redis before 3',
      '[4018] 22 Nov 08:37:32.252 * Background saving started',
      LOCAL + 252,
      null,
      '* Background saving started',
    ],
    ['redis 4', '4018:M 22 Nov 08:37:32.252 # Server started', LOCAL + 252, null, '# Server started'],
    ['redis through a pattern that cuts its pid off', '22 Nov 2026 08:37:32.252 * Ready', LOCAL + 252, null, '* Ready'],
    [
      'nginx, its error log',
      '2026/11/22 08:37:32 [error] 12#12: *1 connect() failed (111: Connection refused)',
      LOCAL,
      'error',
      '[error] 12#12: *1 connect() failed (111: Connection refused)',
    ],
    [
      'nginx, its access log',
      '127.0.0.1 - - [22/Nov/2026:08:37:32 +0000] "GET / HTTP/1.1" 200 612',
      UTC,
      null,
      '127.0.0.1 - - "GET / HTTP/1.1" 200 612',
    ],
    [
      'apache with the host first',
      'example.com:80 127.0.0.1 - frank [22/Nov/2026:08:37:32 +0800] "GET /"',
      LOCAL,
      null,
      'example.com:80 127.0.0.1 - frank "GET /"',
    ],
    [
      'apache, its error log',
      '[Sun Nov 22 08:37:32.252123 2026] [core:notice] [pid 12] AH00094: Command line',
      LOCAL + 252,
      null,
      '[core:notice] [pid 12] AH00094: Command line',
    ],
    [
      'postgres',
      '2026-11-22 08:37:32.252 UTC [1234] LOG:  database system is ready',
      UTC + 252,
      null,
      '[1234] LOG:  database system is ready',
    ],
    [
      'postgres with an offset in hours',
      '2026-11-22 08:37:32.252 +08 [1234] ERROR:  syntax error',
      LOCAL + 252,
      'error',
      '[1234] ERROR:  syntax error',
    ],
    [
      'postgres in China',
      '2026-11-22 08:37:32.252 CST [1234] LOG:  checkpoint',
      LOCAL + 252,
      null,
      '[1234] LOG:  checkpoint',
    ],
    [
      'mysql 8',
      '2026-11-22T08:37:32.252123Z 0 [System] [MY-010931] [Server] ready for connections',
      UTC + 252,
      null,
      '0 [System] [MY-010931] [Server] ready for connections',
    ],
    [
      'mariadb',
      '2026-11-22  8:37:32 0 [Note] mariadbd: ready for connections.',
      LOCAL,
      null,
      '0 [Note] mariadbd: ready for connections.',
    ],
    [
      'mongodb',
      '{"t":{"$date":"2026-11-22T08:37:32.252+00:00"},"s":"W","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections"}',
      UTC + 252,
      'warning',
      'Waiting for connections',
    ],
    ['mongodb with a number', `{"t":{"$date":{"$numberLong":"${UTC}"}},"s":"I","msg":"up"}`, UTC, 'info', 'up'],
    [
      'caddy',
      `{"level":"info","ts":${UTC / 1_000}.252123,"logger":"http","msg":"server running"}`,
      UTC + 252,
      'info',
      'server running',
    ],
    [
      'zap on a terminal',
      '1.795336652252e+09\tinfo\thttp\tserver running',
      UTC + 252,
      null,
      'info\thttp\tserver running',
    ],
    [
      'zap with ISO times',
      '2026-11-22T16:37:32.252+0800\tINFO\thttp\tserver running',
      UTC + 252,
      'info',
      'INFO\thttp\tserver running',
    ],
    ['pino', `{"level":50,"time":${UTC},"msg":"lost"}`, UTC, 'error', 'lost'],
    [
      'serilog, compact',
      '{"@t":"2026-11-22T08:37:32.252Z","@l":"Warning","@mt":"slow {ms}"}',
      UTC + 252,
      'warning',
      'slow {ms}',
    ],
    [
      'log4j, JSON',
      `{"instant":{"epochSecond":${UTC / 1_000},"nanoOfSecond":252000000},"level":"ERROR","message":"lost"}`,
      UTC + 252,
      'error',
      'lost',
    ],
    [
      '.NET, JSON',
      '{"Timestamp":"2026-11-22 08:37:32 ","EventId":0,"LogLevel":"Information","Message":"up"}',
      LOCAL,
      'info',
      'up',
    ],
    ['journald, JSON', `{"__REALTIME_TIMESTAMP":"${UTC}252","PRIORITY":"6","MESSAGE":"up"}`, UTC, null, 'up'],
    [
      'docker, json-file',
      '{"log":"up\\n","stream":"stdout","time":"2026-11-22T08:37:32.252123456Z"}',
      UTC + 252,
      null,
      'up\n',
    ],
    ['kubernetes, CRI', '2026-11-22T08:37:32.252123456+00:00 stdout F up', UTC + 252, null, 'stdout F up'],
    [
      'log4j',
      '2026-11-22 08:37:32,252 [main] WARN  o.a.Server - slow',
      LOCAL + 252,
      'warning',
      '[main] WARN  o.a.Server - slow',
    ],
    [
      'log4j with the level first',
      'WARN  2026-11-22 08:37:32,252 [main] Server - slow',
      LOCAL + 252,
      'warning',
      '[main] Server - slow',
    ],
    [
      'elasticsearch',
      '[2026-11-22T08:37:32,252][ERROR][o.e.n.Node] [n1] started',
      LOCAL + 252,
      'error',
      '[ERROR][o.e.n.Node] [n1] started',
    ],
    ['dropwizard', 'INFO  [2026-11-22 08:37:32,252] org.eclipse: Started', LOCAL + 252, 'info', 'org.eclipse: Started'],
    [
      'logback by default',
      '08:37:32.252 [main] DEBUG o.s.Boot -- up',
      LOCAL + 252,
      'debug',
      '[main] DEBUG o.s.Boot -- up',
    ],
    ['log4j without a day', '08:37:32,252 INFO  [Server] up', LOCAL + 252, 'info', 'INFO  [Server] up'],
    [
      'java.util.logging',
      'Nov 22, 2026 8:37:32 AM org.apache.catalina.startup.Catalina start',
      LOCAL,
      null,
      'org.apache.catalina.startup.Catalina start',
    ],
    [
      'java.util.logging since JDK 20',
      'Nov 22, 2026 8:37:32\u202fPM com.example.Main main',
      LOCAL + 12 * 3_600_000,
      null,
      'com.example.Main main',
    ],
    [
      'tomcat',
      '22-Nov-2026 08:37:32.252 SEVERE [main] org.apache.catalina.core',
      LOCAL + 252,
      null,
      'SEVERE [main] org.apache.catalina.core',
    ],
    ['RFC 2822', 'Sun, 22 Nov 2026 08:37:32 +0000 (UTC) delivered', UTC, null, 'delivered'],
    ['journald, short-iso', '2026-11-22T16:37:32+0800 host bot[17]: up', UTC, null, 'host bot[17]: up'],
    ['journald, short-full', 'Sun 2026-11-22 08:37:32 UTC host bot[17]: up', UTC, null, 'host bot[17]: up'],
    ['journald, short-unix', `${UTC / 1_000}.252123 host bot[17]: up`, UTC + 252, null, 'host bot[17]: up'],
    ['syslog', 'Nov 22 08:37:32 host bot[17]: up', LOCAL, null, 'host bot[17]: up'],
    ['rsyslog', '2026-11-22T08:37:32.252123+00:00 host bot[17]: up', UTC + 252, null, 'host bot[17]: up'],
    ['syslog with a priority', '<11>Nov 22 08:37:32 host bot: lost', LOCAL, 'error', 'bot: lost'],
    ['python logging', '2026-11-22 08:37:32,252 - bot - ERROR - lost', LOCAL + 252, 'error', 'bot - ERROR - lost'],
    ['python asctime()', 'Sun Nov 22 08:37:32 2026 up', LOCAL, null, 'up'],
    ['date', 'Sun Nov 22 08:37:32 AM UTC 2026 up', UTC, null, 'up'],
    ['date in China', '2026年 11月 22日 星期日 08:37:32 CST up', LOCAL, null, 'up'],
    [
      'ruby Logger',
      'W, [2026-11-22T08:37:32.252123 #1234]  WARN -- : slow',
      LOCAL + 252,
      'warning',
      '[#1234]  WARN -- : slow',
    ],
    ['rust tracing', '2026-11-22T08:37:32.252123Z  INFO bot: up', UTC + 252, 'info', 'INFO bot: up'],
    ['rust env_logger', '[2026-11-22T08:37:32Z ERROR bot] lost', UTC, 'error', '[ERROR bot] lost'],
    ['elixir', '08:37:32.252 [error] lost', LOCAL + 252, 'error', '[error] lost'],
    ['erlang', '=ERROR REPORT==== 22-Nov-2026::08:37:32.252 === lost', LOCAL + 252, 'error', '=== lost'],
    [
      'rabbitmq',
      '2026-11-22 08:37:32.252123+00:00 [warning] <0.1.0> slow',
      UTC + 252,
      'warning',
      '[warning] <0.1.0> slow',
    ],
    ['serilog', '[08:37:32 WRN] slow', LOCAL, 'warning', '[WRN] slow'],
    ['go log', '2026/11/22 08:37:32.252123 up', LOCAL + 252, null, 'up'],
    ['logrus', 'time="2026-11-22T08:37:32Z" level=error msg="lost"', UTC, null, 'level=error msg="lost"'],
    [
      'prometheus',
      'ts=2026-11-22T08:37:32.252Z caller=main.go:12 level=info msg=up',
      UTC + 252,
      null,
      'caller=main.go:12 level=info msg=up',
    ],
    [
      'go-kit with the level first',
      'level=warn ts=2026-11-22T08:37:32.252Z msg=slow',
      UTC + 252,
      'warning',
      'msg=slow',
    ],
    ['klog', 'E1122 08:37:32.252123       1 main.go:12] lost', LOCAL + 252, 'error', '1 main.go:12] lost'],
    ['glog', 'I20261122 08:37:32.252123  1234 main.cc:12] up', LOCAL + 252, 'info', '1234 main.cc:12] up'],
    ['squid', `${UTC / 1_000}.252    123 127.0.0.1 TCP_MISS/200`, UTC + 252, null, '123 127.0.0.1 TCP_MISS/200'],
    ['pm2', '2026-11-22T08:37:32: up', LOCAL, null, 'up'],
    ['pm2 logs', '0|bot  | 2026-11-22 08:37:32 +08:00: up', LOCAL, null, 'up'],
    ['docker compose', 'bot-1  | 2026-11-22T08:37:32Z up', UTC, null, 'up'],
    ['koishi', '\u001b[90m2026-11-22 08:37:32\u001b[0m [I] app up', LOCAL, 'info', '[I] app up'],
    ['Date.toString()', 'Sun Nov 22 2026 08:37:32 GMT+0800 (China Standard Time) up', LOCAL, null, 'up'],
    ['Date.toUTCString()', 'Sun, 22 Nov 2026 08:37:32 GMT up', UTC, null, 'up'],
    ['ZonedDateTime.toString()', '2026-11-22T08:37:32.252+08:00[Asia/Shanghai] up', LOCAL + 252, null, 'up'],
    ['toLocaleString("zh-CN")', '2026/11/22 08:37:32 up', LOCAL, null, 'up'],
    ['toLocaleString("zh-CN") with twelve hours', '2026/11/22 上午8:37:32 up', LOCAL, null, 'up'],
    ['a Chinese program', '2026年11月22日 08:37:32 启动完成', LOCAL, null, '启动完成'],
    ['a Chinese program in words', '2026年11月22日 8时37分32秒 启动完成', LOCAL, null, '启动完成'],
    ['a German program', '22.11.2026 08:37:32 fertig', LOCAL, null, 'fertig'],
    ['a basic ISO time', '20261122T083732.252Z up', UTC + 252, null, 'up'],
    ['IIS', '2026-11-22 08:37:32 W3SVC1 GET / - 80', LOCAL, null, 'W3SVC1 GET / - 80'],
    ['Windows PowerShell', '2026-11-22 08:37:32Z: up', UTC, null, 'up'],
    ['a level in brackets before it', '[ERROR] 2026-11-22 08:37:32 lost', LOCAL, 'error', 'lost'],
    [
      'the 22nd before there was a year in it, last year',
      'Dec 24 08:37:32 host up',
      Date.UTC(2025, 11, 24, 0, 37, 32),
      null,
      'host up',
    ],
  ])('%s', (_who, text, at, level, message) => {
    expect(lineFormat('auto')(text, { ...context, now: at > NOW ? at + 60_000 : NOW })).toEqual({ at, level, message });
  });

  it.each([
    'Traceback (most recent call last):',
    '    at Object.<anonymous> (/srv/bot/index.js:12:34)',
    'Caused by: java.net.SocketTimeoutException: 08:37:32',
    '  File "/srv/bot/2026-11-22 08:37:32.py", line 3',
    'telegram.error.NetworkError: at 2026-11-22 08:37:32',
    '12345 requests in 10:20',
    '1234567890 is a phone number',
    '-rw-r--r-- 1 me me 12 Nov 22 08:37 a',
    'version 22.11.2026',
    '00:00 what is no time of a day with seconds',
    '',
    '}',
  ])('a line that only speaks of a time belongs to the record above: %s', (text) => {
    expect(lineFormat('auto')(text, context)).toBeNull();
  });
});

describe('a date whose day and month could be exchanged', () => {
  it.each<[string, DateOrder, number]>([
    ['11/22/2026, 8:37:32 AM', 'mdy', LOCAL],
    ['11/22/2026 08:37:32', 'mdy', LOCAL],
    ['22/11/2026 08:37:32', 'dmy', LOCAL],
    ['22-11-2026 08:37:32', 'dmy', LOCAL],
    ['11-22-2026 08:37:32', 'mdy', LOCAL],
    ['26/11/22 08:37:32', 'ymd', LOCAL],
    ['261122  8:37:32', 'ymd', LOCAL],
    ['22.11.26 08:37:32', 'dmy', LOCAL],
    ['11-22 08:37:32', 'mdy', LOCAL],
    ['11-22 08:37:32.252', 'ymd', LOCAL + 252],
    ['22/11 08:37:32', 'dmy', LOCAL],
  ])('%s is refused, and understood as %s', (text, dateOrder, at) => {
    const length = text.length;
    expect(readTime(text, context)).toEqual({ length, at: null, doubt: 'date_order' });
    expect(readTime(text, { ...context, dateOrder })).toEqual({ length, at });
  });

  it('is no date where the order does not fit', () => {
    expect(readTime('22/11/2026 08:37:32', { ...context, dateOrder: 'mdy' })).toMatchObject({
      at: null,
      doubt: 'no_such_time',
    });
  });

  it('begins the record all the same, so that the reader can say so', () => {
    expect(lineFormat('auto')('[Nest] 1234  - 11/22/2026, 8:37:32 AM     LOG [App] up', context)).toMatchObject({
      at: null,
      doubt: 'date_order',
    });
    expect(lineFormat('auto')('11-22 08:37:32 [INFO] nonebot | up', { ...context, dateOrder: 'mdy' })).toMatchObject({
      at: LOCAL,
      level: 'info',
    });
  });
});

describe('a zone by its name', () => {
  it.each<[string, string, number | null]>([
    ['Asia/Shanghai', 'CST', LOCAL],
    ['America/Chicago', 'CST', UTC + 6 * 3_600_000],
    ['Europe/Berlin', 'CST', null],
    ['Europe/Berlin', 'CET', UTC - 3_600_000],
    ['Asia/Kolkata', 'IST', UTC - 19_800_000],
    ['Asia/Shanghai', 'IST', null],
    ['Asia/Shanghai', 'GMT', UTC],
    ['Asia/Shanghai', 'UTC+8', LOCAL],
  ])('in %s, %s', (machine, name, at) => {
    process.env['TZ'] = machine;
    expect(readTime(`2026-11-22 08:37:32 ${name} up`, context)).toMatchObject(
      at === null ? { at: null, doubt: 'zone' } : { at },
    );
  });
});

describe('a time without a day', () => {
  it('is of today, or of yesterday where that would be in the future', () => {
    const midnight = new Date(2026, 10, 22).getTime();
    expect(readTime('23:59:59.900 up', { ...context, now: midnight + 100 })).toMatchObject({ at: midnight - 100 });
    expect(readTime('00:00:00.050 up', { ...context, now: midnight + 100 })).toMatchObject({ at: midnight + 50 });
    // The writer's clock is a little ahead.
    expect(readTime('00:00:05 up', { ...context, now: midnight + 100 })).toMatchObject({ at: midnight + 5_000 });
  });

  it('says nothing of a line that was there before', () => {
    expect(readTime('08:37:32.252 up', { ...context, isFresh: false })).toMatchObject({ at: null, doubt: 'day' });
  });
});

describe('a time that there is not', () => {
  it.each([
    '2026-02-30 08:37:32',
    '2026-11-22T24:00:00Z',
    '2026-11-22 08:61:00',
    '32 Nov 2026 08:37:32',
    '22 Foo 2026 08:37:32',
    'Nov 22, 2026 13:37:32 PM',
    '0001-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '99:37:32',
  ])('%s', (text) => {
    expect(readTime(text, context)).toMatchObject({ at: null, doubt: 'no_such_time' });
  });
});

describe('a number since 1970', () => {
  it.each<[number, number | null]>([
    [1_795_336_652, 1_795_336_652_000],
    [1_795_336_652.2521, 1_795_336_652_252],
    [1_795_336_652_252, 1_795_336_652_252],
    [1_795_336_652_252_123, 1_795_336_652_252],
    [1_795_336_652_252.7, 1_795_336_652_252],
    [42, null],
    [Number.NaN, null],
    [Infinity, null],
  ])('%d', (value, at) => {
    expect(fromEpoch(value)).toBe(at);
  });
});

describe('whatever stands there', () => {
  const PIECES = [
    '22 Nov 2026 08:37:32.252',
    '2026-11-22',
    'T',
    ' ',
    '08:37:32',
    ',252',
    '+08:00',
    'CST',
    '[',
    ']',
    '11/22/2026',
    '年',
    '月',
    'Nov',
    '9'.repeat(30),
    '1.7e+09',
    'AM',
    '\u202f',
    '=INFO REPORT==== ',
    'E1122',
    '24045:M ',
    'time="',
    '<11>',
    '{"t":',
    '-',
    ':',
    '\0',
    '\u001b[31m',
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 10 })), { maxLength: 12 })
    .map((parts) => parts.join(''));
  const anyContext = fc.record({
    now: fc.integer({ min: 0, max: 4e12 }),
    after: fc.constantFrom(-Infinity, 0, NOW),
    dateOrder: fc.constantFrom(null, ...DATE_ORDERS),
    isFresh: fc.boolean(),
  });

  it('a time is whole milliseconds of a year that there is, and lies in the text', () => {
    fc.assert(
      fc.property(text, anyContext, (given, where) => {
        for (const time of [readTime(given, where), readAnyTime(given, where), lineFormat('auto')(given, where)]) {
          if (time?.at == null) continue;
          expect(Number.isSafeInteger(time.at)).toBe(true);
          expect(time.at).toBeLessThan(1e16);
        }
        const read = readTime(given, where);
        if (read) expect(read.length).toBeLessThanOrEqual(given.length);
      }),
      { numRuns: 500 },
    );
  });

  it('what has been written down is read again, in each form that says all', () => {
    const two = (value: number): string => String(value).padStart(2, '0');
    const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    const written: ((date: Date) => string)[] = [
      (date) => date.toISOString(),
      (date) => date.toUTCString(),
      (date) => date.toString(),
      (date) =>
        `${two(date.getDate())} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()} ${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`,
      (date) =>
        `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()] ?? ''}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`,
      (date) => date.toLocaleString('zh-CN'),
      (date) => `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日 ${date.toTimeString().slice(0, 8)}`,
      (date) =>
        `${MONTHS[date.getMonth()] ?? ''} ${date.getDate()}, ${date.getFullYear()} ${date.toLocaleTimeString('en-US')}`,
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2099, 11) }),
        fc.constantFrom(...written),
        (at, write) => {
          const date = new Date(at);
          const shown = write(date);
          const whole = /\.\d{3}/.test(shown) ? at : at - (((at % 1_000) + 1_000) % 1_000);
          // 1990 and 1991 had a summer time in Shanghai, whose last hour comes twice.
          const read = readAnyTime(shown, context);
          expect([whole, whole - 3_600_000, whole + 3_600_000]).toContain(read.at);
          if (date.getFullYear() > 1991) expect(read.at).toBe(whole);
        },
      ),
      { numRuns: 500 },
    );
  });

  // A pattern that tries all its ways would take longer than any test may.
  it.each(['a', '1', ' ', '[', '-', ':', 'N', '年', 'a|', '1 ', 'INFO ', '[a] ', '2026-', '08:'])(
    'a long line of %j is read at once',
    (piece) => {
      expect(() => lineFormat('auto')(piece.repeat(16_384), context)).not.toThrow();
    },
  );
});
