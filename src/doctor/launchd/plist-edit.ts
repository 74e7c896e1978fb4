/**
 * Changes a plist as a person would in an editor: only what must change, comments and indents stay. A text change is
 * easily wrong, so each one counts only when what the parser then reads is exactly what was wanted.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PlistValue } from 'plist';
import { parseDictionary, type PlistDictionary } from './plist.ts';

/** @returns the text without this word in ProgramArguments, or null when that cannot be done safely. */
export const withoutArgument = (xml: string, word: string): string | null => {
  const list = /<key>\s*ProgramArguments\s*<\/key>\s*<array>[\s\S]*?<\/array>/.exec(xml);
  if (!list) return null;
  const element = new RegExp(
    `(?<![ \\t])[ \\t]*<string>${word.replace(/[^\w-]/g, '\\$&')}</string>[ \\t]*(?:\\r?\\n)?`,
    'g',
  );
  const changed = splice(xml, list.index, list[0].length, list[0].replace(element, ''));
  return verified(xml, changed, (job) => ({
    ...job,
    ProgramArguments: wordsOf(job['ProgramArguments']).filter((other) => other !== word),
  }));
};

const elementOf = (value: boolean | number): string => {
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  return value ? '<true/>' : '<false/>';
};

/** @returns the text with this key set on its top level, or null when that cannot be done safely. */
export const withValue = (xml: string, key: string, value: boolean | number): string | null => {
  const element = elementOf(value);
  const found = new RegExp(`<key>\\s*${key}\\s*</key>\\s*`).exec(xml);
  const want = (job: PlistDictionary): PlistDictionary => ({ ...job, [key]: value });
  if (found) {
    const start = found.index + found[0].length;
    const length = elementLength(xml.slice(start));
    return length === null ? null : verified(xml, splice(xml, start, length, element), want);
  }
  const end = xml.lastIndexOf('</dict>');
  const lineStart = xml.lastIndexOf('\n', end) + 1;
  const indent = /<dict>\s*?\n([ \t]+)<key>/.exec(xml)?.[1] ?? '\t';
  const newLine = xml.includes('\r\n') ? '\r\n' : '\n';
  return verified(
    xml,
    splice(xml, lineStart, 0, `${indent}<key>${key}</key>${newLine}${indent}${element}${newLine}`),
    want,
  );
};

/** Returns the length of the element with which the text begins; null when the text begins with no element. */
const elementLength = (text: string): number | null => {
  const empty = /^<\w+\s*\/>/.exec(text)?.[0];
  if (empty !== undefined) return empty.length;
  const name = /^<(\w+)>/.exec(text)?.[1];
  if (name === undefined) return null;
  let depth = 0;
  for (const tag of text.matchAll(new RegExp(`<(/?)${name}(\\s*/)?>`, 'g'))) {
    if (tag[2] === undefined) depth += tag[1] === '/' ? -1 : 1;
    if (depth === 0) return tag.index + tag[0].length;
  }
  return null;
};

const splice = (text: string, at: number, length: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + length);

const wordsOf = (value: PlistValue | undefined): readonly PlistValue[] => (Array.isArray(value) ? value : []);

const verified = (before: string, after: string, want: (job: PlistDictionary) => object): string | null => {
  try {
    return isDeepStrictEqual(parseDictionary(after), want(parseDictionary(before))) ? after : null;
  } catch {
    return null;
  }
};
