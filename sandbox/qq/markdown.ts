/** Reads the markdown that QQ shows: what stands on the phone, and what in it could be tapped. */
import type { PhoneBlock } from '../phone.ts';

export interface Read {
  /** The first line with something on it, a heading or not. */
  readonly title: string;
  /** All below the title. */
  readonly blocks: readonly Exclude<PhoneBlock, { kind: 'buttons' | 'fields' | 'chart' }>[];
  readonly markup: Markup;
}

/** What does something beyond standing there; a log line must never have become any of it. */
export interface Markup {
  readonly headings: readonly string[];
  readonly links: readonly string[];
  readonly images: readonly string[];
  readonly mentions: readonly string[];
}

interface Found {
  readonly headings: string[];
  readonly links: string[];
  readonly images: string[];
  readonly mentions: string[];
}

const MENTION = /<@!?([^<>\s]+)>|<qqbot-at-(?:user id="([^"]*)"|everyone)\s*\/?>|@everyone/g;

/** Whom a plain text mentions: what is no markdown otherwise. */
export const mentionsIn = (text: string): readonly string[] =>
  [...text.matchAll(MENTION)].map(([, a, b]) => a ?? b ?? 'everyone');

/** Escaped characters are set aside here, so that they are no syntax any more. */
const ASIDE = 0xe000;
const setAside = (text: string): string =>
  text.replace(/\\([!-/:-@[-`{-~])/g, (_, char: string) => String.fromCharCode(ASIDE + char.charCodeAt(0)));
const putBack = (text: string): string =>
  text.replace(/[\ue021-\ue07e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - ASIDE));

/** One line without its marks. */
const inline = (line: string, found: Found): string => {
  const codes: string[] = [];
  const note = (list: string[], value: string, shown: string): string => {
    list.push(putBack(value));
    return shown;
  };
  // Inline code is cut out before escapes are looked at: a backslash in it is a backslash.
  const withoutCode = line.replace(
    /(?<!\\)(`+)(.+?)\1(?!`)/g,
    (_, _ticks, code: string) => `\ue000${codes.push(code) - 1}\ue001`,
  );
  return putBack(
    setAside(withoutCode)
      .replace(/!\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, (_, label: string, url: string) =>
        note(found.images, url, label.replace(/\s*#\d+px/g, '')),
      )
      .replace(/\[([^\]]+)\]\(([^)\s]+)[^)]*\)/g, (_, label: string, url: string) => note(found.links, url, label))
      .replace(/<?(https?:\/\/[^\s<>]+)>?/g, (_, url: string) => note(found.links, url, url))
      .replace(MENTION, (_, a?: string, b?: string) =>
        note(found.mentions, a ?? b ?? 'everyone', `@${a ?? b ?? 'everyone'}`),
      )
      .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
      .replace(
        /(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)/g,
        (_, a?: string, b?: string) => a ?? b ?? '',
      ),
  ).replace(/\ue000(\d+)\ue001/g, (_, index: string) => codes[Number(index)] ?? '');
};

/** Lines of one kind in a row make one block; an empty line, or another kind, ends it. */
export const readMarkdown = (content: string): Read => {
  const found: Found = { headings: [], links: [], images: [], mentions: [] };
  const blocks: { kind: 'text' | 'note' | 'code'; text: string }[] = [];
  let title: string | null = null;
  let open: { kind: 'text' | 'note' | 'code'; lines: string[] } | null = null;
  let fenced = false;
  const close = (): void => {
    if (open && (open.kind === 'code' || open.lines.length > 0))
      blocks.push({ kind: open.kind, text: open.lines.join('\n') });
    open = null;
  };
  const add = (kind: 'text' | 'note', text: string): void => {
    // Below a block of code stands no title.
    if (title === null && blocks.length === 0) {
      title = text;
      return;
    }
    if (open?.kind !== kind) {
      close();
      open = { kind, lines: [] };
    }
    (open as { lines: string[] }).lines.push(text);
  };
  for (const line of content.replace(/\r\n?/g, '\n').split('\n')) {
    if (/^\s{0,3}```/.test(line)) {
      close();
      fenced = !fenced;
      if (fenced) open = { kind: 'code', lines: [] };
    } else if (fenced) (open as { lines: string[] } | null)?.lines.push(line);
    else if (!line.trim() || /^\s{0,3}([-*_])\s*(\1\s*){2,}$/.test(line)) close();
    else {
      const [, heading] = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
      const [, quote] = /^\s{0,3}>\s?(.*)$/.exec(line) ?? [];
      if (heading !== undefined) {
        const text = inline(heading, found);
        found.headings.push(text);
        add('text', text);
      } else if (quote !== undefined) add('note', inline(quote, found));
      else add('text', inline(line.replace(/^(\s*)[-*+]\s+/, '$1• '), found).trimEnd());
    }
  }
  close();
  return { title: title ?? '', blocks, markup: found };
};
