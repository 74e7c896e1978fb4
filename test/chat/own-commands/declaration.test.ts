import { homedir } from 'node:os';
import { parse as parseYaml } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readDeclaration } from '../../../src/chat/own-commands/declaration.ts';
import { load, one } from './helpers.ts';

const problemsOf = (yaml: string): readonly string[] => {
  const read = readDeclaration(parseYaml(yaml), 'commands[0]');
  return read.kind === 'wrong' ? read.problems.map(({ where, what }) => `${where}: ${what}`) : [];
};

describe('a command in YAML', () => {
  it('needs a name and a program, and is for operators unless told', async () => {
    expect(one(load([{ name: 'disk', run: ['df', '-h'] }]))).toMatchObject({
      id: 'disk',
      aliases: [],
      role: 'operator',
      effects: 'changes',
      args: {},
      help: { 'zh-CN': '运行 df -h', en: 'Runs df -h' },
      examples: ['/disk'],
    });
  });

  it.each<[string, object, object]>([
    ['a viewer may use reads', { role: 'viewer' }, { effects: 'reads', role: 'viewer' }],
    ['asks first interrupts', { confirm: true }, { effects: 'interrupts' }],
    ['says what it does is believed', { confirm: true, effects: 'reads' }, { effects: 'reads' }],
    [
      'has a help in one language has it in both',
      { help: ' Free space ' },
      { help: { 'zh-CN': 'Free space', en: 'Free space' } },
    ],
    [
      'has a help in both languages keeps them',
      { help: { 'zh-CN': '磁盘', en: 'Disks' } },
      { help: { 'zh-CN': '磁盘', en: 'Disks' } },
    ],
    ['has other names has them', { aliases: ['磁盘', 'df'] }, { aliases: ['磁盘', 'df'] }],
  ])('that %s', async (_what, more, expected) =>
    expect(one(load([{ name: 'disk', run: ['df'], ...more }]))).toMatchObject(expected),
  );

  it('shows no secret in the help that is made of its words', async () => {
    expect(one(load([{ name: 'x', run: ['curl', '--token', 'abcdefgh12345678'] }])).help.en).toBe(
      'Runs curl --token ***',
    );
  });

  it('finds the home folder as a shell would', () => {
    expect(readDeclaration({ name: 'x', run: ['~/bin/backup', '~/kept'], cwd: '~/data' }, 'x')).toMatchObject({
      value: { cwd: `${homedir()}/data`, words: [{ text: `${homedir()}/bin/backup` }, { text: '~/kept' }] },
    });
  });

  it('keeps braces that are no parameter: a format is none', () => {
    expect(problemsOf('{ name: ps, run: [docker, ps, --format, "{{.Names}}", "{}"] }')).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ['is no section', '- df', ['commands[0]: must be a section of "key: value" lines, not a list']],
    ['is text', 'df -h', ['commands[0]: must be a section of "key: value" lines, not "df -h"']],
    ['has no name', 'run: [df]', ['commands[0].name: is missing']],
    [
      'has a bad name',
      '{ name: Disk Usage, run: [df] }',
      ['commands[0].name: must begin with a letter and hold only a–z, 0–9, "_" and "-", at most 32, not "Disk Usage"'],
    ],
    ['runs nothing', 'name: disk', ['commands[0].run: is missing']],
    [
      'is written for a shell',
      '{ name: disk, run: df -h }',
      [
        'commands[0].run: must be the program and its arguments as a list such as [df, -h], not "df -h"; no shell would take it apart',
      ],
    ],
    [
      'has an empty list',
      '{ name: disk, run: [] }',
      ['commands[0].run: must be the program and its arguments as a list such as [df, -h], not a list'],
    ],
    [
      'has a number for a word',
      '{ name: wait, run: [sleep, 5] }',
      ['commands[0].run[1]: must be text, not 5; put it in quotes'],
    ],
    ['has an empty program', '{ name: x, run: [" "] }', ['commands[0].run[0]: is empty; name the program']],
    ['has a NUL', '{ name: x, run: ["a\\0b"] }', ['commands[0].run[0]: must not hold a NUL character']],
    [
      'has an unknown key',
      '{ name: disk, run: [df], tiemout: 5s }',
      ['commands[0].tiemout: is not a known key; did you mean timeout?'],
    ],
    [
      'has several mistakes',
      '{ name: disk, run: [df], role: root, confirm: maybe }',
      [
        'commands[0].role: must be viewer, operator or admin, not "root"',
        'commands[0].confirm: must be true or false, not "maybe"',
      ],
    ],
    ['takes too long', '{ name: disk, run: [df], timeout: 6m }', ['commands[0].timeout: must be at most 5m, not "6m"']],
    [
      'takes no time',
      '{ name: disk, run: [df], timeout: 10ms }',
      ['commands[0].timeout: must be at least 1s, not "10ms"'],
    ],
    [
      'has a time without a unit',
      '{ name: disk, run: [df], timeout: 10 }',
      ['commands[0].timeout: must be a duration such as 90s, 5m or 1h30m, not 10; did you mean 10s?'],
    ],
    [
      'has half a path',
      '{ name: disk, run: [df], cwd: data }',
      ['commands[0].cwd: must be a whole path or begin with ~/, not "data"'],
    ],
    [
      'has an alias of two words',
      '{ name: disk, run: [df], aliases: [a b] }',
      ['commands[0].aliases[0]: must be one word of letters, digits, "_" and "-", not "a b"'],
    ],
    [
      'has an alias that nobody can type',
      '{ name: disk, run: [df], aliases: [DF] }',
      ['commands[0].aliases[0]: must be written "df"'],
    ],
    [
      'has half a help',
      '{ name: disk, run: [df], help: { en: Disks } }',
      ['commands[0].help: must be text, or { zh-CN: …, en: … }'],
    ],
    [
      'passes on a variable of Lifeline',
      '{ name: x, run: [df], env: { A: "${LIFELINE_QQ_SECRET}" } }',
      ["commands[0].env: A: LIFELINE_QQ_SECRET is Lifeline's own and is not passed on"],
    ],
    [
      'has a number in its environment, which is not repeated',
      '{ name: x, run: [df], env: { PIN: 123456 } }',
      ['commands[0].env: PIN must be text; put it in quotes'],
    ],
    [
      'has a bad variable',
      '{ name: x, run: [df], env: { "A-B": c } }',
      ['commands[0].env: "A-B" is no name for a variable'],
    ],
  ])('that %s is refused with what to write', (_what, yaml, expected) => expect(problemsOf(yaml)).toEqual(expected));
});

describe('a parameter', () => {
  const withParameter = (path: string, run = '["df", "{path}"]'): readonly string[] =>
    problemsOf(`{ name: disk, run: ${run}, params: { path: ${path} } }`);

  it.each<[string, string, string]>([
    ['says nothing', '{}', 'commands[0].params.path: needs exactly one of pattern, one_of and number'],
    [
      'says two things',
      '{ pattern: a, one_of: [a] }',
      'commands[0].params.path: needs exactly one of pattern, one_of and number',
    ],
    ['is text', 'a', 'commands[0].params.path: must say what may be typed, such as { pattern: "[a-z]+" }, not "a"'],
    [
      'has an unknown key',
      '{ pattern: a, defualt: b }',
      'commands[0].params.path.defualt: is not a known key; did you mean default?',
    ],
    [
      'has a default that nobody can type',
      '{ pattern: "[a-z]+", default: "a  b" }',
      'commands[0].params.path.default: "a  b" is not what may be typed',
    ],
    [
      'has a default that begins with a dash',
      '{ pattern: ".*", default: -h }',
      'commands[0].params.path.default: "-h" is not what may be typed',
    ],
    [
      'has a default that is not in the list',
      '{ one_of: [a, b], default: c }',
      'commands[0].params.path.default: "c" is not what may be typed',
    ],
    [
      'has a default out of the range',
      '{ number: [1, 3], default: 4 }',
      'commands[0].params.path.default: 4 is not what may be typed',
    ],
    [
      'has a default of another kind',
      '{ number: [1, 3], default: "2" }',
      'commands[0].params.path.default: "2" is not what may be typed',
    ],
    [
      'has an empty list',
      '{ one_of: [] }',
      'commands[0].params.path.one_of: must be a list of at most 50 words such as [main, backup], not a list',
    ],
    [
      'lists numbers',
      '{ one_of: [1, 2] }',
      'commands[0].params.path.one_of: must hold text only, not 1; put it in quotes',
    ],
    ['lists a word twice', '{ one_of: [a, A] }', 'commands[0].params.path.one_of: holds a word twice'],
    [
      'has a range that is none',
      '{ number: [3, 1] }',
      'commands[0].params.path.number: must be two whole numbers that are not below 0, the least and the most, such as [1, 100]',
    ],
    [
      'has a range below 0, which nobody can type',
      '{ number: [-3, 1] }',
      'commands[0].params.path.number: must be two whole numbers that are not below 0, the least and the most, such as [1, 100]',
    ],
  ])('that %s is refused', (_what, declared, expected) => expect(withParameter(declared)).toEqual([expected]));

  it('whose pattern cannot be run in linear time is refused', () => {
    expect(withParameter('{ pattern: "(?=a)b" }')[0]).toMatch(
      /^commands\[0\]\.params\.path\.pattern: is no pattern that RE2 knows/,
    );
    expect(withParameter('{ pattern: "(a)\\\\1" }')[0]).toMatch(/is no pattern that RE2 knows/);
    expect(withParameter('{ pattern: "((a{900}){900}){900}" }')[0]).toMatch(/is no pattern that RE2 knows/);
  });

  it.each<[string, string, string]>([
    [
      'is the program itself',
      '["{path}"]',
      'commands[0].run[0]: the program must be fixed; nobody may choose it by typing',
    ],
    [
      'is a part of a word',
      '["df", "--on={path}"]',
      'commands[0].run[1]: {path} must be a word of its own; for more than that run a script of your own',
    ],
    [
      'is misspelt',
      '["df", "{path}", "{paht}"]',
      'commands[0].run[2]: there is no parameter paht; did you mean {path}?',
    ],
    [
      'is not used',
      '["df"]',
      'commands[0].run: does not use the parameter path; write {path} where it belongs, or remove it from params',
    ],
    [
      'goes to a shell',
      '["sudo", "/bin/bash", "-c", "{path}"]',
      'commands[0].run: bash is a shell, which could read what is typed as a program; start the program itself, or put a script with fixed words into a file and run that',
    ],
  ])('that %s is refused', (_what, run, expected) =>
    expect(withParameter('{ pattern: "[a-z]+" }', run)).toContain(expected),
  );

  it('has a name in small letters', () => {
    expect(problemsOf('{ name: disk, run: [df, "{Path}"], params: { Path: { pattern: a } } }')).toContain(
      'commands[0].params.Path: is no name for a parameter; use small letters a–z, digits and "_"',
    );
  });
});
