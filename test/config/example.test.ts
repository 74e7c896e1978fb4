import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configEntries } from '../../src/config/json-schema.ts';
import { parse, valid } from './helpers.ts';

const example = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8');
const env = { LIFELINE_FEISHU_SECRET: 'a', LIFELINE_QQ_SECRET: 'b', LIFELINE_WEBHOOK_SECRET: 'c' };

/** What is below these is the operator's: names of links, fields of an answer. */
const OPERATORS = new Set([
  'gateways[].grace.links',
  'gateways[].generic.links',
  'gateways[].generic.checks[].json',
  'fleet.labels',
  'groups[].members',
]);

/** The keys of a YAML text, written as `gateways[].name`. */
const keysIn = (node: unknown, prefix = ''): string[] => {
  if (isSeq(node)) return node.items.flatMap((item) => keysIn(item, `${prefix}[]`));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = `${prefix ? `${prefix}.` : ''}${isScalar(key) ? String(key.value) : '?'}`;
    return [name, ...(OPERATORS.has(name) ? [] : keysIn(value, name))];
  });
};

describe('config.example.yaml', () => {
  // The keys that are commented out because their default cannot be written down.
  const uncommented = example.replaceAll(/^( *)# (?= *(?:- )?(?:\{ )?[a-z_]+:(?: |$))/gm, '$1');

  it('is valid, without a warning', () => {
    expect(parse(example, { env }).warnings).toEqual([]);
  });

  it('is valid with the commented keys, too', () => {
    expect(parse(uncommented, { env }).timezone).toBe('Asia/Shanghai');
  });

  it('has every key of the schema', () => {
    const known = configEntries().map(({ path }) => path);
    expect(known).toContain('gateways[].stop_timeout');
    expect(known).toContain('channels.qq.token_url');
    expect(new Set(keysIn(parseDocument(uncommented).contents))).toEqual(new Set(known));
  });

  it('says the truth about defaults', () => {
    const { channels, operators, alerts, warnings: _, written: _v, ...stated } = parse(example, { env });
    const {
      channels: _c,
      operators: _o,
      alerts: { order: _order, ...defaults },
      warnings: _w,
      written: _x,
      ...bare
    } = parse(valid());
    expect(stated).toEqual(bare);
    expect(alerts).toEqual({ ...defaults, order: ['feishu', 'qq', 'webhook'] });
    const short = `channels: { feishu: { app_id: ${channels.feishu?.appId ?? ''}, app_secret: a }, qq: { app_id: 102000000, client_secret: b }, webhook: { url: ${channels.webhook?.url ?? ''}, secret: c } }`;
    expect(JSON.stringify(parse(valid(short)).channels)).toBe(JSON.stringify(channels));
    expect(operators).toHaveLength(1);
  });
});
