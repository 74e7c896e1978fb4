/** What `lifeline status` understands before it has loaded the command line, and what it leaves to that. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createLocalChannel } from '../../../src/channels/local/channel.ts';
import type { StatusAnswer, StatusRequest } from '../../../src/channels/local/wire.ts';
import { guessedDataDir, statusByBot, statusWords } from '../../../src/cli/beside-bot/status-by-bot.ts';
import { parse, valid } from '../../config/helpers.ts';
import { ownFolder } from '../../store/helpers.ts';

test.each([
  ['', { config: null, gateway: null, json: false }],
  ['main', { config: null, gateway: 'main', json: false }],
  ['--json', { config: null, gateway: null, json: true }],
  ['--json main --config a.yaml', { config: 'a.yaml', gateway: 'main', json: true }],
  ['--config=a=b.yaml main', { config: 'a=b.yaml', gateway: 'main', json: false }],
  // The command line complains of it, or shows its help.
  ['main other', null],
  ['--json --json', null],
  ['--config', null],
  ['--config=', null],
  ['--config --json', null],
  ['--config a --config b', null],
  ['--config a --config=b', null],
  ['--help', null],
  ['-h', null],
  ['--', null],
  ['-- main', null],
  ['--jso', null],
  ['main --locale en', null],
])('"%s"', (words, asked) => {
  expect(statusWords(words === '' ? [] : words.split(' '))).toEqual(asked);
});

test('an empty word is left to the command line', () => {
  expect(statusWords([''])).toBeNull();
  expect(statusWords(['--config', ''])).toBeNull();
});

describe('the data folder, without parsing the file', () => {
  const FILE = '/etc/lifeline/config.yaml';

  it.each([
    '',
    'data_dir: /var/lib/lifeline\n',
    'data_dir:   /var/lib/lifeline   # here\n',
    'data_dir: "/var/lib/life line"\n',
    "data_dir: '/var/lib/life line'\n",
    'data_dir: ~/data\n',
    'data_dir: data/here\n',
    'data_dir: ../data\n',
    'data_dir: /a b/c\r\n',
    '# data_dir: /elsewhere\nlog_level: info\n',
  ])('is where the parsed one has it: %j', (text) => {
    expect(guessedDataDir(`${text}${valid()}`, FILE, '/home/me')).toBe(
      parse(`${text}${valid()}`, { file: FILE }).dataDir,
    );
  });

  it.each(['data_dir:\n  /a\n', '{ data_dir: /a }\n', 'data_dir: &here /a\n', 'data_dir: >\n  /a\n', '\0\n', ''])(
    'is some folder for %j, which a bot would not take for its own',
    (text) => {
      expect(guessedDataDir(text, FILE, '/home/me')).toMatch(/^\//);
    },
  );
});

describe('a bot that answers', () => {
  interface Scene {
    readonly asked: StatusRequest[];
    readonly printed: string[];
    readonly ask: (words: readonly string[], env?: Readonly<Record<string, string>>) => Promise<boolean>;
    readonly home: string;
  }

  const scene = async (answer: StatusAnswer | null): Promise<Scene> => {
    const home = ownFolder();
    const data = join(home, '.local/state/lifeline');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    mkdirSync(join(home, '.config/lifeline'), { recursive: true });
    writeFileSync(join(home, '.config/lifeline/config.yaml'), valid());
    const asked: StatusRequest[] = [];
    const channel = createLocalChannel({
      dataDir: data,
      user: 'ann',
      status: (request) => {
        asked.push(request);
        return Promise.resolve(answer);
      },
      now: () => 0,
      logger: silentLogger(),
    });
    await channel.start(() => undefined);
    onTestFinished(() => channel.stop());
    const printed: string[] = [];
    const { exitCode } = process;
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    onTestFinished(() => {
      vi.restoreAllMocks();
      process.exitCode = exitCode;
    });
    return {
      asked,
      printed,
      home,
      ask: (words, env = {}) => statusByBot(words, () => '1.0.0', { HOME: home, ...env }),
    };
  };

  it.each([0, 1] as const)('is printed as it is, with its exit code %d', async (exitCode) => {
    const { asked, printed, home, ask } = await scene({ version: '1.0.0', text: 'well\n', exitCode });
    process.exitCode = 0;
    expect(await ask(['main', '--json'], { TZ: 'UTC' })).toBe(true);
    expect(printed).toEqual(['well\n']);
    expect(process.exitCode).toBe(exitCode);
    expect(asked).toEqual([
      {
        version: '1.0.0',
        file: join(home, '.config/lifeline/config.yaml'),
        home,
        zone: 'UTC',
        offset: new Date().getTimezoneOffset(),
        gateway: 'main',
        json: true,
        colour: false,
      },
    ]);
  });

  it('is asked about the file that the words or the environment name', async () => {
    const { asked, home, ask } = await scene(null);
    const file = join(home, 'other.yaml');
    writeFileSync(file, valid());
    expect(await ask([], { LIFELINE_CONFIG: file })).toBe(false);
    expect(await ask(['--config', file], { LIFELINE_CONFIG: '/missing' })).toBe(false);
    expect(asked.map((each) => each.file)).toEqual([file, file]);
  });

  it('is not asked where there is no such file, or none that is a configuration', async () => {
    const { asked, printed, home, ask } = await scene({ version: '1.0.0', text: 'well\n', exitCode: 0 });
    const huge = join(home, 'huge.yaml');
    writeFileSync(huge, `${valid()}# ${'x'.repeat(1_000_000)}\n`);
    for (const file of [join(home, 'missing.yaml'), home, huge, '/dev/null'])
      expect(await ask(['--config', file])).toBe(false);
    expect(await ask([], { LIFELINE_CONFIG: '' })).toBe(false);
    expect(await ask(['--help'])).toBe(false);
    expect([asked, printed]).toEqual([[], []]);
  });

  it('is not asked by a program that does not know its own version', async () => {
    const { asked, home } = await scene(null);
    const broken = (): never => {
      throw new Error('no package.json');
    };
    expect(await statusByBot([], broken, { HOME: home })).toBe(false);
    expect(asked).toEqual([]);
  });
});
