/** Writes traces, by default all, into a folder to look at: `node test/traces/generate/main.ts FOLDER [NAME…]`. */
import { ALL } from './all.ts';

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new Error('Give the folder in which the traces are to be written.');
const wanted = ALL.filter(({ name }) => names.length === 0 || names.includes(name));
for (const trace of wanted) await trace.write(folder);
console.log(`${wanted.length} traces in ${folder}`);
