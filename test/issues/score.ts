/**
 * Prints the score of the corpus with today's rules: `npm run corpus -- [--part main|aside] [--details] [--platforms
 * today|others|all]`. By default of both parts. Of the part that is set aside no single result is shown, unless
 * `--open-aside` says that this is meant.
 */
import { parseArgs } from 'node:util';
import { loadPart, PARTS, type Part } from './record.ts';
import { isOfToday, judgeAll, missesOf, tableOf, wordsOf } from './table.ts';

// Logs without a zone are read as this machine's; a fixed one has no summer time.
process.env['TZ'] = 'Asia/Shanghai';

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    platforms: { type: 'string', default: 'today' },
    details: { type: 'boolean', default: false },
    'open-aside': { type: 'boolean', default: false },
  },
});
const parts = PARTS.filter((name) => values.part === undefined || name === values.part);
if (parts.length === 0) throw new Error(`--part is one of ${PARTS.join(', ')}`);
if (parts.includes('aside') && values.details && !values['open-aside']) {
  console.error(
    'The details of the part that is set aside are not shown: rules that are made by them can no longer be tried on them. Say --part main, or, if that is meant, add --open-aside.',
  );
  process.exit(2);
}

const WHICH: Readonly<Record<string, string>> = {
  today: 'the gateway, QQ and Feishu',
  others: 'other platforms',
  all: 'all platforms',
};
const which = WHICH[values.platforms];
if (which === undefined) throw new Error(`--platforms is one of ${Object.keys(WHICH).join(', ')}`);

/** @returns how many of its records are malformed. */
const print = async (part: Part): Promise<number> => {
  const { records, faults } = loadPart(part);
  for (const fault of faults) console.error(fault);
  const judged = await judgeAll(
    records.filter((record) => values.platforms === 'all' || isOfToday(record) === (values.platforms === 'today')),
  );
  console.log(
    `\nPart ${part}: ${judged.length} of ${records.length} records, about ${which}\n\n${tableOf(judged)}\n\n${wordsOf(judged)}`,
  );
  if (values.details) console.log(`\n${missesOf(judged).join('\n')}`);
  return faults.length;
};

let faults = 0;
for (const part of parts) faults += await print(part);
process.exitCode = faults > 0 ? 1 : 0;
