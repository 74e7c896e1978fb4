import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { backUp, restore } from '../store/backup.ts';
import { formatBytes } from '../text/common/bytes.ts';
import { backupText } from '../text/cli/backup.ts';
import { findConfig } from './config/find-config.ts';

interface Options {
  readonly config?: string;
  readonly force?: boolean;
  readonly restore?: boolean;
}

/**
 * `lifeline backup`: a copy of the store, beside a bot that runs; with `restore` its way back, while none does.
 * @throws UserError `USAGE_FILE_EXISTS`, `USAGE_FILE`, and what the store says.
 */
export const backup = (
  file: string | undefined,
  { config: named, force = false, restore: isBack = false }: Options,
): void => {
  const { config, fromFile } = findConfig(named);
  const text = backupText(config.locale);
  const now = Date.now();
  if (isBack) {
    if (file === undefined) throw new UserError('USAGE_FILE', text.nothingToRestore());
    const { aside } = restore(config.dataDir, resolve(file), { now });
    print([text.restored(file), ...(aside === null ? [] : [text.aside(aside)]), text.asItWas()]);
    return;
  }
  const path = resolve(file ?? `lifeline-${stamp(now)}.db`);
  if (!force && existsSync(path)) throw new UserError('USAGE_FILE_EXISTS', text.exists(path));
  const { bytes } = backUp(config.dataDir, path);
  const where = fromFile && named !== undefined ? ` --config ${resolve(named)}` : '';
  print([
    text.made(path, formatBytes(bytes)),
    text.secret(),
    text.howBack(`lifeline backup --restore ${path}${where}`),
  ]);
};

/** `20261121-103105`, local time. */
const stamp = (now: number): string => {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
};

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
