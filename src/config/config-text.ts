/** Reads the configuration file as text, and says in words that help when it cannot be read or is no text. */
import { errorText, UserError } from '../base/errors.ts';
import { seeForeignNow, readForeignNow, type SmallFile, MOST_BYTES, ANYBODY } from '../base/open-foreign.ts';
import { fileRefusalOf } from '../base/refused-file.ts';

export interface ConfigText {
  readonly text: string;
  readonly mode: number;
}

/**
 * @throws UserError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with file, line and column where the bytes are no text.
 */
export const readConfigText = (file: string): ConfigText => {
  const { bytes, mode } = attempt(file);
  return { text: decode(file, bytes), mode };
};

const unreadable = (file: string, why: string, cause?: unknown): UserError =>
  new UserError('CONFIG_UNREADABLE', `cannot read the configuration ${file}: ${why}`, { cause });

/**
 * Any owner and mode are accepted, because without the file there would be no bot; the doctor reports who else may
 * write it.
 */
const attempt = (file: string): SmallFile => {
  try {
    return readForeignNow(file, { trust: ANYBODY, mostBytes: MOST_BYTES.config });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const refusal = fileRefusalOf(error);
    if (refusal?.why === 'kind' && refusal.kind === 'folder')
      throw unreadable(file, 'it is a folder; name the file in it');
    // A file this large is a log or a database that was named by mistake.
    if (refusal?.why === 'size')
      throw unreadable(file, `it has ${Math.round(refusal.bytes / 1_000)} kB, which no configuration has`);
    if (code === 'ENOENT') throw unreadable(file, 'there is no such file', error);
    if (code === 'EACCES') throw unreadable(file, `this user may not read it${ownerText(file)}`, error);
    throw unreadable(file, errorText(error), error);
  }
};

const ownerText = (file: string): string => {
  try {
    return `; it belongs to the user with the number ${seeForeignNow(file, ANYBODY).uid}`;
  } catch {
    return ' or a folder above it';
  }
};

const decode = (file: string, bytes: Buffer): string => {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new UserError('CONFIG_INVALID', `${file}:1:1: is UTF-16; save it as UTF-8`);
  const text = bytes.toString('utf8');
  // U+FFFD stands for bytes that are no UTF-8, unless the file itself has that character.
  const bad = text.indexOf('\uFFFD');
  if (bad === -1 || Buffer.from(text, 'utf8').equals(bytes)) return text;
  const before = text.slice(0, bad).split('\n');
  throw new UserError(
    'CONFIG_INVALID',
    `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: is not UTF-8 from here on (GBK?); save the file as UTF-8`,
  );
};
