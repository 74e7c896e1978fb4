/** The corpus of real logs: every record is well-formed and gives the same home each time, and the score is told. */
import { describe, expect, test } from 'vitest';
import { generate } from './generate.ts';
import { loadPart, PARTS, partOf } from './record.ts';
import { isOfToday, judgeAll, tableOf } from './table.ts';

describe.each(PARTS)('the records of the part %s', (part) => {
  const { records, faults } = loadPart(part);

  test('are well-formed and in their part', () => {
    expect(faults).toEqual([]);
    expect(records.length).toBeGreaterThan(0);
  });

  test.each(records.map((record) => [record.id, record] as const))('%s gives the same home each time', (_, record) => {
    const [one, again] = [generate(record), generate(record)];
    expect([...one.files]).toEqual([...again.files]);
    expect(one.expected).toEqual(again.expected);
    expect(Number.isNaN(Date.parse(one.expected.until)), one.expected.until).toBe(false);
  });
});

test('about a quarter of the threads is set aside, whoever names them', () => {
  const threads = Array.from({ length: 4_000 }, (_, number) => `owner/name#${number}`);
  const aside = threads.filter((thread) => partOf(thread) === 'aside').length;
  expect(aside).toBeGreaterThan(900);
  expect(aside).toBeLessThan(1_100);
});

// A report: what it must come to is asked when the rules have been made by it. The part set aside is not looked at here.
test('the main part is judged', async () => {
  const judged = await judgeAll(loadPart('main').records.filter(isOfToday));
  console.log(`Real logs, main part, platforms of today:\n${tableOf(judged)}`);
  expect(judged.length).toBeGreaterThan(0);
});
