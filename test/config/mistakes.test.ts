/** What people do to a YAML file without meaning to, and what they are told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, parse, valid } from './helpers.ts';
import { extent } from '../deep.ts';

const at = (text: string): string =>
  complaints(text)
    .map((line) => line.replace('lifeline.yaml:', ''))
    .join('\n');

describe('a slip of the keyboard', () => {
  it.each<[string, string, string]>([
    [
      'a tab',
      'gateways:\n\t- name: a\n\t  kind: hermes',
      '2:1: a tab: indent with blanks only\n3:1: a tab: indent with blanks only',
    ],
    ['a missing colon', 'gateways:\n  - name: a\n    kind hermes', '3:5: a ":" is missing after "kind"'],
    ['a missing colon in the first line', 'locale en\ngateways: []', '1:1: a ":" is missing after "locale"'],
    ['a missing blank', 'locale:en\ngateways: []', '1:1: a blank is missing after "locale:"'],
    [
      'a full-width colon',
      'locale：en\ngateways: []',
      '1:7: a full-width colon "：": write ":" and a blank, "locale: …"',
    ],
    [
      'a full-width colon after a section',
      'gateways：\n  - name: a\n    kind: hermes',
      '1:9: a full-width colon "：": write ":" and a blank, "gateways: …"',
    ],
    [
      'a key that nobody knows, with nothing behind it',
      valid('alrets:'),
      '3:1: alrets: is not a known key; did you mean alerts?',
    ],
    [
      'a full-width colon between braces',
      'gateways: [{ name：a, kind: hermes }]',
      '1:12: gateways[0].name: is missing\n1:14: gateways[0].name：a: is not a known key: between key and value belong ":" and a blank',
    ],
    ['a full-width comma', 'gateways: [{ name: a， kind: hermes }]', '1:21: a full-width comma "，": write ","'],
    [
      'typographic quotes',
      valid('locale: “en”'),
      '3:9: locale: must be zh-CN or en, not "“en”"; only straight quotes (") count as quotes',
    ],
    [
      'typographic quotes around a secret',
      valid('channels: { qq: { app_id: 1, client_secret: “abc” } }'),
      '3:45: channels.qq.client_secret: begins with a typographic quote; only straight quotes (") count as quotes',
    ],
    [
      'full-width blanks',
      'gateways:\n　　- name: a',
      '1:10: gateways: is missing\n2:1: 　　- name: is not a known key: it holds an invisible character (U+3000) that is no blank',
    ],
    ['a quote that is never closed', 'locale: "en\ngateways: []', '1:9: this quote is never closed'],
    ['a bracket that is never closed', 'gateways: [', '1:12: a "]" or "}" is missing before here'],
    [
      'a schedule without quotes',
      valid('watch:\n  schedule: */5 * * * *'),
      '4:13: a value that begins with "*" needs quotes: "*/5 * * * *"',
    ],
    [
      'a variable without quotes between braces',
      valid('channels: { qq: { app_id: 1, client_secret: ${X} } }'),
      '3:45: needs quotes between braces: "${X}"',
    ],
    [
      'a name that begins with @',
      valid('operators:\n  - name: @me'),
      '4:11: a value that begins with "@" needs quotes',
    ],
    [
      'a line that is indented too deep',
      'gateways:\n  - name: a\n     kind: hermes',
      '2:11: more than one ":" on this line, or the line below is indented too deep',
    ],
    [
      'a line that is indented too little',
      'gateways:\n  - name: a\n   kind: hermes',
      '3:1: the indentation fits nothing above: the keys of one section begin in the same column',
    ],
    [
      'a second document',
      'locale: en\n---\ngateways: []',
      '2:1: a second document begins here: take the line "---" away',
    ],
    [
      'a path of Windows',
      'gateways: [{ name: a, kind: hermes, home: C:\\Users\\me }]',
      '1:43: gateways[0].home: is a path of Windows, and this is not Windows (WSL has it under /mnt/c/…)',
    ],
    [
      'a path of Windows between double quotes',
      'gateways: [{ name: a, kind: hermes, home: "C:\\Users\\me" }]',
      '1:43: between double quotes a backslash has a meaning of its own: use single quotes',
    ],
    [
      'a list where a section belongs',
      valid('watch:\n  - pulse: 5s'),
      '4:3: watch: must be a section of "key: value" lines, not a list',
    ],
    [
      'a section where a list belongs',
      'gateways:\n  name: a\n  kind: hermes',
      '2:3: gateways: must be a list, each entry behind "- ", not a section',
    ],
    [
      'a number in quotes',
      valid('healing: { per_hour: "3" }'),
      '3:22: healing.per_hour: must be a whole number from 1 to 60, not "3"; take the quotes away',
    ],
    [
      'a truth in quotes',
      valid('watch: { follow_logs: "true" }'),
      '3:23: watch.follow_logs: must be true or false, not "true"; take the quotes away',
    ],
    [
      'a duration with a blank',
      valid('watch: { pulse: 5 m }'),
      '3:17: watch.pulse: must be a duration such as 90s, 5m or 1h30m, not "5 m"; did you mean 5m?',
    ],
    [
      'a duration in capitals',
      valid('watch: { pulse: 5M }'),
      '3:17: watch.pulse: must be a duration such as 90s, 5m or 1h30m, not "5M"; did you mean 5m?',
    ],
    [
      'a key with a capital',
      'Gateways:\n  - name: a\n    kind: hermes',
      '1:1: Gateways: is not a known key; did you mean gateways?',
    ],
    [
      'a key in the wrong place',
      valid('ping_url: https://x.example'),
      '3:1: ping_url: is not a known key; it belongs under alerts',
    ],
    ['nothing but NUL bytes', '\0\0\0', '1:1: must be a section of "key: value" lines, not "\\u0000\\u0000\\u0000"'],
    ['nothing', '', '1:1: is empty; config.example.yaml shows what belongs here'],
  ])('such as %s is named', (_what, text, complaint) => {
    expect(at(text)).toBe(complaint);
  });

  it('is placed the same with a byte order mark and with lines that end as on Windows', () => {
    const text = 'locale: xx\ngateways:\n  - name: a\n    kind: hermez\n';
    expect(at(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toBe(at(text));
    expect(at(text)).toBe(
      '1:9: locale: must be zh-CN or en, not "xx"\n4:11: gateways[0].kind: must be hermes, openclaw or generic, not "hermez"; did you mean hermes?',
    );
    expect(parse(`\uFEFF${valid('locale: en').replaceAll('\n', '\r\n')}`).locale).toBe('en');
  });

  it('does not make what is right look wrong', () => {
    const right = valid(
      '# 说明：全角，都可以 "x\noperators:\n  - { name: "甲：乙，丙", role: admin, qq: A }\nchannels: { qq: { app_id: 1, client_secret: "a*b：c" } }',
    );
    expect(parse(right).operators[0]?.name).toBe('甲：乙，丙');
  });

  it('leaves the other mistakes of the file to be seen', () => {
    expect(at('locale：en\nalerts：\n  copies: 9\n')).toBe(
      '1:7: a full-width colon "：": write ":" and a blank, "locale: …"',
    );
  });
});

describe('a file that was broken at any place', () => {
  const whole = valid(
    'watch:\n  schedule: "*/5 * * * *"\nchannels:\n  qq: { app_id: 1, client_secret: "${FEISHU_SECRET}" }\noperators:\n  - { name: 我, role: admin, qq: A }\nalerts: { quiet: "23:00-07:00" }\n',
  );
  const slips = fc.constantFrom(
    '\t',
    '：',
    '，',
    '“',
    '"',
    "'",
    '*',
    '@',
    '&',
    '{',
    ']',
    '#',
    '-',
    '\r',
    '\0',
    '　',
    '\uFEFF',
    '---\n',
    '!!x ',
    '%',
    '`',
    '|',
    '>',
    '\ud800',
    '',
  );
  it('is a configuration, or complaints that each have a place in it', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        fc.nat(whole.length),
        fc.nat(3),
        slips,
        slips,
        fc.nat(whole.length),
        (from, length, slip, other, second) => {
          const once = whole.slice(0, from) + slip + whole.slice(from + length);
          const text = once.slice(0, second) + other + once.slice(second);
          try {
            parse(text);
          } catch {
            const lines = complaints(text);
            const rows = text.split('\n').length;
            for (const line of lines) {
              const [, row = '0'] = /^lifeline\.yaml:(\d+):\d+: ./.exec(line) ?? [];
              expect(Number(row), line).toBeGreaterThan(0);
              expect(Number(row), line).toBeLessThanOrEqual(rows + 1);
            }
          }
        },
      ),
      { numRuns: extent(1_500, 120) },
    );
  });
});
