/** The files that are made of the schema are what the schema makes; `npm run generate` makes them anew. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reference } from '../../src/cli/config/config-reference.ts';
import { DESCRIPTIONS } from '../../src/config/describe/index.ts';
import { bareSchema, configJsonSchema } from '../../src/config/json-schema.ts';
import { allEntries, allKeys } from '../../src/config/schema-keys.ts';
import { parse } from './helpers.ts';

const ROOT = new URL('../../', import.meta.url);
const committed = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

it.each([
  ['config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ['docs/configuration.md', reference('en')],
  ['docs/configuration.zh-CN.md', reference('zh-CN')],
])('%s is up to date', (path, made) => {
  expect(made === committed(path), `${path} is not what the schema makes: run npm run generate`).toBe(true);
});

it('describes every key of the schema, and none besides', () => {
  expect(Object.keys(DESCRIPTIONS).sort()).toEqual([...allKeys(bareSchema())].sort());
});

it('says of every value what it looks like', () => {
  const entries = allEntries(bareSchema());
  const hasKeys = (path: string): boolean =>
    entries.some((other) => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}[].`));
  expect(entries.filter(({ path, form }) => form === null && !hasKeys(path)).map(({ path }) => path)).toEqual([]);
});

it('says of every key that may be left out what then holds', () => {
  for (const { path, isRequired, preset, form } of allEntries(bareSchema())) {
    if (isRequired || form === null || preset !== undefined) continue;
    expect(DESCRIPTIONS[path as keyof typeof DESCRIPTIONS].otherwise, path).toBeDefined();
  }
});

it.each(
  Object.entries(DESCRIPTIONS).flatMap(([path, { example }]) =>
    example === undefined ? [] : [[path, example] as const],
  ),
)('the example of %s is a configuration', (_path, example) => {
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
});
