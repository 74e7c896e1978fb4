/** The configuration file as text; what is no text, or cannot be read, is said in words that help. */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { errorText, UserError } from '../base/errors.ts';

/** No configuration is as long; a log or a database that was named by mistake is. */
const MOST_BYTES = 1_000_000;

export interface ConfigText {
  readonly text: string;
  readonly mode: number;
}

/** @throws UserError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with file, line and column where the bytes are no text. */
export const readConfigText = (file: string): ConfigText => {
  const stats = attempt(file, () => statSync(file));
  if (stats.isDirectory()) throw unreadable(file, 'it is a folder; name the file in it');
  if (stats.size > MOST_BYTES) throw unreadable(file, `it has ${Math.round(stats.size / 1_000)} kB, which no configuration has`);
  return { text: decode(file, attempt(file, () => readFileSync(file), stats)), mode: stats.mode };
};

const unreadable = (file: string, why: string, cause?: unknown): UserError => new UserError('CONFIG_UNREADABLE', `cannot read the configuration ${file}: ${why}`, { cause });

const attempt = <T>(file: string, read: () => T, stats?: Stats): T => {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw unreadable(file, 'there is no such file', error);
    if (code === 'EACCES') throw unreadable(file, `this user may not read it${stats === undefined ? ' or a folder above it' : `; it belongs to the user with the number ${stats.uid}`}`, error);
    throw unreadable(file, errorText(error), error);
  }
};

const decode = (file: string, bytes: Buffer): string => {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw new UserError('CONFIG_INVALID', `${file}:1:1: is UTF-16; save it as UTF-8`);
  const text = bytes.toString('utf8');
  // U+FFFD stands for bytes that are no UTF-8, unless it was written so.
  const bad = text.indexOf('\uFFFD');
  if (bad === -1 || Buffer.from(text, 'utf8').equals(bytes)) return text;
  const before = text.slice(0, bad).split('\n');
  throw new UserError('CONFIG_INVALID', `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: is not UTF-8 from here on (GBK?); save the file as UTF-8`);
};
