/**
 * The lint of references. Whatever names a document (a comment, a message, another document) names a file that exists
 * and, where it goes on, a section that the file has: `docs/facts/qq.md 4.5`, `docs/architecture.md#folders`. Whatever
 * names a source file between ticks names one that exists: by its path, by the end of its path, or by its name alone.
 * `npm run lint` runs this file; CONTRIBUTING.md describes the forms.
 */
import { existsSync, globSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { pathToFileURL } from 'node:url';
import { anchorsOf, linesOf, read, ROOT } from './markdown.ts';

/** What is searched: sources, tests, documents and the settings of tools. */
const SEARCHED = [
  '*.{md,js,ts,yaml}',
  '.dependency-cruiser.js',
  'Dockerfile',
  '.ci/*',
  '{src,commands,sandbox,build,test,bench,docs}/**/*.{ts,js,css,html,md}',
];

/** `4`, `4.5`, and points of a list or rows of a table: `4.5.3`, `7.R5`. */
const NUMBER = String.raw`\d+(?:\.[A-Z]?\d+)*`;
/** A comment may break its line in a reference. */
const BLANK = String.raw`(?: |\n\s*(?:\*|//) )`;
const REFERENCE = new RegExp(
  String.raw`(?<![\w./-])(docs/(?:[\w-]+/)*[\w.*-]+?\.md)\b(?:#([\p{L}\p{N}_-]+)|${BLANK}(${NUMBER}(?:(?:,|${BLANK}and|${BLANK}to)${BLANK}${NUMBER})*))?`,
  'gu',
);
/** Within a page of facts. */
const OWN_SECTION = new RegExp(String.raw`§(${NUMBER})`, 'g');
const HEADING = /^#{1,6} (?:(\d+(?:\.\d+)*)\.? )?/;
const POINT = /^(?:(\d+)\. |\| ([A-Z]?\d+) \|)/;

/** `hold.ts`, `notify/hold.ts`, and whatever begins with a folder of the project: `src/notify/`, `test/real/run`. */
const SOURCE = /`((?:\.\/)?[\w./*{},-]*[\w*}]\.[tj]s|(?:src|commands|sandbox|build|test|bench|docs)\/[\w./*{},-]*)`/g;
/** Where sources are; their names are what `SOURCE` may name. */
const SOURCES = ['*.{ts,js}', '.dependency-cruiser.js', '{src,commands,sandbox,build,test,bench}/**/*.{ts,js}'];
/** Names that stand for files of others: of an operator's own commands, and of foreign packages. */
const FOREIGN: ReadonlySet<string> = new Set([
  'commands/probe.ts',
  'commands/probe.yaml',
  'dist/index.js',
  'es/index.js',
]);

/** Forms in which references once stood. */
const OTHER_FORMS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/(?<![\w./-]|\]\()[Ff]acts\/[\w-]+\.md/g, 'the path from the root of the project, docs/facts/…'],
  [/\.md,? (?:§|sections? )/g, 'the number alone behind the path'],
  [/\bfacts sheet\b/g, 'the path of the page, docs/facts/…'],
  [/\bDESIGN(?:\.md\b|'s\b)/g, 'docs/architecture.md or docs/glossary.md'],
];

/** The numbered sections of a page, with the points of lists and the rows of tables that are directly in one. */
export const sectionsOf = (page: string): ReadonlySet<string> => {
  const sections = new Set<string>();
  let current: string | null = null;
  for (const { text, fence } of linesOf(page)) {
    if (fence !== null) continue;
    const heading = HEADING.exec(text);
    const [, item, row] = POINT.exec(text) ?? [];
    if (heading) current = heading[1] ?? null;
    if (heading && current !== null) sections.add(current);
    const point = item ?? row;
    if (!heading && current !== null && point !== undefined) sections.add(`${current}.${point}`);
  }
  return sections;
};

const numbersIn = (list: string): readonly string[] =>
  [...list.matchAll(new RegExp(NUMBER, 'g'))].map(([number]) => number);

const missing = (path: string, numbers: readonly string[]): readonly string[] => {
  const sections = sectionsOf(read(path));
  return numbers.filter((number) => !sections.has(number)).map((number) => `${path} has no section ${number}`);
};

/** Returns what is wrong with one reference; nothing where it leads somewhere. */
const problemsOf = (path: string, anchor: string | undefined, list: string | undefined): readonly string[] => {
  const numbers = list === undefined ? [] : numbersIn(list);
  if (path.includes('*')) {
    if (globSync(path, { cwd: ROOT }).length === 0) return [`there is no ${path}`];
    return numbers.length === 0 && anchor === undefined
      ? []
      : [`${path} is several files: name the one that has the section`];
  }
  if (!existsSync(`${ROOT}${path}`)) return [`there is no ${path}`];
  if (anchor !== undefined) return anchorsOf(read(path)).has(anchor) ? [] : [`${path} has no heading for #${anchor}`];
  return missing(path, numbers);
};

const sources: readonly string[] = globSync(SOURCES, { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'));

/** Every way to name a source file: its path, and each end of it that begins behind a slash. */
const names: ReadonlySet<string> = new Set(
  sources.flatMap((file) => {
    const parts = file.split('/');
    return parts.map((_, index) => parts.slice(index).join('/'));
  }),
);

/** Whether there is such a file. `NAME` stands for what a newcomer adds; what is built comes from a source. */
const leadsSomewhere = (named: string): boolean => {
  const path = named
    .replace(/^\.\//, '')
    .replace(/^dist\/(src\/.*)\.js$/, '$1.ts')
    .replaceAll('NAME', '*');
  if (FOREIGN.has(path) || names.has(path) || existsSync(`${ROOT}${path}`)) return true;
  if (!/[*{]/.test(path)) return false;
  return globSync(path, { cwd: ROOT }).length > 0 || sources.some((file) => matchesGlob(file, `**/${path}`));
};

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Returns the problems of one file, each as `file:line: problem`. */
export const problemsIn = (file: string, text: string): readonly string[] => {
  const found = [
    ...[...text.matchAll(REFERENCE)].flatMap(({ index, 1: path = '', 2: anchor, 3: list }) =>
      problemsOf(path, anchor, list).map((problem) => ({ index, problem })),
    ),
    ...OTHER_FORMS.flatMap(([pattern, instead]) =>
      [...text.matchAll(pattern)].map(({ index, 0: form }) => ({
        index,
        problem: `instead of "${form.trim()}" write ${instead}`,
      })),
    ),
    ...[...text.matchAll(SOURCE)]
      .filter(([, named = '']) => !leadsSomewhere(named))
      .map(({ index, 1: named = '' }) => ({ index, problem: `there is no ${named}` })),
    ...(file.startsWith('docs/facts/')
      ? [...text.matchAll(OWN_SECTION)].flatMap(({ index, 1: number = '' }) =>
          missing(file, [number]).map((problem) => ({ index, problem })),
        )
      : []),
  ];
  return found
    .sort((one, other) => one.index - other.index)
    .map(({ index, problem }) => `${file}:${lineAt(text, index)}: ${problem}`);
};

/** Every file that may name a document, by its path from the root. */
export const searchedFiles = (): readonly string[] =>
  globSync(SEARCHED, { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();

const main = (): void => {
  const problems = searchedFiles().flatMap((file) => problemsIn(file, read(file)));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
