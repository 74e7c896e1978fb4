/**
 * What it costs to watch 1, 10, 100 and 1,000 gateways, all well, with the defaults of `watch`: the real monitors, database
 * and logs, each size in a process of its own. `node bench/many.ts [--seconds 60] [--counts 1,10,100,1000]`
 */
import { execFile } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { HEAD, rowOf, type Measured } from './many/measured.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, counts: { type: 'string', default: '1,10,100,1000' } },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');

say(
  `Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}, load ${load()}\n\n${HEAD}`,
);
for (const count of values.counts.split(',')) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('many/child.ts', import.meta.url)),
    count,
    values.seconds,
  ]);
  const measured = JSON.parse(stdout) as Measured;
  say(rowOf(measured));
  if (measured.incidents > 0) throw new Error(`${measured.incidents} of ${count} healthy gateways have an incident`);
}
say(`\nload at the end: ${load()}`);
