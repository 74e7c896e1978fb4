import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extent } from '../../deep.ts';
import { UserError } from '../../../src/base/errors.ts';
import { fill } from '../../../src/chat/own-commands/line.ts';
import { readDeclaration } from '../../../src/chat/own-commands/declaration.ts';
import { argumentsOf, valuesOf } from '../../../src/chat/own-commands/parameters.ts';
import { parseCommand, retype } from '../../../src/chat/bus/parse-command.ts';
import { readArguments } from '../../../src/chat/arguments/read-arguments.ts';
import { ask, load, node, one } from './helpers.ts';

/** Each declaration, and what it means, told in another way than the code has it. */
const PARAMETERS: readonly (readonly [declared: object, isAllowed: (word: string) => boolean])[] = [
  [{ pattern: '^/[a-z/]+$' }, (word) => /^\/[a-z/]+$/.test(word) && !word.includes('\n')],
  [{ pattern: '^/[a-z/]+$', default: '/' }, (word) => /^\/[a-z/]*$/.test(word) && !word.includes('\n')],
  [{ pattern: '[a-z.]+' }, (word) => /^[a-z.]+$/.test(word) && !word.includes('\n')],
  [{ pattern: '.*' }, (word) => !word.startsWith('-')],
  [{ pattern: '-?[0-9]+' }, (word) => /^-?[0-9]+$/.test(word) && !word.includes('\n')],
  [{ pattern: '(?i)x|y{2}' }, (word) => ['x', 'X', 'yy', 'YY', 'yY', 'Yy'].includes(word)],
  [{ one_of: ['main', '备用', '-v'] }, (word) => ['main', '备用', '-v'].includes(word)],
  [{ number: [1, 100] }, (word) => /^(?:[1-9]\d?|100)$/.test(word)],
  [{ number: [0, 0] }, (word) => word === '0'],
];

const nasty = fc.constantFrom(
  '; rm -rf /',
  '$(id)',
  '`id`',
  '&& reboot',
  '| sh',
  '-rf',
  '--help',
  '/etc',
  '/',
  '/a\nb',
  '..',
  'main',
  'MAIN',
  '7',
  '007',
  '101',
  '1e2',
  '-1',
  '"',
  "'",
  '\\',
  '{p}',
  '{a}',
  '*',
  '~',
  'x',
  '\u0000',
  '\u2028',
  '－rf',
  'ｍain',
  '/var/log',
  '$HOME',
  '%s',
  '\r',
  '\t',
);
const typed = fc.oneof(
  nasty,
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(nasty, { maxLength: 4 }).map((words) => words.join(' ')),
  nasty.map((word) => `"${word}"`),
);

it('lets nothing reach the words of a program that its declaration does not allow', () => {
  let ran = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARAMETERS), { minLength: 1, maxLength: 3 }), typed, (chosen, text) => {
      const names = chosen.map((_each, index) => `p${index}`);
      const read = readDeclaration(
        {
          name: 'x',
          run: ['prog', ...names.map((name) => `{${name}}`)],
          params: Object.fromEntries(chosen.map(([declared], index) => [names[index] ?? '', declared])),
        },
        'x',
      );
      if (read.kind === 'wrong') throw new Error(JSON.stringify(read.problems));
      const command = {
        id: 'x',
        aliases: [],
        role: 'viewer' as const,
        effects: 'reads' as const,
        args: argumentsOf(read.value.parameters, 'en'),
        help: { 'zh-CN': '', en: '' },
        examples: [],
        run: () => Promise.resolve(null),
      };
      const parsed = parseCommand(`/x ${text}`, [command]);
      if (parsed.kind !== 'command') return;
      let values: Readonly<Record<string, unknown>>;
      try {
        const found = readArguments(command, parsed.args, {
          locale: 'en',
          gateways: [],
          commands: [command],
          quoted: parsed.quoted,
        });
        if (found.kind !== 'values') throw new Error('no gateway is asked for');
        ({ values } = found);
      } catch (error) {
        if (error instanceof UserError) return;
        throw error;
      }
      const checked = valuesOf(read.value.parameters, values);
      if (checked.kind === 'wrong') return;
      const argv = fill(read.value.words, checked.values);
      ran += 1;
      expect(argv).toHaveLength(chosen.length + 1);
      for (const [index, [, isAllowed]] of chosen.entries())
        expect(isAllowed(argv[index + 1] ?? ''), `${JSON.stringify(argv)} of ${JSON.stringify(text)}`).toBe(true);
      // What is asked once more is typed again, and must be the same.
      const again = parseCommand(retypeOf(names, chosen, checked.values), [command]);
      if (again.kind !== 'command') throw new Error('it cannot be typed again');
      const reread = readArguments(command, again.args, {
        locale: 'en',
        gateways: [],
        commands: [command],
        quoted: again.quoted,
      });
      expect(reread).toMatchObject({
        kind: 'values',
        values: Object.fromEntries(names.map((name) => [name.toUpperCase(), checked.values[name]])),
      });
    }),
    { numRuns: 3_000 },
  );
  expect(ran).toBeGreaterThan(100);
});

const retypeOf = (
  names: readonly string[],
  chosen: readonly (readonly [object, unknown])[],
  values: Readonly<Record<string, string | number>>,
): string =>
  retype(
    'x',
    names.map((name) => String(values[name])),
    new Set(chosen.flatMap(([declared], index) => ('pattern' in declared ? [index] : []))),
  );

/** Also what no bus would hand over: a caller with other manners must not get more. */
it('looks at every value itself, whoever read it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PARAMETERS),
      fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.anything()),
      ([declared, isAllowed], value) => {
        const read = readDeclaration({ name: 'x', run: ['prog', '{p}'], params: { p: declared } }, 'x');
        if (read.kind === 'wrong') throw new Error('it is declared well');
        const checked = valuesOf(read.value.parameters, { P: value });
        if (checked.kind === 'values') expect(isAllowed(String(checked.values['p'])), JSON.stringify(value)).toBe(true);
        else expect(checked).toMatchObject({ name: 'p' });
      },
    ),
    { numRuns: extent(2_000, 500) },
  );
});

it('survives whatever stands under commands, and never takes half of it', async () => {
  const key = fc.constantFrom(
    'name',
    'run',
    'params',
    'role',
    'help',
    'timeout',
    'env',
    'cwd',
    'confirm',
    'aliases',
    'effects',
    '__proto__',
    'constructor',
  );
  const value = fc.oneof(
    fc.anything({ maxDepth: 3 }),
    fc.constantFrom('df', ['df'], ['df', '{p}'], { p: { pattern: '(' } }, { p: { pattern: 'a' } }, '10s', true),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.anything(), fc.dictionary(key, value)), { maxLength: 4 }),
      async (declared) => {
        const { commands, problems } = load(declared);
        expect(commands.length + new Set(problems.map(({ where }) => /^commands\[\d+\]/.exec(where)?.[0])).size).toBe(
          declared.length,
        );
        for (const { what } of problems) expect(what).not.toMatch(/^cannot be set up/);
      },
    ),
    { numRuns: extent(500, 125) },
  );
});

it.each([
  '; rm -rf /',
  '$(touch /tmp/x)',
  '`id`',
  '&& reboot | sh > /dev/null',
  '$HOME *',
  '\' " \\',
  '{text}',
  '%d %n',
])('hands %j to the program as one word', async (text) => {
  const command = one(
    load([
      {
        name: 'echo',
        run: node('console.log(JSON.stringify(process.argv.slice(1)))', '{text}'),
        params: { text: { pattern: '.*' } },
      },
    ]),
  );
  expect((await ask(command, text.includes('"') ? `「${text}」` : `"${text}"`)).code).toEqual([JSON.stringify([text])]);
});

it.each(['-rf', '--help', '－rf'])('refuses %j where the pattern does not begin with a dash', async (text) => {
  const command = one(load([{ name: 'echo', run: ['echo', '{text}'], params: { text: { pattern: '.*' } } }]));
  await expect(ask(command, text)).rejects.toThrow('text must not begin with -; nothing was done');
});

it('breaks no word at a line end: only the first line is a command at all', async () => {
  const command = one(
    load([
      {
        name: 'echo',
        run: node('console.log(process.argv.length)', '{text}'),
        params: { text: { pattern: '(?s).*' } },
      },
    ]),
  );
  expect(await ask(command, '"a\nb"').catch((error: unknown) => String(error))).toMatch(/open_quote/);
  await expect(command.run({ locale: 'en' } as never, { TEXT: 'a\nb' })).rejects.toThrow(
    'The value of text is not allowed',
  );
});

it('is not slowed down by a pattern that grows with each try elsewhere', async () => {
  const command = one(load([{ name: 'echo', run: ['echo', '{text}'], params: { text: { pattern: '(a+)+b' } } }]));
  await expect(ask(command, 'a'.repeat(450))).rejects.toThrow('must match (a+)+b');
});
