import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { extent } from '../deep.ts';
import { configLines } from '../../src/config/show.ts';
import { UserError } from '../../src/base/errors.ts';
import { complaints, parse } from './helpers.ts';

/** A whole generic gateway on one line, with these keys under `generic`. */
const withKeys = (generic: string, keys = 'command: [bot]'): string =>
  `gateways: [{ name: tg, kind: generic, ${keys}, generic: { ${generic} } }]`;
const LOG = 'logs: [{ path: bot.log, format: python }]';
const TCP = 'checks: [{ tcp: "127.0.0.1:80" }]';

/** Where a text stands on the only line, from 1 on. */
const at = (text: string, part: string): number => text.indexOf(part) + 1;

describe('what is complained of in a generic gateway', () => {
  it.each<[string, string, string, string]>([
    [
      'nothing told',
      'gateways: [{ name: tg, kind: generic, command: [bot] }]',
      'generic, c',
      'kind: needs "generic:" beside it, with at least one log or check: what is to be watched (docs/generic.md)',
    ],
    [
      'of another kind',
      'gateways: [{ name: tg, kind: hermes, generic: { checks: [{ tcp: "h:1" }] } }]',
      'generic:',
      'generic: is only for "kind: generic"; of the other kinds Lifeline knows all that',
    ],
    [
      'neither log nor check',
      withKeys('ready: x'),
      '{ ready',
      'generic: tells neither a log nor a check; give at least one of "logs" and "checks"',
    ],
    [
      'nobody to restart it',
      withKeys(LOG, 'heal: auto'),
      'auto',
      'heal: nothing tells how to restart it: set "unit" (a service or container) or "command", or write heal: "off"',
    ],
    [
      'a service manager without a name',
      withKeys(LOG, 'supervisor: systemd-user'),
      'systemd-user',
      'supervisor: needs to know what it is called there: set "unit"',
    ],
    [
      'nobody who starts it',
      withKeys(LOG, 'supervisor: process, heal: "off"'),
      'process',
      'supervisor: needs to know how it is started: set "command"',
    ],
    [
      'two that start it',
      withKeys(LOG, 'unit: a.service, command: [bot]'),
      '[bot]',
      'command: is of no use beside "unit": what keeps the service starts it; leave one of the two out',
    ],
    [
      'a pid file for nothing',
      withKeys(`pid_file: x.pid, ${LOG}`, 'unit: a.service'),
      'x.pid',
      'generic.pid_file: is of no use without "command": Lifeline takes no process for it that it could not start again',
    ],
    [
      'a bad pattern',
      withKeys(`ready: "(a", ${LOG}`),
      '"(a"',
      'generic.ready: is no pattern that can be used: missing closing ): `(a`; put a \\ before characters that stand for themselves; (?=…), (?!…) and \\1 are not known',
    ],
    [
      'a bad pattern of a link',
      withKeys(`links: { tg: { up: a, lost: "a**" } }, ${LOG}`),
      '"a**"',
      'generic.links.tg.lost: is no pattern that can be used: invalid nested repetition operator: `**`; put a \\ before characters that stand for themselves; (?=…), (?!…) and \\1 are not known',
    ],
    [
      'a format in another spelling',
      withKeys('logs: [{ path: a, format: pyton }]'),
      'pyton',
      'generic.logs[0].format: must be auto, python, iso, syslog, json, plain or a pattern with (?P<time>…), (?P<level>…) and (?P<message>…), not "pyton"; did you mean python?',
    ],
    [
      'a format with a strange group',
      withKeys("logs: [{ path: a, format: '(?P<date>a)' }]"),
      "'(?P",
      'generic.logs[0].format: is no pattern that can be used: there is no use for the group date; those of a line are time, level, message',
    ],
    [
      'two logs of one name',
      withKeys('logs: [{ path: a/x.log, format: iso }, { path: b/x.log, format: iso }]'),
      'b/x.log',
      'generic.logs[1].path: has the file name of logs[0]; messages could not tell the two apart',
    ],
    [
      'a sign without a log',
      withKeys(`ready: up, ${TCP}`),
      'up,',
      'generic.ready: is looked for in a log, and there is none; set "logs"',
    ],
    [
      'a log check without a log',
      withKeys('checks: [{ log: a, max_age: 1m }]'),
      'a, max',
      'generic.checks[0].log: is looked for in a log, and there is none; set "logs"',
    ],
    [
      'a link without a pattern',
      withKeys(`links: { tg: {} }, ${LOG}`),
      '{}',
      'generic.links.tg: has no pattern; give at least "up" and "lost"',
    ],
    [
      'a loss that nothing ends',
      withKeys(`links: { tg: { lost: x } }, ${LOG}`),
      'x }',
      'generic.links.tg.lost: needs a line that proves the opposite: set "up" (a login), or at least "traffic"',
    ],
    [
      'a key of a link in another spelling',
      withKeys(`links: { tg: { up: x, gaveup: y } }, ${LOG}`),
      'gaveup',
      'generic.links.tg.gaveup: is not a known key; did you mean gave_up?',
    ],
    [
      'a link that is told of nowhere',
      withKeys(`links: { telegram: { up: x } }, ${LOG}`, 'command: [bot], links: [telegramm]'),
      'telegramm',
      'links[0]: is no link of this gateway: generic.links has telegram; did you mean telegram?',
    ],
    [
      'a check that asks nothing',
      withKeys('checks: [{ every: 1m }]'),
      '{ every',
      'generic.checks[0]: asks nothing; give one of http, tcp, file, log',
    ],
    [
      'a check that asks two things',
      withKeys('checks: [{ http: "http://h/", tcp: "h:1" }]'),
      'tcp',
      'generic.checks[0].tcp: is one check too many in one entry; make http and tcp an entry each',
    ],
    [
      'a key of another check',
      withKeys('checks: [{ tcp: "h:1", contains: x }]'),
      'contains',
      'generic.checks[0].contains: is of no use with tcp; it belongs to http',
    ],
    [
      'a heartbeat without an age',
      withKeys('checks: [{ file: beat }]'),
      '{ file',
      'generic.checks[0]: needs "max_age": how old the file may be, such as 10m',
    ],
    [
      'an address that is none, and does not repeat it',
      withKeys('checks: [{ http: "me:s3cret@h" }]'),
      '"me',
      'generic.checks[0].http: must be a URL such as http://127.0.0.1:5140/health',
    ],
    [
      'a port that is none',
      withKeys('checks: [{ tcp: "h:70000" }]'),
      '"h:7',
      'generic.checks[0].tcp: must be HOST:PORT such as 127.0.0.1:5140, not "h:70000"',
    ],
    [
      'values that are none',
      withKeys('checks: [{ http: "http://h/", json: true }]'),
      'true',
      'generic.checks[0].json: must be what the answer must hold, such as { online: true }, not true',
    ],
    [
      'what follows, in another spelling',
      withKeys('checks: [{ tcp: "h:1", then: restrat }]'),
      'restrat',
      'generic.checks[0].then: must be restart or alert, not "restrat"; did you mean restart?',
    ],
    [
      'a list where a section belongs',
      withKeys('checks: [1]'),
      '1]',
      'generic.checks[0]: must be a section of "key: value" lines, not 1',
    ],
  ])('%s', (_what, text, part, complaint) => {
    expect(complaints(text)).toContain(`lifeline.yaml:1:${at(text, part)}: gateways[0].${complaint}`);
  });

  it('one unit for two', () => {
    const text = `gateways:\n  - { name: a, kind: generic, unit: a.service, generic: { ${TCP} } }\n  - { name: b, kind: generic, unit: a.service, generic: { ${TCP} } }`;
    expect(complaints(text)).toEqual([
      'lifeline.yaml:3:37: gateways[1].unit: is what keeps gateways[0] already; one gateway must not be healed twice',
    ]);
  });

  it('nothing, of any YAML value, in another way than as a complaint', { timeout: 300_000 }, () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('generic', 'http://h/', '(?P<time>', '[', 'python', '5m', 'off'),
    );
    const keys = [
      'pid_file',
      'starting',
      'ready',
      'logs',
      'links',
      'checks',
      'path',
      'format',
      'http',
      'tcp',
      'file',
      'log',
      'max_age',
      'json',
      'status',
      'up',
      'lost',
    ];
    const some = fc.dictionary(
      fc.constantFrom(...keys),
      fc.oneof(value, fc.array(fc.dictionary(fc.constantFrom(...keys), value), { maxLength: 3 })),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(some, value, (generic, whole) => {
        for (const given of [generic, whole]) {
          try {
            parse(JSON.stringify({ gateways: [{ name: 'tg', kind: 'generic', command: ['bot'], generic: given }] }));
          } catch (error) {
            if (!(error instanceof UserError && error.code === 'CONFIG_INVALID')) throw error;
          }
        }
      }),
      { numRuns: extent(100, 20) },
    );
  });
});

describe('a generic gateway', () => {
  it('has its home beside the configuration, and its files below its home', () => {
    const [gateway] = parse(
      withKeys(
        'pid_file: ./run/bot.pid, logs: [{ path: ~/log/bot.log, format: iso }], checks: [{ file: /run/beat, max_age: 1m }]',
      ),
      { file: '/etc/lifeline/lifeline.yaml' },
    ).gateways;
    expect(gateway).toMatchObject({
      home: '/etc/lifeline',
      generic: {
        pidFile: 'run/bot.pid',
        logs: [{ path: '/home/me/log/bot.log' }],
        checks: [{ kind: 'file', path: '/run/beat', everyMs: 30_000, forMs: 60_000, then: 'restart' }],
      },
    });
  });

  it('may share its home with others', () => {
    expect(
      parse(
        `gateways:\n  - { name: a, kind: generic, command: [a], home: /srv, generic: { ${TCP} } }\n  - { name: b, kind: generic, command: [b], home: /srv, generic: { ${TCP} } }`,
      ).gateways,
    ).toHaveLength(2);
  });

  it('needs nobody who keeps it when it is only looked at', () => {
    expect(parse(withKeys(TCP, 'heal: "off"')).gateways[0]?.command).toEqual([]);
  });

  it('is shown as it is read again, without a secret', () => {
    const config = parse(
      withKeys(
        `ready: up, ${LOG}, links: { tg: { up: 'a|b', lost: c } }, checks: [{ http: "http://me:MARKmark@h:1/x?k=MARKmark", json: { token: MARKmarkMARKmark }, contains: ok, status: [200] }, { tcp: "[::1]:80" }, { log: a, max_age: 90s }]`,
        'unit: a.service',
      ),
    );
    const shown = configLines(config).join('\n');
    expect(shown).not.toContain('MARK');
    expect(parseYaml(shown)).toMatchObject({
      gateways: [
        {
          generic: {
            ready: 'up',
            links: { tg: { up: 'a|b', lost: 'c' } },
            checks: [
              { http: 'http://***@h:1/x?***', contains: 'ok', status: [200], every: '30s' },
              { tcp: '[::1]:80' },
              { log: 'a', max_age: '1m30s' },
            ],
          },
        },
      ],
    });
    expect(parse(shown).gateways[0]?.generic?.logs).toEqual(config.gateways[0]?.generic?.logs);
  });
});
