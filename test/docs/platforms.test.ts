/** The pages of platforms name every platform that the sources have, and say which may restart. */
import { describe, expect, it } from 'vitest';
import { LISTENERS } from '../../src/gateways/platforms/listeners.ts';
import { PLATFORMS } from '../../src/gateways/platforms/index.ts';
import { codes, read, rowsOf } from './markdown.ts';

const GATEWAYS: Readonly<Record<string, string>> = { hermes: 'Hermes', openclaw: 'OpenClaw' };

describe.each([
  ['docs/platforms.md', 'en', ['yes', 'no']],
  ['docs/platforms.zh-CN.md', 'zh-CN', ['是', '否']],
] as const)('%s', (name, locale, [yes, no]) => {
  const page = read(name);
  const rows = rowsOf(page);

  it('has every platform with a connection, in their order, with its name and whether it may restart', () => {
    const told = rows
      .filter((row) => row.length === 5)
      .map(([link = '', platform, , , restart]) => [codes(link)[0], platform, restart]);
    expect(told).toEqual(
      PLATFORMS.filter(({ listens }) => !listens).map(({ link, names, restarts }) => [
        link,
        names[locale],
        { 0: no, 1: restarts.map((kind) => GATEWAYS[kind]).join(), 2: yes }[restarts.length],
      ]),
    );
  });

  it('has every platform that only listens', () => {
    for (const { link } of LISTENERS) expect(page).toContain(`\`${link}\``);
  });
});

// `test/issues/proof.test.ts` counts the threads of those that no real run has shown.
it('only what was seen for real, or in enough threads, may restart', () => {
  expect(PLATFORMS.flatMap(({ link, restarts }) => restarts.map((kind) => `${link} of ${kind}`))).toEqual([
    'qqbot of hermes',
    'qqbot of openclaw',
    'feishu of hermes',
    'feishu of openclaw',
    'whatsapp of openclaw',
  ]);
});
