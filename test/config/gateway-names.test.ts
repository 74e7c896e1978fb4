/** How a gateway may be called, and its unit. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { Argument } from '../../src/chat/arguments/arguments.ts';
import { LINK_NAMES } from '../../src/gateways/platforms/index.ts';
import { complaints, parse } from './helpers.ts';

const withName = (name: string): string => `gateways:\n  - name: ${JSON.stringify(name)}\n    kind: hermes`;
const withUnit = (unit: string): string => `gateways: [{ name: a, kind: hermes, unit: ${JSON.stringify(unit)} }]`;

describe('the name of a gateway', () => {
  it.each(['main', 'MAIN', '网关', '一号bot', 'b.c-d_e', 'v2', '2号', 'café', 'a'.repeat(64), 'feishu', 'allied'])(
    'may be %s',
    (name) => expect(parse(withName(name)).gateways[0]?.name).toBe(name),
  );

  it.each([
    ['mаin', '"а" (U+0430)'],
    ['Βot', '"Β" (U+0392)'],
    ['бот', '"б" (U+0431)'],
    ['ｂоt', '"о" (U+043E)'],
    ['ɑlpha', '"ɑ" (U+0251)'],
    ['maın', '"ı" (U+0131)'],
    ['カ所', '"カ" (U+30AB)'],
    ['a٣', '"٣" (U+0663)'],
  ])('may not hold a letter that looks like another: %s', (name, letter) => {
    expect(complaints(withName(name))).toEqual([
      `lifeline.yaml:2:11: gateways[0].name: holds ${letter}, which can be taken for another letter; use Latin letters, Chinese characters and digits`,
    ]);
  });

  const wordsOf = (argument: Argument): readonly string[] => {
    if (argument.kind === 'duration') return argument.prefix ?? [];
    if (argument.kind !== 'word') return [];
    return Object.entries(argument.words).flatMap(([word, others]) =>
      LINK_NAMES.some((link) => link === word) ? [] : [word, ...others],
    );
  };
  const words = new Set([
    ...['all', 'ALL', 'ａｌｌ', '全部', '所有', '2h', '30m', '1.5d', '10分钟', '20行', '3条'],
    ...commands.flatMap(({ args }) => Object.values(args ?? {}).flatMap(wordsOf)),
  ]);
  it.each([...words].filter((word) => /^[\p{L}\p{N}]/u.test(word)))('may not be %s, a word of a command', (word) => {
    expect(complaints(withName(word))).toEqual([
      `lifeline.yaml:2:11: gateways[0].name: must not be "${word}": commands understand that word otherwise; call it by another name`,
    ]);
  });
});

it.each(['-t', '--help', '-'])('a unit may not begin with a dash, as an option does: %s', (unit) => {
  expect(complaints(withUnit(unit))).toEqual([
    `lifeline.yaml:1:43: gateways[0].unit: must be the name of a unit, a label, a container or a slot, which does not begin with "-", not "${unit}"`,
  ]);
});
