/**
 * Judges the patterns that are new with recheck (https://makenowjust-labs.github.io/recheck/), and notes in
 * `linear.txt` those whose time is linear in the text. It is no dependency, for it brings a Java archive and a native
 * program along:
 *
 *     npm install --prefix /tmp/recheck --omit=optional recheck@4.5.0
 *     RECHECK=/tmp/recheck/node_modules node test/patterns/judge.ts [--all]
 *
 * Prints the others with a text that takes them long. One that stays goes into `allowed.ts`, with the reason.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ALLOWED, isElsewhere } from './allowed.ts';
import { collect } from './collect.ts';

interface Verdict {
  readonly status: 'safe' | 'vulnerable' | 'unknown';
  readonly complexity?: { readonly summary: string };
  readonly attack?: { readonly pattern: string };
  readonly error?: { readonly kind: string };
}

type Check = (source: string, flags: string, options: { readonly timeout: number }) => Verdict;

const LINEAR = join(import.meta.dirname, 'linear.txt');
/** Of the machine's time; most take none of it. */
const TIMEOUT_MS = Number(process.env['RECHECK_TIMEOUT'] ?? 120_000);

const { checkSync } = createRequire(join(process.env['RECHECK'] ?? import.meta.dirname, 'x.js'))(
  'recheck/lib/browser.js',
) as { readonly checkSync: Check };
const all = process.argv.includes('--all');
const known = new Set(all ? [] : readFileSync(LINEAR, 'utf8').split('\n'));
const { patterns } = collect();
const linear: string[] = [];

const judge = (pattern: string): Verdict => {
  const end = pattern.lastIndexOf('/');
  return checkSync(pattern.slice(1, end), pattern.slice(end + 1), { timeout: TIMEOUT_MS });
};

for (const [pattern, where] of patterns) {
  if (pattern in ALLOWED || where.every(isElsewhere)) continue;
  const verdict = known.has(pattern) ? null : judge(pattern);
  if (verdict === null || verdict.status === 'safe') {
    linear.push(pattern);
    // What was found out stays when somebody ends this.
    if (verdict !== null) writeFileSync(LINEAR, `${[...known, ...linear].filter((each) => each !== '').join('\n')}\n`);
  } else
    process.stdout.write(
      `${verdict.status} (${verdict.complexity?.summary ?? verdict.error?.kind ?? ''}): ${pattern}\n  ${where.join(', ')}\n  ${verdict.attack?.pattern ?? ''}\n`,
    );
}
writeFileSync(LINEAR, `${[...new Set(linear)].sort().join('\n')}\n`);
process.stdout.write(`${linear.length} are linear\n`);
