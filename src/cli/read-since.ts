import { UserError } from '../base/errors.ts';
import { readDuration } from '../chat/arguments/read-duration.ts';
import { localText } from '../text/cli/local.ts';
import type { Locale } from '../text/locale.ts';

/** @returns `7d`, `30m` in milliseconds; null for nothing. @throws UserError `USAGE_TIME`. */
export const readSince = (given: string | undefined, locale: Locale): number | null => {
  if (given === undefined) return null;
  const ms = readDuration(given);
  if (ms === null || ms <= 0) throw new UserError('USAGE_TIME', localText(locale).badTime(given));
  return ms;
};
