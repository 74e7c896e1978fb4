/**
 * What a value of the configuration looks like, for those who write one: the JSON schema for editors and the reference
 * are made of it. Whether a value is right, the schema decides (`schema.ts`); here it stands beside each field.
 */
import { z } from 'zod';
import { LOCALES } from './config.ts';
import { LINE_FORMATS } from '../gateways/generic/settings.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';
import { LINK_NAMES } from '../gateways/platforms/index.ts';

export type Form =
  | { readonly kind: 'one_of'; readonly values: readonly string[] }
  | { readonly kind: 'count'; readonly least: number; readonly most: number }
  | { readonly kind: 'duration'; readonly leastMs: number }
  | { readonly kind: 'text'; readonly pattern: string; readonly examples: readonly string[] }
  | { readonly kind: Plain };

/** Forms that need no further facts. */
type Plain =
  | 'flag'
  | 'digits'
  | 'path'
  | 'url'
  | 'secret'
  | 'secret_url'
  | 'cron'
  | 'timezone'
  | 'hours'
  | 'domain'
  | 'links'
  | 'words'
  | 'hosts'
  | 'graces'
  | 'pattern'
  | 'line_format'
  | 'link_patterns'
  | 'check_url'
  | 'json_match'
  | 'own_command'
  | 'labels'
  | 'members'
  | 'user'
  | 'amount'
  | 'idle_or_duration';

export const FIELD_FORMS = z.registry<Form>();

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The pattern of what `parseDuration` reads; the least and the most are left to the check itself. */
const DURATION = '^\\s*(\\d+(\\.\\d+)?(ms|s|m|h|d))+\\s*$';

const SECRET_NOTE = ['${NAME}', 'file:~/.config/lifeline/name.secret'];

const PLAIN: Readonly<Record<Plain, JsonSchema>> = {
  flag: { type: 'boolean' },
  digits: { type: ['string', 'integer'], pattern: '^\\s*\\d{1,32}\\s*$' },
  path: { type: 'string', minLength: 1 },
  url: { type: 'string', pattern: '^\\s*https?://' },
  secret: { type: 'string', minLength: 1, examples: SECRET_NOTE },
  secret_url: {
    type: 'string',
    minLength: 1,
    examples: ['https://hc-ping.com/00000000-0000-0000-0000-000000000000', ...SECRET_NOTE],
  },
  // Five fields, or six with seconds, or a name such as @daily.
  cron: { type: 'string', pattern: '^\\s*(@[a-z]+|\\S+(\\s+\\S+){4,5})\\s*$', examples: ['*/5 * * * *', '0 4 * * 0'] },
  timezone: { type: 'string', examples: ['Asia/Shanghai', 'UTC'] },
  hours: { type: 'string', pattern: '^\\s*\\d{1,2}:\\d{2}\\s*[-–]\\s*\\d{1,2}:\\d{2}\\s*$', examples: ['23:00-07:00'] },
  domain: { anyOf: [{ enum: ['feishu', 'lark'] }, { type: 'string', pattern: '^\\s*https?://' }] },
  links: {
    anyOf: [
      { const: 'auto' },
      {
        type: 'array',
        minItems: 1,
        items: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,31}$', examples: LINK_NAMES },
      },
    ],
  },
  words: {
    type: 'array',
    minItems: 1,
    items: { type: 'string', minLength: 1 },
    examples: KIND_NAMES.map((name) => KINDS[name].usualCommand).filter((command) => command.length > 0),
  },
  hosts: {},
  graces: {},
  pattern: { type: 'string', minLength: 1, examples: ['Application started'] },
  line_format: {
    type: 'string',
    minLength: 1,
    examples: [...LINE_FORMATS, '^(?P<time>\\S+ \\S+) (?P<level>\\w+) (?P<message>.*)'],
  },
  link_patterns: {},
  check_url: { type: 'string', pattern: '^\\s*https?://', examples: ['http://127.0.0.1:5140/health'] },
  user: { type: ['string', 'integer'], examples: ['www-data', 997, '*'] },
  labels: {
    type: 'object',
    additionalProperties: { type: ['string', 'number'] },
    examples: [{ region: 'eu', role: 'edge' }],
  },
  members: { type: 'object', additionalProperties: { type: 'string' }, examples: [{ me: '0000000000000000' }] },
  amount: {
    anyOf: [
      { enum: ['off', false] },
      { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)? ?(%|[MmGg][Bb])\\s*$', examples: ['80%', '500 MB', '2 GB'] },
    ],
  },
  idle_or_duration: { anyOf: [{ const: 'idle' }, { type: 'string', pattern: DURATION, examples: ['30m'] }] },
  json_match: { type: 'object', minProperties: 1 },
  own_command: {
    type: 'object',
    required: ['name', 'run'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,31}$' },
      run: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string' }, examples: [['df', '-h']] },
      aliases: { type: 'array', items: { type: 'string' } },
      help: {
        anyOf: [
          { type: 'string' },
          {
            type: 'object',
            required: LOCALES,
            additionalProperties: false,
            properties: Object.fromEntries(LOCALES.map((locale) => [locale, { type: 'string' }])),
          },
        ],
      },
      params: { type: 'object' },
      role: { enum: ['viewer', 'operator', 'admin'], default: 'operator' },
      confirm: { type: 'boolean', default: false },
      effects: { enum: ['reads', 'changes', 'interrupts'] },
      timeout: { type: 'string', pattern: DURATION, default: '10s' },
      cwd: { type: 'string' },
      env: { type: 'object', additionalProperties: { type: 'string' } },
    },
  },
};

/** @returns the part of a JSON schema (draft 7) that stands for the form. Never stricter than the loader itself. */
export const jsonOf = (form: Form): JsonSchema => {
  if (form.kind === 'one_of') return { type: 'string', enum: form.values };
  if (form.kind === 'count') return { type: 'integer', minimum: form.least, maximum: form.most };
  if (form.kind === 'duration') return { type: 'string', pattern: DURATION, examples: ['90s', '5m', '1h30m'] };
  if (form.kind === 'text') return { type: 'string', pattern: form.pattern, examples: form.examples };
  return PLAIN[form.kind];
};
