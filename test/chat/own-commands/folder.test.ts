import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, folderWith, load, one } from './helpers.ts';

it('has a command in each YAML file, in the order of their names, behind those of the configuration', () => {
  const folder = folderWith({
    'b.yml': 'name: b\nrun: [df]\n',
    'a.yaml': 'name: a\nrun: [df]\n',
    'list.yaml': '- { name: c, run: [df] }\n- { name: d, run: [df] }\n',
    'under.yaml': 'commands:\n  - { name: e, run: [df] }\n',
    'README.md': 'Notes',
    '.hidden.yaml': 'name: no',
  });
  const { commands, problems } = load([{ name: 'first', run: ['df'] }], folder);
  expect(problems).toEqual([]);
  expect(commands.map(({ id }) => id)).toEqual(['first', 'a', 'b', 'c', 'd', 'e']);
});

it('is where its programs run, so that a script beside the file is named by its name alone', async () => {
  const folder = folderWith({
    'where.yaml': `{ name: where, run: [${process.execPath}, where.mjs] }`,
    'where.mjs': 'console.log(process.cwd())',
  });
  expect(await ask(one(load([], folder)))).toMatchObject({ tone: 'good', code: [folder] });
});

it.each<[string, string, readonly object[]]>([
  [
    'is no YAML',
    'name: x\nrun: [df',
    [{ where: 'own.yaml', what: expect.stringMatching(/^line \d is no YAML: /) as string }],
  ],
  ['is empty', '', [{ where: 'own.yaml', what: 'must be a section of "key: value" lines, not null' }]],
  ['has a mistake', 'name: x\nrun: df\n', [{ where: 'own.yaml.run', what: expect.stringContaining('list') as string }]],
  [
    'has a mistake in its second command',
    '- { name: x, run: [df] }\n- { name: y }\n',
    [{ where: 'own.yaml[1].run', what: 'is missing' }],
  ],
])('tells of a file that %s, and runs without it', (_what, text, expected) => {
  const { commands, problems } = load([], folderWith({ 'own.yaml': text, 'good.yaml': '{ name: good, run: [df] }' }));
  expect(problems).toEqual(expected);
  expect(commands.map(({ id }) => id)).toContain('good');
});

it('has no command in a file that others could have written', () => {
  const folder = folderWith({ 'own.yaml': '{ name: own, run: [df] }' });
  const file = join(folder, 'own.yaml');
  chmodSync(file, 0o666);
  expect(load([], folder)).toEqual({
    commands: [],
    problems: [{ where: 'own.yaml', what: `is not read: ${file} can be changed by everybody; run: chmod o-w ${file}` }],
  });
});

it('tells of each TypeScript command of earlier versions what to write instead', async () => {
  const folder = folderWith({
    'probe.ts':
      "import type { OwnCommand } from 'gateway-lifeline/commands';\n\nexport const command: OwnCommand = {};\n",
    'printing.ts': 'console.log("it prints");\n',
    'commands.ts': 'export const commands = [];\n',
  });
  const what = `is a TypeScript command of earlier versions and is not run any more. Let it print its answer, and declare it in ${folder}/probe.yaml: { name: probe, run: [node, probe.ts] } (docs/commands.md)`;
  expect(load([], folder)).toEqual({ commands: [], problems: [{ where: 'probe.ts', what }] });
  // As it is told.
  writeFileSync(join(folder, 'probe.ts'), 'const state: string = "up";\nconsole.log(state);\n');
  writeFileSync(join(folder, 'probe.yaml'), `{ name: probe, run: [${process.execPath}, probe.ts] }`);
  expect(await ask(one(load([], folder)))).toMatchObject({ tone: 'good', code: ['up'] });
});

it('is missed where the configuration names it', () => {
  expect(load([], '/no/such/folder').problems).toEqual([
    { where: 'commands_dir', what: 'there is no folder /no/such/folder; make it, or remove the key' },
  ]);
});
