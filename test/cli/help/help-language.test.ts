/** `--help` and complaints in the language of the configuration; every text of the command line has its Chinese. */
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, test } from 'vitest';
import { helpIn } from '../../../src/cli/help/help-language.ts';
import { HELP_ZH } from '../../../src/text/cli/help-zh.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const made = (config: string | null, env: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-help-'));
  folders.push(folder);
  const file = join(folder, 'config.yaml');
  if (config !== null) writeFileSync(file, config);
  const program = new Command('lifeline').exitOverride();
  helpIn(program, { ...env, LIFELINE_CONFIG: file, HOME: folder });
  program.command('top').description('how everything is, live, in this terminal; Q ends').option('--yes', 'do not ask');
  return program;
};

describe('the help', () => {
  test.each<[string, string | null, Readonly<Record<string, string>>, string]>([
    ['of a Chinese configuration', 'locale: zh-CN\n', {}, '实时看全部状态'],
    ['of a configuration without a language', 'gateways: []\n', {}, '实时看全部状态'],
    [
      'of a configuration that init has written',
      'locale: zh-CN   # language on the phone: zh-CN or en\n',
      {},
      '实时看全部状态',
    ],
    ['of an English configuration', 'locale: "en"\n', { LANG: 'zh_CN.UTF-8' }, 'how everything is'],
    ['without a configuration, in a Chinese environment', null, { LANG: 'zh_CN.UTF-8' }, '实时看全部状态'],
    ['without a configuration', null, { LANG: 'C.UTF-8' }, 'how everything is'],
  ])('%s', (_, config, env, text) => {
    expect(made(config, env).helpInformation()).toContain(text);
  });

  test('of a subcommand, with its options', () => {
    const [top] = made('locale: zh-CN\n').commands;
    expect(top?.helpInformation()).toMatch(/^用法：[^]*选项：\n {2}--yes +不提问\n/);
  });

  test('a complaint', () => {
    let said = '';
    const program = made('locale: zh-CN\n').configureOutput({ writeErr: (text) => void (said += text) });
    expect(() => program.parse(['node', 'lifeline', '--nope'])).toThrow();
    expect(said).toBe("错误：没有这个选项 '--nope'\n");
  });
});

test('every description of the command line is there', () => {
  const source = readFileSync(new URL('../../../src/main.ts', import.meta.url), 'utf8');
  const text = String.raw`('(?:[^'\\]|\\.)*'|"[^"]*")`;
  const described = [
    new RegExp(String.raw`\.description\(\s*${text}`, 'g'),
    new RegExp(String.raw`\.option\(\s*'[^']*',\s*${text}`, 'g'),
    new RegExp(String.raw`\.argument\(\s*'[^']*',\s*${text}`, 'g'),
    new RegExp(String.raw`new Option\(\s*'[^']*',\s*${text}`, 'g'),
  ].flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, found = '']) => found.slice(1, -1).replaceAll("\\'", "'")),
  );
  expect(described.length).toBeGreaterThan(100);
  const hidden = 'what the script of "completion" asks';
  expect(described.filter((each) => each !== hidden && !(each in HELP_ZH))).toEqual([]);
});
