import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { lifeline, lifelineUnread } from './command-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  test.each(sample(['run', 'check', 'replay', 'demo'], 4, 0))('explains %s', async (command) => {
    const { code, out } = await lifeline([command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`lifeline ${command}`);
  });

  test.each(
    sample(
      [
        [['dance']],
        [['replay']],
        [['replay', '/nowhere-at-all']],
        [['replay', '.', '--until', 'tomorrow']],
        [['replay', '.', '--kind', 'irc']],
        [['demo', '--port', '99999']],
      ],
      3,
      0,
    ),
  )('ends with 2 and a plain sentence for %j', async (args) => {
    const { code, out, err } = await lifeline(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/\S/);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('names every fault of a configuration with its place, and ends with 2', async () => {
    const file = join(folder, 'config.yaml');
    await writeFile(
      file,
      'gateways:\n  - name: main\n    kind: hermes\n    heel: auto\nwatch:\n  grace: { qqbot: soon }\n',
    );
    for (const command of ['run', 'check']) {
      const { code, err } = await lifeline([command, '--config', file]);
      expect(code).toBe(2);
      expect(err).toContain(`${file}:4:5: gateways[0].heel`);
      expect(err).toContain('did you mean heal?');
      expect(err).toContain(`${file}:6:19`);
    }
  });

  test('without a configuration and without a gateway says what to do', async () => {
    const { code, err } = await lifeline(['run'], { env: { HOME: folder } });
    expect(code).toBe(2);
    expect(err).toContain('lifeline init');
  });

  test('without a configuration watches the gateways it finds, on the console, and restarts nothing', async () => {
    await mkdir(join(folder, '.hermes', 'logs'), { recursive: true });
    await writeFile(
      join(folder, '.hermes', 'logs', 'gateway.log'),
      '2026-11-21 10:00:00,000 INFO gateway.run: hello from the log\n',
    );
    const { code, out } = await lifeline(['run'], {
      env: { HOME: folder, LANG: 'zh_CN.UTF-8' },
      afterOutput: /Ctrl-C/,
      input: ['/logs', '/help'],
      stopAfter: /^(?=[^]*hello from the log)(?=[^]*Lifeline 的命令)/,
    });
    expect(code).toBe(0);
    expect(out).toContain(`main: ${join(folder, '.hermes')}`);
    expect(out).toContain('hello from the log');
  });
});

describe('the language', () => {
  const COMMANDS = [
    'status',
    'doctor --offline --verbose',
    'incidents',
    'operators',
    'audit',
    'service status',
    'config reference',
  ];

  test.each(sample(COMMANDS, 7, 6))(
    'of "%s" is that of the configuration, without one that of the environment',
    async (line) => {
      await mkdir(join(folder, '.hermes', 'logs'), { recursive: true });
      const usual = join(folder, '.config', 'lifeline', 'config.yaml');
      const spoken = async (LANG: string): Promise<string> =>
        /\p{Script=Han}/u.test(
          (await lifeline(line.split(' '), { env: { HOME: folder, LANG } })).out
            .replace('[中文]', '')
            .split('\n', 8)
            .join(),
        )
          ? 'zh-CN'
          : 'en';
      expect([await spoken('C.UTF-8'), await spoken('zh_CN.UTF-8')]).toEqual(['en', 'zh-CN']);
      await mkdir(dirname(usual), { recursive: true });
      await writeFile(
        usual,
        `locale: zh-CN\ngateways: [{ name: main, kind: hermes, home: ${join(folder, '.hermes')}, heal: off }]\n`,
        { mode: 0o600 },
      );
      expect(await spoken('C.UTF-8')).toBe('zh-CN');
    },
  );

  const MISTAKEN: readonly (readonly [string, string, RegExp])[] = [
    ['locale: en\n', 'zh_CN.UTF-8', /mistake/],
    ['locale: zh-CN\n', 'C.UTF-8', /\p{Script=Han}/u],
    ['', 'C.UTF-8', /\p{Script=Han}/u],
  ];
  test.each(sample(MISTAKEN, 3, 0))(
    'of a configuration with mistakes that says %j is its own, under %s',
    async (words, LANG, expected) => {
      const file = join(folder, 'config.yaml');
      await writeFile(file, `${words}gatewais: []\n`);
      const { code, out } = await lifeline(['config', 'check', file], { env: { HOME: folder, LANG } });
      expect(code).toBe(2);
      expect(out.split('\n').slice(-4).join('\n')).toMatch(expected);
    },
  );
});

describe('an output that nobody reads to its end', () => {
  const scene = async (): Promise<{
    readonly file: string;
    readonly home: string;
    readonly env: Readonly<Record<string, string>>;
  }> => {
    const home = join(folder, '.hermes');
    await mkdir(join(home, 'logs'), { recursive: true });
    const lines = Array.from(
      { length: 40 },
      (_, minute) =>
        `2026-11-21 10:${String(minute + 10)}:00,000 ${minute % 2 === 0 ? 'WARNING gateway.platforms.qqbot: [QQBot:1] WebSocket closed: code=4009' : 'INFO gateway.platforms.qqbot: [QQBot:1] Ready, session_id=abc'}\n`,
    );
    await writeFile(
      join(home, 'logs', 'gateway.log'),
      [
        '2026-11-21 10:00:00,000 INFO gateway.run: Starting Hermes Gateway...\n',
        ...lines,
        '2026-11-21 10:55:00,000 ERROR gateway.platforms.qqbot: [QQBot:1] Max reconnect attempts reached\n',
      ].join(''),
    );
    const file = join(folder, 'config.yaml');
    await writeFile(
      file,
      `locale: en\ndata_dir: ${join(folder, 'data')}\ngateways: [{ name: main, kind: hermes, home: ${home}, supervisor: process, heal: off }]\n`,
      { mode: 0o600 },
    );
    return { file, home, env: { HOME: folder } };
  };

  const LINES = [
    '--help',
    '--version',
    'config check FILE',
    'config check --json FILE',
    'config schema',
    'config reference',
    'status --config FILE',
    'status --json --config FILE',
    'doctor --offline --verbose --config FILE',
    'incidents --config FILE',
    'logs --config FILE',
    'logs --json --config FILE',
    'operators --config FILE',
    'audit --config FILE',
    'replay HOME',
    'replay --json HOME',
    'completion bash',
    'complete st',
    'service status',
    'service status --json',
  ];
  test.each(sample(LINES, 10, 4))('ends "%s" quietly, with the exit code that it has for a reader', async (line) => {
    const { file, home, env } = await scene();
    const places: Readonly<Record<string, string>> = { FILE: file, HOME: home };
    const args = line.split(' ').map((word) => places[word] ?? word);
    const read = await lifeline(args, { env });
    expect(read.out).not.toBe('');
    expect(await lifelineUnread(args, { env })).toEqual({ code: read.code, err: read.err });
  });

  test('ends the following of a log at the next line', async () => {
    const { file, home, env } = await scene();
    const ended = lifelineUnread(['logs', '-f', '--config', file], { env });
    const writing = setInterval(
      () => appendFileSync(join(home, 'logs', 'gateway.log'), '2026-11-21 11:00:00,000 INFO gateway.run: one more\n'),
      200,
    );
    expect(await ended.finally(() => clearInterval(writing))).toEqual({ code: 0, err: '' });
  });

  test.skipIf(!existsSync('/dev/full'))('is a failure where the disk takes no more of it', async () => {
    const { env } = await scene();
    const { code, err } = await lifelineUnread(['config', 'schema'], { env, into: '/dev/full' });
    expect(code).toBe(1);
    expect(err).toMatch(/^lifeline: what it says could not be written: .*ENOSPC.*\n$/);
  });
});
