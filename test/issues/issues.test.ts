/** The corpus of real logs: every record is well-formed and gives the same home each time, and the score is told. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { doublesIn } from './doubles.ts';
import { generate, TOLD } from './generate.ts';
import { personalIn } from './personal.ts';
import { loadPart, PARTS, partOf, readRecord } from './record.ts';
import { isOfToday, judgeAll, ratesOf, tableOf } from './table.ts';
import { formsIn } from './unmatched.ts';
import { expectJudged } from '../real/lines-judged.ts';

/** How many excerpts the corpus holds at least. */
const LEAST = { main: 260, aside: 60, later: 80, weak: 75, blind: 45, fresh: 36, unseen: 38, final: 58 } as const;

describe.each(PARTS)('the records of the part %s', (part) => {
  const { records, faults } = loadPart(part);

  test('are well-formed, in their part, and enough', () => {
    expect(faults).toEqual([]);
    expect(records.length).toBeGreaterThanOrEqual(LEAST[part]);
  });

  test.each(records.map((record) => [record.id, record] as const))('%s gives the same home each time', (_, record) => {
    const [one, again] = [generate(record), generate(record)];
    expect([...one.files]).toEqual([...again.files]);
    expect(one.expected).toEqual(again.expected);
    expect(Number.isNaN(Date.parse(one.expected.until)), one.expected.until).toBe(false);
  });

  test('that loop under a supervisor go on until the time of their label, as the supervisor does', () => {
    const broken = records.filter((record) => {
      const { files, expected } = generate(record);
      const last =
        files
          .get(TOLD.process)
          ?.trim()
          .split('\n')
          .filter((line) => !line.includes('keeper'))
          .at(-1)
          ?.split(' ') ?? [];
      return (
        record.facts.process === 'looping' &&
        last[1] === 'gone' &&
        expected.by !== null &&
        Date.parse(last[0] ?? '') < Date.parse(expected.by) - 60_000
      );
    });
    expect(broken.map(({ id }) => id)).toEqual([]);
  });

  test('are of both kinds of gateway, of every system, and healthy as well as sick', () => {
    expect(new Set(records.map(({ kind }) => kind)).size).toBe(2);
    expect([...new Set(records.flatMap(({ on }) => on ?? []))].toSorted()).toEqual([
      'docker',
      'linux',
      'macos',
      'windows',
      'wsl',
    ]);
    expect(new Set(records.map(({ label }) => label.is))).toEqual(new Set(['healthy', 'alert', 'sick', 'either']));
    expect(records.filter(({ label }) => label.is === 'healthy').length / records.length).toBeGreaterThan(0.2);
  });
});

test('no thread is in two parts', () => {
  const parts = PARTS.map((part) => new Set(loadPart(part).records.map(({ thread }) => thread)));
  const threads = parts.flatMap((part) => [...part]);
  expect(threads.length).toBe(new Set(threads).size);
});

test('no log is in the corpus twice, not even in different parts', () => {
  expect(doublesIn(PARTS.flatMap((part) => loadPart(part).records))).toEqual([]);
});

test('a log that was pasted into two threads is found', () => {
  const log = {
    'gateway.log': '2026-05-01 10:00:00,000 INFO gateway.run: one\n2026-05-01 10:00:01,000 INFO gateway.run: two',
  };
  expect(
    doublesIn([
      { thread: 'a/b#1', log },
      { thread: 'a/b#2', log },
    ]),
  ).toEqual(['a/b#1 and a/b#2 quote 2 lines in common']);
  expect(
    doublesIn([
      { thread: 'a/b#1', log },
      { thread: 'a/b#1', log },
    ]),
  ).toEqual([]);
});

describe('a record', () => {
  const good = {
    thread: 'owner/name#1',
    about: 'A link that is lost',
    kind: 'hermes',
    links: 'qqbot',
    day: '2026-05-01',
    log: { 'gateway.log': '10:00:00 WARNING [QQBot:1] WebSocket error: WebSocket closed' },
    class: 'ordinary',
    label: { is: 'alert', link: 'qqbot', words: ['down'], within: '20m', sure: 'sure', why: 'It says so' },
  };
  const logged = (text: string) => ({ ...good, log: { 'gateway.log': text } });

  test('that is as it must be has no fault', () => {
    expect(readRecord(good)).toMatchObject({ fault: null, record: { links: ['qqbot'], label: { link: ['qqbot'] } } });
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing at all', null, /expected object/],
    ['no thread', { ...good, thread: undefined }, /thread/],
    ['a thread without its number', { ...good, thread: 'owner/name' }, /thread/],
    ['a field nobody knows', { ...good, colour: 'red' }, /colour/],
    ['an unknown kind of gateway', { ...good, kind: 'generic' }, /kind/],
    ['an unknown system', { ...good, on: 'beos' }, /on/],
    ['an unknown platform', { ...good, links: 'icq' }, /links/],
    ['an unknown class', { ...good, class: 'odd' }, /class/],
    ['a day that is none', { ...good, day: '2026-02-31' }, /day/],
    ['a log of an unknown name', { ...good, log: { 'other.log': '+0s INFO x' } }, /other\.log/],
    ['no line', { ...good, log: {} }, /no line of a log/],
    ['a line without a time', logged('WARNING [QQBot:1] WebSocket closed'), /none of the known forms/],
    ['an instruction nobody knows', logged('+0s INFO x\n@again 2'), /none of the known forms/],
    ['more lines to repeat than there are', logged('+0s INFO x\n@repeat 2 x5 every 1s'), /none of the known forms/],
    ['a pause that is none', logged('+0s INFO x\n@repeat 1 x5 every soon'), /not a duration/],
    ['no label', { ...good, label: undefined }, /label/],
    ['a label nobody knows', { ...good, label: { ...good.label, is: 'bad' } }, /label/],
    ['a label that is not said how sure it is', { ...good, label: { ...good.label, sure: undefined } }, /sure/],
    ['a label without a reason', { ...good, label: { ...good.label, why: undefined } }, /why/],
    ['a word no verdict has', { ...good, label: { ...good.label, words: ['crash_loop'] } }, /words/],
    [
      'a label about a link that its excerpt is not about',
      { ...good, label: { ...good.label, link: 'feishu' } },
      /its label is about feishu/,
    ],
    ['a sick one without a remedy', { ...good, label: { ...good.label, is: 'sick' } }, /remedy/],
    [
      'a healthy one with a remedy',
      { ...good, label: { is: 'healthy', remedy: 'restart', sure: 'sure', why: 'It says so' } },
      /remedy/,
    ],
    ['a time that is none', { ...good, label: { ...good.label, within: 'soon' } }, /within/],
    [
      'an address of somebody',
      logged('+0s INFO [Email] Adapter initialized for somebody@mail.com'),
      /an e-mail address/,
    ],
  ])('with %s is refused, and the fault is named', (_, entry, fault) => {
    const read = readRecord(entry);
    expect(read.record).toBeNull();
    expect(read.fault).toMatch(fault);
  });
});

test.each([
  ['an e-mail address', 'to somebody@mail.com'],
  ['an IP address', 'remote=203.0.113.7'],
  ['a home folder', '/home/maria/.hermes'],
  ['a home folder', String.raw`C:\Users\Maria\.openclaw`],
  ['an id of a platform', 'from ou_62a4f0c9d1e8'],
  ['a long number', 'appId=1903797772'],
  ['a phone number', 'for +4915112345678'],
  ['a long id', 'conn=024da93c-1f00-4a5b-8c33-2b1d00aa00ff'],
  ['a long id', 'ID 4f4c287f546edda7'],
  ['a key', 'key sk-abcdefgh12345678'],
  ['a key', 'bot12345678:AAE-abcdefghijklmnopqrstuv'],
  ['a key', 'Authorization: Bearer abcdefgh1234'],
])('%s is found in "%s"', (what, text) => {
  expect(personalIn(text).join()).toContain(what);
});

test.each([
  'remote=127.0.0.1 conn=C1',
  '/home/lin/.hermes',
  'a@example.com',
  'intents: 1107300352',
  'code: 1000040351, system busy',
  'token:config',
  'time=1355.4s response=400 chars',
  '2026-05-04 16:00:45,123456',
])('"%s" is nobody\'s', (text) => {
  expect(personalIn(text)).toEqual([]);
});

test('about a quarter of the threads is set aside, whoever names them', () => {
  const threads = Array.from({ length: 4_000 }, (_, number) => `owner/name#${number}`);
  const aside = threads.filter((thread) => partOf(thread) === 'aside').length;
  expect(aside).toBeGreaterThan(900);
  expect(aside).toBeLessThan(1_100);
});

/** What the rules came to, of all labels and of the sure ones: of the gateway, QQ and Feishu, and of other platforms. */
const LEAST_RIGHT = {
  main: { today: { all: 158, sure: 79 }, others: { all: 82, sure: 30 } },
  aside: { today: { all: 52, sure: 24 }, others: { all: 16, sure: 6 } },
  later: { today: { all: 56, sure: 23 }, others: { all: 14, sure: 6 } },
  weak: { today: { all: 40, sure: 21 }, others: { all: 24, sure: 15 } },
  blind: { today: { all: 49, sure: 28 }, others: { all: 20, sure: 17 } },
  fresh: { today: { all: 18, sure: 14 }, others: { all: 10, sure: 6 } },
  unseen: { today: { all: 18, sure: 15 }, others: { all: 9, sure: 6 } },
  final: { today: { all: 33, sure: 11 }, others: { all: 10, sure: 0 } },
} as const;

test.each(sample(PARTS, 8, 4))('the %s part is judged', { timeout: 300_000 }, async (part) => {
  const judged = await judgeAll(loadPart(part).records);
  console.log(
    `Real logs, ${part} part, platforms of today:\n${tableOf(judged.filter(({ record }) => isOfToday(record)))}`,
  );
  const falseOnes = judged.filter(({ outcome }) => outcome === 'false restart' || outcome === 'false alert');
  expect(falseOnes.map(({ record }) => record.id)).toEqual([]);
  for (const which of ['today', 'others'] as const) {
    const rightOnes = judged.filter(
      ({ record, outcome }) => outcome === 'right' && isOfToday(record) === (which === 'today'),
    );
    expect(rightOnes.length, which).toBeGreaterThanOrEqual(LEAST_RIGHT[part][which].all);
    expect(rightOnes.filter(({ record }) => record.label.sure === 'sure').length, which).toBeGreaterThanOrEqual(
      LEAST_RIGHT[part][which].sure,
    );
  }
  expect(judged.length).toBe(loadPart(part).records.length);
  const { said, troubles, right } = ratesOf(judged);
  expect(right).toBeLessThanOrEqual(Math.min(said, troubles));
});

test('each warning and error about a gateway, QQ or Feishu is evidence, or judged to be harmless', () => {
  const own = /^(?:gateway|any|qqbot|feishu)(?::|$)/;
  const records = [...loadPart('main').records, ...loadPart('later').records, ...loadPart('weak').records].filter(
    ({ links, label }) =>
      label.is === 'healthy' ? links.every((link) => own.test(link)) : label.link.some((link) => own.test(link)),
  );
  const forms = formsIn(records);
  expect(forms.size).toBeGreaterThan(100);
  expectJudged(
    {
      lines: forms.size,
      telling: new Map(),
      silent: new Map(
        [...forms].flatMap(([form, { matched, threads }]) =>
          matched ? [] : [[form, { example: [...threads].join(', '), count: threads.size }] as const],
        ),
      ),
    },
    join(import.meta.dirname, 'harmless-lines.txt'),
    'src/gateways/*/grammar.ts',
  );
});
