/**
 * The parts of the project's Markdown that its tests ask for. Only what the documents use: `#` headings, pipe tables,
 * fences.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const read = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8');

/** Every page for people, by its path from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/facts'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => `${folder}/${name}`),
  ),
];

export interface Line {
  readonly text: string;
  readonly number: number;
  /** Within a fence; the language behind the ticks, empty for none. */
  readonly fence: string | null;
}

export const linesOf = (page: string): readonly Line[] => {
  let fence: string | null = null;
  return page.split('\n').map((text, index) => {
    const mark = /^\s*```(.*)$/.exec(text);
    const within = fence;
    if (mark) fence = fence === null ? (mark[1] ?? '').trim() : null;
    return { text, number: index + 1, fence: mark ? '' : within };
  });
};

/** Without the marks around words, as the anchor of a heading has it. */
const plain = (markdown: string): string =>
  markdown.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');

/** What GitHub, GitLab and Gitea make of a heading, to link to it. */
export const anchorsOf = (page: string): ReadonlySet<string> => {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const { text, fence } of linesOf(page)) {
    const [, heading] = /^#{1,6} (.+)$/.exec(text) ?? [];
    if (fence !== null || heading === undefined) continue;
    const slug = plain(heading)
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
};

/** Targets of links and pictures outside of code. */
export const linksOf = (page: string): readonly { readonly target: string; readonly number: number }[] =>
  linesOf(page)
    .filter(({ fence }) => fence === null)
    .flatMap(({ text, number }) => {
      const words = text.replaceAll(/`[^`]*`/g, '``');
      return [...words.matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"]+)"/g)].map(([, inline, attribute]) => ({
        target: inline ?? attribute ?? '',
        number,
      }));
    });

/** The rows of all tables, each as its cells, without headers. */
export const rowsOf = (page: string): readonly (readonly string[])[] => {
  const rows: (readonly string[])[] = [];
  let inBody = false;
  for (const { text, fence } of linesOf(page)) {
    if (fence !== null || !text.startsWith('|')) inBody = false;
    else if (/^\|[\s:|-]+\|$/.test(text)) inBody = true;
    else if (inBody)
      rows.push(
        text
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  }
  return rows;
};

/** The words between ticks. */
export const codes = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** What stands under the heading, up to the next one of the same level or higher. */
export const section = (page: string, heading: RegExp): string => {
  const lines = linesOf(page);
  const levelOf = ({ text, fence }: Line): number => (fence === null ? (/^(#{1,6}) /.exec(text)?.[1]?.length ?? 9) : 9);
  const begin = lines.findIndex((line) => levelOf(line) < 9 && heading.test(line.text));
  const first = lines[begin];
  if (!first) throw new Error(`no heading ${String(heading)}`);
  const level = levelOf(first);
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => levelOf(line) <= level);
  return (end === -1 ? rest : rest.slice(0, end)).map(({ text }) => text).join('\n');
};
