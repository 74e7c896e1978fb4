/**
 * Makes addresses unreadable for QQ, which refuses messages with those of unregistered domains and sees one in every
 * `run.sh` and `agent.log` (docs/facts/qq.md 4.6, code 40054010).
 */
import { utf8Bytes, type Cost } from './split.ts';

/** `http://10.0.0.1:8080/x` → `http[:]//10[.]0[.]0[.]1:8080/x` */
const breakUrls = (text: string): string =>
  text.replaceAll('://', '[:]//').replace(/(?<=\[:\]\/\/)[^\s/]+/g, (host) => host.replace(/(?<!\[)\.(?!\])/g, '[.]'));

/** Between two single letters, as in `e.g.` */
const abbreviates = (text: string, dot: number): boolean =>
  /^[^\p{L}\p{N}_-]?\p{L}\.\p{L}(?:$|[^\p{L}\p{N}_-])/u.test(text.slice(Math.max(0, dot - 2), dot + 3));

/** A dot before a letter may begin a top-level domain. Numbers, times, versions and `e.g.` are left alone. */
const breakNames = (text: string): string =>
  text.replace(/(?<=[\p{L}\p{N}_-])\.(?=[A-Za-z])/gu, (dot: string, at: number) =>
    abbreviates(text, at) ? dot : '[.]',
  );

/** Breaks up host and file names. Every text gets this, and stays readable. */
export const defang = (text: string): string => breakNames(breakUrls(text));

/**
 * Removes every dot within a word and every URL, also from numbers. Only for a text that QQ has refused all the same.
 */
export const defangHard = (text: string): string => text.replaceAll('://', ' ').replace(/(?<=\S)\.(?=\S)/g, '·');

/** Bytes after either of them, at most: what is split by this still fits when it is defanged. */
export const defangedBytes: Cost = (codePoint) => (codePoint === '.' || codePoint === ':' ? 3 : utf8Bytes(codePoint));
