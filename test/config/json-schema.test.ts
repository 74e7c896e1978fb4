/** What the JSON schema says of files, as an editor would ask it. */
import { globSync, readFileSync } from 'node:fs';
import Ajv from 'ajv';
import fc from 'fast-check';
import { parse as parseYaml, stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readDeclaration } from '../../src/chat/own-commands/declaration.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { parse, valid } from './helpers.ts';
import { extent } from '../deep.ts';

const schema = configJsonSchema();
const validate = new Ajv({ allErrors: true }).compile(schema);
const wrongIn = (text: string): string[] =>
  validate(parseYaml(text))
    ? []
    : (validate.errors ?? []).map(({ dataPath, message = '' }) => `${dataPath} ${message}`);

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const example = read('config.example.yaml');

describe('the JSON schema', () => {
  it('is one, of draft 7', () => {
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: false,
      else: { required: ['gateways'] },
    });
    expect(new Ajv().validateSchema(schema)).toBe(true);
  });

  it('explains every key in both languages', () => {
    const unexplained: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties = {}, items } = node as {
        properties?: Record<string, { description?: string }>;
        items?: unknown;
      };
      walk(items, `${path}[]`);
      for (const [key, child] of Object.entries(path === '.commands[]' ? {} : properties)) {
        if (!/^.*[a-z].*\n\n.*\p{Script=Han}/u.test(child.description ?? '')) unexplained.push(`${path}.${key}`);
        walk(child, `${path}.${key}`);
      }
    };
    walk(schema, '');
    expect(unexplained).toEqual([]);
  });

  it.each([
    ['config.example.yaml', example],
    ['config.example.yaml with every key', example.replaceAll(/^( *)# (?=[a-z_]+: )/gm, '$1')],
    ['a hub without gateways', 'fleet: { host: hub-1, servers: [tls://x:1], credentials: x, hub: true }\n'],
    ['keys with nothing behind them', valid('watch:\noperators:\nalerts:\n  ping_url:\n')],
  ])('takes %s', (_what, text) => {
    expect(wrongIn(text)).toEqual([]);
  });

  const samples = globSync(['README*.md', 'docs/*.md'], { cwd: ROOT }).flatMap((path) =>
    [...read(path).matchAll(/```yaml\n([\s\S]*?)```/g)].map(
      ([, text = ''], index) => [`${path} #${index + 1}`, text] as const,
    ),
  );
  const keys = Object.keys((schema as { properties: object }).properties);

  it('finds the samples of the documents', () => expect(samples.length).toBeGreaterThan(15));

  it.each(samples)('takes the YAML of %s', (_where, text) => {
    // A piece of a section cannot be told from a mistake; nor can YAML of other programs.
    const data = parseYaml(text) as Record<string, unknown> | null;
    if (data === null || typeof data !== 'object' || !Object.keys(data).every((key) => keys.includes(key))) return;
    // Ids that are left open in a text: cli_…
    const open = text.includes('…');
    const isHub = (data['fleet'] as { hub?: boolean } | undefined)?.hub === true;
    const gateways = isHub ? {} : { gateways: [{ name: 'main', kind: 'hermes' }] };
    expect(wrongIn(stringify({ ...gateways, ...data })).filter(() => !open)).toEqual([]);
  });

  it.each([
    ['an unknown key', valid('alrets: {}'), ' should NOT have additional properties'],
    ['another word', valid('log_level: loud'), '.log_level should be equal to one of the allowed values'],
    ['a duration with a blank', valid('watch: { pulse: 5 m }'), '.watch.pulse should match pattern'],
    ['a number without a unit', valid('watch: { pulse: 5 }'), '.watch.pulse should be string,null'],
    ['too many', valid('healing: { per_hour: 99 }'), '.healing.per_hour should be <= 60'],
    ['no cron expression', valid('watch: { schedule: hourly }'), '.watch.schedule should match pattern'],
    ['a missing key', 'gateways: [{ name: a }]', ".gateways[0] should have required property 'kind'"],
    ['no gateways at all', 'locale: en', " should have required property 'gateways'"],
    [
      'no gateways of a member of a fleet',
      'fleet: { host: web-1, servers: [tls://x:1], credentials: x, hub: false }',
      " should have required property 'gateways'",
    ],
    [
      'gateways of a hub',
      valid('fleet: { host: hub-1, servers: [tls://x:1], credentials: x, hub: true }'),
      '.gateways should NOT have more than 0 items',
    ],
    ['no gateway', 'gateways: []', '.gateways should NOT have fewer than 1 items'],
    [
      'an own command without a program',
      valid('commands: [{ name: x }]'),
      ".commands[0] should have required property 'run'",
    ],
  ])('refuses %s', (_what, text, complaint) => {
    expect(wrongIn(text).join('\n')).toContain(complaint);
  });

  it('refuses nothing that Lifeline takes', () => {
    const duration = fc.constantFrom('0s', '90s', ' 5m ', '1h30m', '1.5h', '250ms', '7d');
    const cron = fc.constantFrom('*/5 * * * *', '0 4 * * 0', '*/30 * * * * *', '@daily', '0 9-17 * jan-mar mon,fri');
    const config = fc.record(
      {
        gateways: fc.array(
          fc.record(
            {
              name: fc.constantFrom('a', '网关', 'b.c-d_e'),
              kind: fc.constant('hermes'),
              links: fc.constantFrom('auto', ['qqbot'], ['feishu', 'telegram']),
              heal: fc.constantFrom('auto', 'off'),
              stop_timeout: duration,
              maintenance: fc.array(fc.record({ schedule: cron, duration }), { maxLength: 1 }),
            },
            { requiredKeys: ['name', 'kind'] },
          ),
          { minLength: 1, maxLength: 1 },
        ),
        timezone: fc.constantFrom('UTC', 'Asia/Shanghai', '+08:00'),
        watch: fc.record({ schedule: cron, pulse: duration, settle: duration }, { requiredKeys: [] }),
        channels: fc.record(
          {
            qq: fc.record(
              {
                app_id: fc.constantFrom(102000000, '102000000'),
                client_secret: fc.constantFrom('s', '${FEISHU_SECRET}', 'file:x'),
                api_base: fc.constantFrom('https://a.example', 'http://127.0.0.1:8080/'),
              },
              { requiredKeys: ['app_id', 'client_secret'] },
            ),
            feishu: fc.record(
              {
                app_id: fc.constant(' cli_0123456789abcdef'),
                app_secret: fc.constant('s'),
                domain: fc.constantFrom('lark', 'http://localhost:1/'),
              },
              { requiredKeys: ['app_id', 'app_secret'] },
            ),
          },
          { requiredKeys: [] },
        ),
        operators: fc.array(
          fc.record({
            name: fc.constantFrom('我', 'me and you'),
            role: fc.constant('admin'),
            qq: fc.constantFrom('ABC', 'x-1_2'),
          }),
          { maxLength: 1 },
        ),
        alerts: fc.record(
          { quiet: fc.constantFrom('23:00-7:05', '23:00 – 07:00'), remind_every: duration },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['gateways'] },
    );
    fc.assert(
      fc.property(config, (data) => {
        const text = stringify(data);
        try {
          parse(text);
        } catch {
          return;
        }
        expect(wrongIn(text)).toEqual([]);
      }),
      { numRuns: extent(300, 60) },
    );
  });

  it('knows the same keys of an own command as the bot', () => {
    const own = (schema as { properties: { commands: { items: { properties: object } } } }).properties.commands.items
      .properties;
    const known = {
      name: 'x',
      run: ['df'],
      aliases: ['y'],
      help: 'h',
      params: {},
      role: 'viewer',
      confirm: true,
      effects: 'reads',
      timeout: '5s',
      cwd: '/',
      env: {},
    };
    expect(Object.keys(own).sort()).toEqual(Object.keys(known).sort());
    expect(readDeclaration(known, 'commands[0]').kind).toBe('read');
    const documented = [...read('docs/commands.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
    expect(documented).toEqual(expect.arrayContaining(Object.keys(own)));
  });
});
