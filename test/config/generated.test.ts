/** The files that are made of the schema are what the schema makes; `npm run generate` makes them anew. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reference } from '../../src/cli/config/config-reference.ts';
import { configEntries, configJsonSchema } from '../../src/config/json-schema.ts';
import { parse } from './helpers.ts';

const ROOT = new URL('../../', import.meta.url);
const entries = configEntries();
const committed = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

it.each([
  ['config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ['docs/configuration.md', reference('en')],
  ['docs/configuration.zh-CN.md', reference('zh-CN')],
])('%s is up to date', (path, made) => {
  expect(made === committed(path), `${path} is not what the schema makes: run npm run generate`).toBe(true);
});

it.each(entries.map((entry) => [entry.path, entry] as const))('%s has its words in both languages', (path, entry) => {
  const { words, form } = entry;
  for (const said of [words, words.otherwise, form].filter((each) => each !== undefined && each !== null)) {
    expect(said.en).toMatch(/[a-z]/i);
    expect(said.en).not.toMatch(/\p{Script=Han}/u);
    expect(said['zh-CN']).not.toBe('');
  }
  expect(words['zh-CN']).toMatch(/\p{Script=Han}/u);
  const hasKeys = entries.some((other) => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}[].`));
  expect(form === null, `${path} has keys of its own, or says what its value looks like`).toBe(hasKeys);
});

it.each(entries.flatMap(({ path, words: { example } }) => (example === undefined ? [] : [[path, example] as const])))(
  'the example of %s is a configuration',
  (_path, example) => {
    const channels = example.startsWith('alerts:')
      ? 'channels: { qq: { app_id: 1, client_secret: s }, feishu: { app_id: cli_0123456789abcdef, app_secret: s } }\n'
      : '';
    const whole = `${/^gateways:/m.test(example) ? '' : 'gateways: [{ name: main, kind: hermes }]\n'}${channels}${example}`;
    const text = (): object =>
      parse(whole, {
        env: { LIFELINE_QQ_SECRET: 's' },
        readSecret: () => ({ text: 'https://hc-ping.com/x', exposed: false }),
      });
    expect(text).not.toThrow();
  },
);
