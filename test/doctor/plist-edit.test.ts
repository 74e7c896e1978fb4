import { describe, expect, it, test } from 'vitest';
import { parseDictionary, parseGatewayPlist, xmlOf } from '../../src/doctor/plist.ts';
import { withoutArgument, withValue } from '../../src/doctor/plist.ts';
import { buildBinary } from 'plist';
import { plistText } from './home.ts';

const ARGS = ['/usr/bin/hermes', 'gateway', 'run'];

describe('withoutArgument', () => {
  it('takes out that line alone; all else stays byte for byte', () => {
    const before = plistText({ args: [...ARGS, '--replace', '-v'] });
    expect(withoutArgument(before, '--replace')).toBe(plistText({ args: [...ARGS, '-v'] }));
  });

  it('takes it out where all stands in one line, and wherever it stands twice', () => {
    const before = plistText({ args: ARGS }).replace(
      /<array>[\s\S]*<\/array>/,
      '<array><string>hermes</string><string>--replace</string><string>run</string><string>--replace</string></array>',
    );
    expect(withoutArgument(before, '--replace')).toContain(
      '<array><string>hermes</string><string>run</string></array>',
    );
  });

  it('keeps the line ends of a file from elsewhere', () => {
    const before = plistText({ args: [...ARGS, '--replace'] }).replaceAll('\n', '\r\n');
    expect(withoutArgument(before, '--replace')).toBe(plistText({ args: ARGS }).replaceAll('\n', '\r\n'));
  });

  test.each([
    [
      'a comment that shows the list',
      plistText({ args: [...ARGS, '--replace'] }).replace(
        '<!-- what is run -->',
        '<!-- <key>ProgramArguments</key><array><string>x</string></array> -->',
      ),
    ],
    ['a word written with an entity', plistText({ args: [...ARGS, '&#45;-replace'] })],
    ['no list', plistText().replace('ProgramArguments', 'Arguments')],
    ['no plist', 'hello'],
  ])('does nothing rather than the wrong thing: %s', (_name, before) =>
    expect(withoutArgument(before, '--replace')).toBeNull(),
  );
});

describe('withValue', () => {
  test.each([
    ['a boolean', '<false/>'],
    [
      'a dictionary',
      '<dict>\n\t\t<key>SuccessfulExit</key>\n\t\t<false/>\n\t\t<key>OtherJobEnabled</key>\n\t\t<dict>\n\t\t\t<key>x</key>\n\t\t\t<true/>\n\t\t</dict>\n\t</dict>',
    ],
    ['an empty dictionary', '<dict/>'],
  ])('puts it in the place of %s', (_name, keepAlive) =>
    expect(withValue(plistText({ keepAlive }), 'KeepAlive', true)).toBe(plistText({ keepAlive: '<true/>' })),
  );

  it('puts a number in the place of a number', () =>
    expect(withValue(plistText({ exitTimeout: 5 }), 'ExitTimeOut', 25)).toBe(plistText({ exitTimeout: 25 })));

  test.each(['\t', '    '])('adds a key at the end, indented as the others (%j)', (indent) => {
    const after = withValue(plistText({ exitTimeout: null, indent }), 'ExitTimeOut', 25) ?? '';
    expect(after).toContain(
      `${indent}<true/>\n${indent}<key>ExitTimeOut</key>\n${indent}<integer>25</integer>\n</dict>\n</plist>`,
    );
    expect(parseDictionary(after)).toEqual({
      ...parseDictionary(plistText({ exitTimeout: null, indent })),
      ExitTimeOut: 25,
    });
  });

  it('leaves a key of the same name inside another one alone, and says that it cannot', () => {
    const before = plistText({ keepAlive: null, env: { KeepAlive: 'x' } });
    expect(withValue(before, 'KeepAlive', true)).toBeNull();
  });
});

describe('reading', () => {
  it('reads what matters of a job', () => {
    expect(
      parseGatewayPlist(
        '/x.plist',
        plistText({ args: ARGS, keepAlive: '<dict/>', exitTimeout: null, env: { HERMES_HOME: '/h' } }),
      ),
    ).toMatchObject({
      label: 'ai.hermes.gateway',
      argv: ARGS,
      env: { PATH: '/usr/bin:/bin', HERMES_HOME: '/h' },
      keepAlive: 'conditional',
      exitTimeout: null,
    });
  });

  it('reads a binary one as XML', () => {
    const bytes = Buffer.from(buildBinary({ Label: 'x', ProgramArguments: ARGS, KeepAlive: true }));
    expect(bytes.toString('latin1')).toMatch(/^bplist00/);
    expect(parseGatewayPlist('/x.plist', xmlOf(bytes))).toMatchObject({ label: 'x', argv: ARGS, keepAlive: 'on' });
  });

  it('takes Program for the first word', () => {
    const xml = plistText({ args: ARGS }).replace(
      '<key>RunAtLoad</key>',
      '<key>Program</key><string>/opt/hermes</string><key>RunAtLoad</key>',
    );
    expect(parseGatewayPlist('/x.plist', xml).argv).toEqual(['/opt/hermes', 'gateway', 'run']);
  });

  test.each([
    '',
    'hello',
    plistText().slice(0, 300),
    '<plist><array></array></plist>',
    '<plist><dict><key>KeepAlive</key><true/></dict></plist>',
  ])('is no job: %j', (text) => expect(() => parseGatewayPlist('/x.plist', text)).toThrow(/^it (?:is|has|holds) no /));
});
