/** Where a page of a log ended, as a word that a button carries. */
import { UserError } from '../../src/base/errors.ts';
import type { LogPosition } from '../../src/sensors/log-search.ts';
import type { Locale } from '../../src/text/locale.ts';
import { logText } from '../../src/text/logs.ts';

export const POSITION = /^before:[\w-]{8,400}$/;

export const typedPosition = (position: LogPosition): string => `before:${Buffer.from(JSON.stringify(position)).toString('base64url')}`;

/** @throws UserError `BAD_POSITION` for a word that no button has said. */
export const readPosition = (word: string, locale: Locale): LogPosition => {
  try {
    const found: unknown = JSON.parse(Buffer.from(word.slice('before:'.length), 'base64url').toString('utf8'));
    if (isPosition(found)) return found;
  } catch {
    // No JSON: said below.
  }
  throw new UserError('BAD_POSITION', logText(locale).badPosition());
};

const isPosition = (found: unknown): found is LogPosition => {
  if (typeof found !== 'object' || found === null) return false;
  const { inode, offset, mark, modifiedAt, within, above } = found as Partial<Record<keyof LogPosition, unknown>>;
  return typeof inode === 'string' && isCount(offset) && typeof mark === 'string' && typeof modifiedAt === 'number' && typeof within === 'boolean' && isCount(above);
};

const isCount = (found: unknown): boolean => Number.isSafeInteger(found) && Number(found) >= 0;
