/** Hermes's three log files, in Python's format and with its rotation (docs/facts/hermes.md 1). */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';

export type Level = 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface LogExtras {
  /** The session tag between level and logger. */
  readonly session?: string;
  /** Lines under the record, such as a traceback. */
  readonly below?: string;
}

export type GatewayLog = (level: Level, logger: string, message: string, extras?: LogExtras) => void;

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time without a zone, a comma before the milliseconds. */
export const asctime = (at: number): string => {
  const time = new Date(at);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${date} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`;
};

/** The traceback that Python prints under a record logged with an exception. */
export const traceback = (file: string, line: number, within: string, code: string, error: string): string =>
  ['Traceback (most recent call last):', `  File "${file}", line ${line}, in ${within}`, `    ${code}`, error].join(
    '\n',
  );

const MIB = 1_048_576;
const GATEWAY_LOGGER = /^(?:gateway|hermes_plugins|plugins\.platforms)(?:\.|$)/;

interface LogFile {
  readonly name: string;
  readonly accepts: (level: Level, logger: string) => boolean;
  readonly maxBytes: number;
  readonly backups: number;
}

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
};

const renameIfThere = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const rotate = (file: string, backups: number): void => {
  for (let n = backups - 1; n >= 1; n--) renameIfThere(`${file}.${n}`, `${file}.${n + 1}`);
  renameIfThere(file, `${file}.1`);
};

/** Opens the file anew for each record, so that it also follows a rotation made by somebody else. */
const append = (file: string, { maxBytes, backups }: LogFile, text: string): void => {
  const size = sizeOf(file);
  if (size > 0 && size + Buffer.byteLength(text) > maxBytes) rotate(file, backups);
  appendFileSync(file, text);
};

/** Writes to `gateway.log`, `agent.log` and `errors.log` in `folder`, and to stdout and stderr as Hermes does. */
export const createGatewayLog = (folder: string, clock: Clock, gatewayLogMaxBytes: number): GatewayLog => {
  const files: readonly LogFile[] = [
    {
      name: 'gateway.log',
      accepts: (_level, logger) => GATEWAY_LOGGER.test(logger),
      maxBytes: gatewayLogMaxBytes,
      backups: 3,
    },
    { name: 'agent.log', accepts: () => true, maxBytes: 5 * MIB, backups: 3 },
    { name: 'errors.log', accepts: (level) => level !== 'INFO', maxBytes: 2 * MIB, backups: 2 },
  ];
  return (level, logger, message, extras = {}) => {
    const time = asctime(clock.now());
    const tag = extras.session === undefined ? '' : ` [${extras.session}]`;
    const below = extras.below === undefined ? '' : `${extras.below}\n`;
    const text = `${time} ${level}${tag} ${logger}: ${message}\n${below}`;
    for (const file of files) if (file.accepts(level, logger)) append(join(folder, file.name), file, text);
    // The Lark SDK has a handler of its own on stdout; everything from WARNING up also goes to stderr.
    if (logger === 'Lark') process.stdout.write(`[Lark] [${time}] [${level}] ${message}\n`);
    if (level !== 'INFO') process.stderr.write(`${level} ${logger}: ${message}\n${below}`);
  };
};
