/**
 * Prints the score of a part of the corpus: `node test/issues/score.ts [--part main|aside] [--details] [--platforms today|others|all]`.
 * Of the part that is set aside no single result is shown, unless `--open-aside` says that this is meant.
 */
import { parseArgs } from 'node:util';
import { loadPart, PARTS } from './record.ts';
import { isOfToday, judgeAll, missesOf, tableOf } from './table.ts';

// Logs without a zone are read as this machine's; a fixed one has no summer time.
process.env['TZ'] = 'Asia/Shanghai';

const { values } = parseArgs({ options: { part: { type: 'string', default: 'main' }, platforms: { type: 'string', default: 'today' }, details: { type: 'boolean', default: false }, 'open-aside': { type: 'boolean', default: false } } });
const part = PARTS.find((name) => name === values.part);
if (part === undefined) throw new Error(`--part is one of ${PARTS.join(', ')}`);
if (part === 'aside' && values.details && !values['open-aside']) {
  console.error('The details of the part that is set aside are not shown: rules that are made by them can no longer be tried on them. If that is meant, add --open-aside.');
  process.exit(2);
}
const { records, faults } = loadPart(part);
for (const fault of faults) console.error(fault);
const wanted = records.filter((record) => values.platforms === 'all' || isOfToday(record) === (values.platforms === 'today'));
const judged = await judgeAll(wanted);
console.log(tableOf(judged));
if (values.details) console.log(`\n${missesOf(judged).join('\n')}`);
process.exitCode = faults.length > 0 ? 1 : 0;
