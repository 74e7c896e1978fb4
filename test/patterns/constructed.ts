/**
 * Loads every module and prints, as JSON, which patterns are put together meanwhile, and where. A process of its own:
 * it listens to `RegExp` itself.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FILES, ROOT } from './sources.ts';

/** They run something when they are loaded. */
const PROGRAMS = new Set(['src/main.ts', 'src/bin.ts', 'src/sensors/logs/judge-worker.ts']);

const made = new Map<string, { readonly file: string; readonly line: number; readonly pattern: string }>();
const Real = RegExp;
const note = (pattern: RegExp): RegExp => {
  const [, file, line] =
    new Real(`\\n.*${pathToFileURL(ROOT).href}/((?:src|commands)/[^:?]+\\.ts)(?:\\?[^:]*)?:(\\d+):`).exec(
      (new Error().stack ?? '').split('\n').slice(0, 5).join('\n'),
    ) ?? [];
  if (file !== undefined && line !== undefined)
    made.set(`${file}:${line} ${String(pattern)}`, { file, line: Number(line), pattern: String(pattern) });
  return pattern;
};
globalThis.RegExp = new Proxy(Real, {
  construct: (target, args: [string, string?]) => note(new target(...args)),
  apply: (target, _this, args: [string, string?]) => note(target(...args)),
});

for (const file of FILES.filter((name) => !PROGRAMS.has(name))) await import(pathToFileURL(join(ROOT, file)).href);
process.stdout.write(JSON.stringify([...made.values()]));
process.exit(0);
