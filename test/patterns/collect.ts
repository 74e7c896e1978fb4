/** Every regular expression of Lifeline's: those that stand in the sources, and those that are put together. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readSources } from './sources.ts';

/**
 * What is put together only when it is needed, `FILE WORDS`: an example of it. What varies in them is Lifeline's own
 * word, never somebody else's.
 */
export const EXAMPLES: Readonly<Record<string, readonly RegExp[]>> = {
  "src/doctor/systemd-units.ts `^${key}=(.*)$`, 'm'": [/^ExecStart=(.*)$/m],
  "src/service/state.ts `^${name}=(.*)$`, 'm'": [/^ActiveState=(.*)$/m],
  'src/sensors/network/ss.ts `(?:^|\\\\s)${name}:(\\\\d{1,15})(?=\\\\s|$)`': [/(?:^|\s)lastsnd:(\d{1,15})(?=\s|$)/],
  "src/doctor/plist.ts `(?<![ \\\\t])[ \\\\t]*<string>${word.replace(/[^\\w-]/g, '\\\\$&')}</string>[ \\\\t]*(?:\\\\r?\\\\n)?`, 'g'":
    [/(?<![ \t])[ \t]*<string>\-\-replace<\/string>[ \t]*(?:\r?\n)?/g],
  'src/doctor/plist.ts `<key>\\\\s*${key}\\\\s*</key>\\\\s*`': [/<key>\s*KeepAlive\s*<\/key>\s*/],
  "src/doctor/plist.ts `<(/?)${name}(\\\\s*/)?>`, 'g'": [/<(\/?)dict(\s*\/)?>/g],
};

export interface Collected {
  /** `/source/flags`, and where it stands. */
  readonly patterns: ReadonlyMap<string, readonly string[]>;
  /** Of which nobody knows what they come to. */
  readonly unknown: readonly string[];
  /** Examples of what is not there any more. */
  readonly stale: readonly string[];
}

interface Made {
  readonly file: string;
  readonly line: number;
  readonly pattern: string;
}

export const collect = (): Collected => {
  const { literals, constructions } = readSources();
  const made = JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, 'constructed.ts')], { encoding: 'utf8', maxBuffer: 1e8 }),
  ) as readonly Made[];
  const isMade = (file: string, line: number): boolean => made.some((each) => each.file === file && each.line === line);
  const keys = new Map(constructions.map(({ file, line, words }) => [`${file} ${words}`, isMade(file, line)]));
  const examples = Object.entries(EXAMPLES).flatMap(([key, patterns]) =>
    patterns.map((pattern) => ({ pattern: String(pattern), where: key })),
  );
  const patterns = new Map<string, string[]>();
  for (const { pattern, where } of [
    ...[...literals, ...made].map(({ file, line, pattern }) => ({ pattern, where: `${file}:${line}` })),
    ...examples,
  ]) {
    patterns.set(pattern, [...new Set([...(patterns.get(pattern) ?? []), where])]);
  }
  return {
    patterns,
    unknown: [...keys].filter(([key, known]) => !known && !(key in EXAMPLES)).map(([key]) => key),
    stale: Object.keys(EXAMPLES).filter((key) => !keys.has(key)),
  };
};
