/**
 * The launchd definitions of a gateway: how they are found, read and changed. XML and binary property lists are both
 * read; both end up as XML here.
 */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as plist from 'plist';
import type { PlistValue } from 'plist';
import { errorText } from '../base/errors.ts';
import type { Trust } from '../base/file-trust.ts';
import { readForeign, MOST_BYTES, trustIn } from '../base/open-foreign.ts';
import { servedByDefinition, type GatewayKind, type ServiceName } from '../gateways/gateway-kind.ts';

export interface GatewayPlist {
  readonly path: string;
  /** As XML, whatever the file is. */
  readonly xml: string;
  readonly label: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `conditional`: revived only after some ends. */
  readonly keepAlive: 'on' | 'off' | 'conditional';
  /** Seconds from SIGTERM to SIGKILL; 0: never; null: launchd's own default. */
  readonly exitTimeout: number | null;
}

const keepAliveOf = (value: PlistValue | undefined): GatewayPlist['keepAlive'] => {
  if (isDictionary(value)) return 'conditional';
  return value === true ? 'on' : 'off';
};

export type PlistDictionary = Readonly<Record<string, PlistValue>>;

/** @returns the text of the file, a binary one's as XML. @throws when it is no property list. */
export const xmlOf = (bytes: Buffer): string =>
  bytes.subarray(0, 6).toString('latin1') === 'bplist' ? plist.build(plist.parse(bytes)) : bytes.toString('utf8');

/** Whether a file was not cut off: the parser also writes to the console what is wrong with one that was. */
export const isWholePlist = (xml: string): boolean => /<plist[\s>]/.test(xml) && xml.trimEnd().endsWith('</plist>');

/** @returns the top level. @throws when the text is no property list. */
export const parseDictionary = (xml: string): PlistDictionary => {
  if (!isWholePlist(xml)) throw new Error('it is no complete property list');
  const value = plist.parse(xml);
  if (!isDictionary(value)) throw new Error('it holds no dictionary');
  return value;
};

/** @throws when it is no property list of a job. */
export const parseGatewayPlist = (path: string, xml: string): GatewayPlist => {
  const job = parseDictionary(xml);
  const label = job['Label'];
  if (typeof label !== 'string' || label === '') throw new Error('it has no Label');
  const words = Array.isArray(job['ProgramArguments'])
    ? job['ProgramArguments'].filter((word) => typeof word === 'string')
    : [];
  const program = job['Program'];
  const timeout = job['ExitTimeOut'];
  return {
    path,
    xml,
    label,
    // `Program` is what is executed; the first word is then only a name.
    argv: typeof program === 'string' ? [program, ...words.slice(1)] : words,
    env: stringsOf(job['EnvironmentVariables']),
    keepAlive: keepAliveOf(job['KeepAlive']),
    exitTimeout: typeof timeout === 'number' ? timeout : null,
  };
};

const isDictionary = (value: PlistValue | undefined): value is Record<string, PlistValue> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

const stringsOf = (value: PlistValue | undefined): Record<string, string> =>
  isDictionary(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};

/*
 * Changes a plist as a person would in an editor: only what must change, comments and indents stay. A text change is
 * easily wrong, so each one counts only when what the parser then reads is exactly what was wanted.
 */

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

export type PlistFile =
  | { readonly ok: true; readonly plist: GatewayPlist }
  | { readonly ok: false; readonly path: string; readonly problem: string };

/** Returns the definitions in the order of their names. An unreadable file counts only under a name of this gateway. */
export const readGatewayPlists = async (
  home: string,
  kind: GatewayKind,
  services: readonly ServiceName[],
  userHome: string,
): Promise<readonly PlistFile[]> => {
  const own = new Set(services.filter(({ supervisor }) => supervisor === 'launchd').map(({ path }) => path));
  const folders = new Set([join(userHome, 'Library', 'LaunchAgents'), ...[...own].map((path) => dirname(path))]);
  const trust = trustIn(home, kind.trustedUsers);
  const found: PlistFile[] = [];
  for (const folder of folders) {
    for (const path of await plistsIn(folder)) {
      const file = await readOne(path, trust);
      const isOurs = file.ok ? homeOf(file.plist, kind, userHome) === home : own.has(path);
      // A definition under this gateway's name that runs something unknown, such as a launcher of the owner's, is this
      // gateway's.
      if (isOurs || (file.ok && own.has(path) && homeOf(file.plist, kind, userHome) === null)) found.push(file);
    }
  }
  return found;
};

/** Returns the home of the gateway that a definition runs; null when the definition runs none that the kind knows. */
const homeOf = ({ argv, env }: GatewayPlist, kind: GatewayKind, userHome: string): string | null =>
  servedByDefinition(kind, argv, { HOME: userHome, ...env })?.home ?? null;

const plistsIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.plist'))
    .sort()
    .map((name) => join(folder, name));
};

const readOne = async (path: string, trust: Trust): Promise<PlistFile> => {
  try {
    return {
      ok: true,
      plist: parseGatewayPlist(
        path,
        xmlOf((await readForeign(path, { trust, mostBytes: MOST_BYTES.definition })).bytes),
      ),
    };
  } catch (error) {
    return { ok: false, path, problem: errorText(error) };
  }
};
