/**
 * Prints the score of the corpus with today's rules: `npm run corpus -- [--later | --weak | --blind | --aside | --fresh |
 * --unseen | --final] [--details] [--platforms today|others|all]`, of the main part or of another.
 */
import { parseArgs } from 'node:util';
import { loadPart, PARTS, type Part } from './record.ts';
import { isOfToday, judgeAll, missesOf, tableOf, wordsOf } from './table.ts';

// Logs without a zone are read as this machine's; a fixed one has no summer time.
process.env['TZ'] = 'Asia/Shanghai';

const { values } = parseArgs({
  options: {
    later: { type: 'boolean', default: false },
    weak: { type: 'boolean', default: false },
    blind: { type: 'boolean', default: false },
    aside: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    unseen: { type: 'boolean', default: false },
    final: { type: 'boolean', default: false },
    platforms: { type: 'string', default: 'today' },
    details: { type: 'boolean', default: false },
  },
});
const part: Part = PARTS.find((name) => name !== 'main' && values[name]) ?? 'main';
// Whoever reads what was missed there makes rules by it, and it measures the unseen no longer.
if (part === 'unseen' && values.details) throw new Error('The part "unseen" is scored only');

const WHICH: Readonly<Record<string, string>> = {
  today: 'the gateway, QQ and Feishu',
  others: 'other platforms',
  all: 'all platforms',
};
const which = WHICH[values.platforms];
if (which === undefined) throw new Error(`--platforms is one of ${Object.keys(WHICH).join(', ')}`);

const { records, faults } = loadPart(part);
for (const fault of faults) console.error(fault);
const judged = await judgeAll(
  records.filter((record) => values.platforms === 'all' || isOfToday(record) === (values.platforms === 'today')),
);
const head = `\nPart ${part}: ${judged.length} of ${records.length} records, about ${which}`;
const table = tableOf(judged);
// Of the unseen part the classes would tell too much.
if (part === 'unseen')
  console.log(
    `${head}\n\n${table
      .split('\n')
      .filter((line) => /^(?:class|\(|all)/.test(line))
      .join('\n')}`,
  );
else console.log(`${head}\n\n${table}\n\n${wordsOf(judged)}`);
if (values.details) console.log(`\n${missesOf(judged).join('\n')}`);
process.exitCode = faults.length > 0 ? 1 : 0;
