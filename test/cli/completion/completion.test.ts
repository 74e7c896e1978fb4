/** Completion as a person has it: a real shell, its script, and the real command behind it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it, test } from 'vitest';
import { completions } from '../../../src/cli/completion/complete.ts';
import { createIncidentBook } from '../../../src/incidents/incident-book.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { incident } from '../../commands/scene.ts';
import { ownFolder } from '../../store/helpers.ts';
import { MAIN } from '../../program.ts';

const installed = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** A folder with a configuration, two incidents, and `lifeline` on the path. */
const machine = () => {
  const folder = ownFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'lifeline'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 });
  mkdirSync(join(folder, '.config', 'lifeline'), { recursive: true });
  writeFileSync(
    join(folder, '.config', 'lifeline', 'config.yaml'),
    `data_dir: ${join(folder, 'data')}\ngateways:\n  - { name: main, kind: hermes, home: /x }\n  - { name: test, kind: hermes, home: /y }\n`,
  );
  writeFileSync(join(folder, 'notes.yaml'), '');
  const db = openDatabase(join(folder, 'data', 'lifeline.db'));
  createIncidentBook(db).save([incident(11, { closedAt: 1, gateway: 'main' }), incident(12, { gateway: 'main' })]);
  db.close();
  return {
    folder,
    env: {
      HOME: folder,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      ZDOTDIR: folder,
    },
  };
};

/** What bash would complete each of these lines to. */
const bash = (lines: readonly (readonly string[])[], { folder, env }: ReturnType<typeof machine>): string[][] => {
  const tries = lines.map(
    (words) =>
      `COMP_WORDS=(${['lifeline', ...words].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}); COMP_CWORD=${words.length}; _lifeline; IFS=' ' ; echo "\${COMPREPLY[*]}"; unset IFS`,
  );
  // Twice: a shell whose start-up file is read again must not complain.
  const script = [
    'source <(lifeline completion bash)',
    'source <(lifeline completion bash)',
    'complete -p lifeline >/dev/null || exit 9',
    ...tries,
  ].join('\n');
  const out = execFileSync('bash', ['--norc', '--noprofile', '-uc', script], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter(Boolean));
};

describe.skipIf(!installed('bash'))('in bash', () => {
  it('lifeline stat<Tab> is status, and so on through options, gateways, incidents and files', () => {
    const here = machine();
    expect(
      bash(
        [
          ['stat'],
          ['status', '--j'],
          ['status', ''],
          ['incidents', ''],
          ['ack', ''],
          ['restart', ''],
          ['mute', '2h', ''],
          ['status', '--config', 'not'],
          ['completion', 'p'],
          ['nonsense', 'x', ''],
        ],
        here,
      ),
    ).toEqual([
      ['status'],
      ['--json'],
      ['main', 'test'],
      ['12', '11'],
      ['12', '11', 'main', 'test'],
      ['main', 'test'],
      ['main', 'test'],
      ['notes.yaml'],
      ['powershell'],
    ]);
  });

  it('runs nothing that stands on the line', () => {
    const here = machine();
    bash(
      [
        ['logs', '--grep', '$(touch pwned)', ''],
        ['logs', '`touch pwned`', '$(touch pwned)'],
      ],
      here,
    );
    expect(existsSync(join(here.folder, 'pwned'))).toBe(false);
  });
});

test.skipIf(!installed('fish'))('in fish lifeline st<Tab> is status', () => {
  const { folder, env } = machine();
  const out = execFileSync(
    'fish',
    [
      '--no-config',
      '-c',
      'lifeline completion fish | source; complete -C "lifeline st"; complete -C "lifeline status "',
    ],
    { cwd: folder, env, encoding: 'utf8' },
  );
  expect(out.split('\n').map((line) => line.split('\t')[0])).toEqual(
    expect.arrayContaining(['status', 'main', 'test']),
  );
});

test.skipIf(!installed('zsh'))('in zsh the script is one that it can read', () => {
  const { folder, env } = machine();
  expect(
    execFileSync(
      'zsh',
      [
        '-fc',
        'autoload -Uz compinit && compinit -u -D; source <(lifeline completion zsh); whence -w _lifeline; print $_comps[lifeline]',
      ],
      { cwd: folder, env, encoding: 'utf8' },
    ),
  ).toBe('_lifeline: function\n_lifeline\n');
});

describe('what is suggested', () => {
  const program = new Command('lifeline');
  program
    .command('run')
    .description('the bot')
    .option('-c, --config <file>', 'the file')
    .option('--dry-run', 'nothing')
    .addOption(new Option('--level <level>').choices(['low', 'high']));
  program.command('hidden', { hidden: true });
  program.command('backup').argument('[file]');
  program.command('shell').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
  const service = program.command('service');
  service.command('install').option('--user');

  it.each<[readonly string[], readonly string[], boolean]>([
    [[''], ['run', 'backup', 'shell', 'service', 'help'], false],
    [['r'], ['run'], false],
    [['run', '--d'], ['--dry-run'], false],
    [['run', '-'], ['--config', '--dry-run', '--level', '--help'], false],
    [['run', '--config', ''], [], true],
    [['run', '-c', 'x', '--level', ''], ['low', 'high'], false],
    [['run', '--level=h'], ['--level=high'], false],
    [['run', '--nonsense='], [], false],
    [['run', '--dry-run', ''], [], false],
    [['backup', ''], [], true],
    [['backup', 'x', ''], [], false],
    [['shell', 'z'], ['zsh'], false],
    [['service', ''], ['install', 'help'], false],
    [['service', 'install', '--'], ['--user', '--help'], false],
    [['nonsense', 'more', ''], [], false],
    [[], ['run', 'backup', 'shell', 'service', 'help'], false],
  ])('behind %j', (words, values, files) => {
    const { found, files: also } = completions(program, words);
    expect({ values: found.map(({ value }) => value), files: also }).toEqual({ values, files });
  });
});
