/** What one gateway has for itself of `watch.grace` and `healing`. */
import { expect, it } from 'vitest';
import { changesBetween, configLines } from '../../src/config/show.ts';
import { complaints, parse } from './helpers.ts';

const TWO = `
gateways:
  - name: slow
    kind: hermes
    home: /a
    grace: { qqbot: 10m, start: 20m, links: { telegram: 7m } }
    healing: { per_hour: 1, pauses: [1h] }
  - { name: plain, kind: hermes, home: /b }
watch: { grace: { qqbot: 60s, gone: 90s } }
healing: { per_day: 5, graceful: 2m }
`;

it('counts before what holds for all, key by key, and leaves the other gateways as they are', () => {
  const {
    gateways: [slow, plain],
    watch,
    healing,
  } = parse(TWO);
  expect(slow?.grace).toEqual({
    linkGraceMs: { qqbot: 600_000, feishu: 300_000, telegram: 420_000 },
    defaultLinkGraceMs: 180_000,
    startGraceMs: 1_200_000,
    frozenGraceMs: 90_000,
    goneGraceMs: 90_000,
    stopGraceMs: 180_000,
    networkGraceMs: 120_000,
  });
  expect(slow?.healing).toEqual({ perHour: 1, perDay: 5, pausesMs: [3_600_000], gracefulMs: 120_000 });
  expect(plain?.grace).toEqual({
    linkGraceMs: { qqbot: 60_000, feishu: 300_000 },
    defaultLinkGraceMs: 180_000,
    startGraceMs: 180_000,
    frozenGraceMs: 90_000,
    goneGraceMs: 90_000,
    stopGraceMs: 180_000,
    networkGraceMs: 120_000,
  });
  expect(watch).toMatchObject(plain?.grace ?? {});
  expect(plain?.healing).toEqual(healing);
});

it('is shown with the gateway, and only what is different', () => {
  const shown = configLines(parse(TWO)).join('\n');
  expect(shown).toContain(
    '    grace:\n      qqbot: 10m\n      links:\n        telegram: 7m\n      start: 20m\n    healing:\n      per_hour: 1\n      pauses: [1h]\n    maintenance: []',
  );
  expect(shown.match(/^ {4}grace:/gm)).toHaveLength(1);
  expect(parse(shown).gateways).toEqual(parse(TWO).gateways);
});

it('is told when it changes, under the name of the gateway', () => {
  expect(
    changesBetween(parse(TWO), parse(TWO.replace('qqbot: 10m', 'qqbot: 11m').replace(', pauses: [1h]', ''))),
  ).toEqual(['gateways[slow].grace.qqbot: 10m → 11m', 'gateways[slow].healing.pauses: [1h] → –']);
});

it.each<[string, string, string]>([
  [
    'a key that nobody knows',
    'grace: { qqbott: 1m }',
    'gateways[0].grace.qqbott: is not a known key; did you mean qqbot?',
  ],
  [
    'no duration',
    'grace: { start: 5 }',
    'gateways[0].grace.start: must be a duration such as 90s, 5m or 1h30m, not 5; did you mean 5s?',
  ],
  [
    'a link with no duration',
    'grace: { links: { telegram: soon } }',
    'gateways[0].grace.links.telegram: must be a duration such as 90s, 5m or 1h30m, not "soon"',
  ],
  [
    'a link that is called otherwise',
    'grace: { links: { qq: 5m } }',
    'gateways[0].grace.links.qq: the gateway has no link "qq"; did you mean qqbot?',
  ],
  [
    'too many restarts',
    'healing: { per_hour: 100 }',
    'gateways[0].healing.per_hour: must be a whole number from 1 to 60, not 100',
  ],
  ['no pause at all', 'healing: { pauses: [] }', 'gateways[0].healing.pauses: is empty; write [0s] for no pause'],
])('complains of %s', (_what, keys, complaint) => {
  expect(
    complaints(`gateways: [{ name: main, kind: hermes, ${keys} }]`).map((line) => line.replace(/^[^ ]+ /, '')),
  ).toEqual([complaint]);
});

it('takes keys with nothing behind them for the defaults', () => {
  expect(
    parse('gateways:\n  - name: main\n    kind: hermes\n    grace:\n      qqbot:\n    healing:\n').gateways[0]?.grace
      .linkGraceMs['qqbot'],
  ).toBe(120_000);
});

it('takes a link of a generic gateway by whatever name that gives it', () => {
  const links = '{ bot: { up: link up, lost: link lost }, lark: { up: hello, lost: bye } }';
  const gateway = `name: tg, kind: generic, command: [bot], generic: { logs: [{ path: log }], ready: ready, links: ${links} }`;
  const [taken] = parse(
    `gateways: [{ ${gateway}, links: [bot, lark], grace: { links: { bot: 20s, lark: 30s } } }]`,
  ).gateways;
  expect(taken?.grace.linkGraceMs).toMatchObject({ bot: 20_000, lark: 30_000 });
  expect(complaints(`gateways: [{ ${gateway}, grace: { links: { qq: 20s } } }]`)).toEqual([
    expect.stringContaining('gateways[0].grace.links.qq: the gateway has no link "qq"; did you mean qqbot?'),
  ]);
});
