/**
 * The lint of references to documents. Whatever names a document (a comment, a message, another document) names a file
 * that exists and, where it goes on, a section that the file has: `docs/facts/qq.md 4.5`,
 * `docs/architecture.md#folders`. `npm run lint` runs this file; CONTRIBUTING.md describes the form.
 */
import { existsSync, globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { anchorsOf, linesOf, read, ROOT } from './markdown.ts';

/** What is searched: sources, tests, documents and the settings of tools. */
const SEARCHED = [
  '*.{md,js,ts,yaml}',
  '.dependency-cruiser.js',
  'Dockerfile',
  '.ci/*',
  '{src,commands,sandbox,test,bench,docs}/**/*.{ts,js,css,html,md}',
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
