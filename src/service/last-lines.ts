/** Reads the last lines of Lifeline's own log, wherever the log goes, each as one short line. */
import { openForeign, OWN_FILES } from '../base/open-foreign.ts';
import type { Config } from '../config/config.ts';
import type { Manager } from './manager.ts';
import { launchdLog } from './plist.ts';

export interface ServiceLogPlace {
  /** null: launchd. */
  readonly manager: Manager | null;
  readonly config: Pick<Config, 'logFile'> | null;
  readonly home: string;
  /** A service that does not start has written to the journal and not to its file yet. */
  readonly running: boolean;
}

/** @returns nothing when no log can be read. */
export const lastLogLines = async (
  { manager, config, home, running }: ServiceLogPlace,
  count: number,
): Promise<readonly string[]> => {
  const file = config?.logFile ?? (manager === null ? launchdLog(home) : null);
  const fromFile =
    file === null
      ? []
      : (await endOf(file).catch(() => ''))
          .split('\n')
          .filter((line) => line.trim() !== '')
          .slice(-count);
  const journal = manager === null ? [] : await manager.journal(count).catch(() => []);
  const [first, second] = running ? [fromFile, journal] : [journal, fromFile];
  return (first.length > 0 ? first : second).map(shortLine);
};

/** Many lines; each is one of Lifeline's own. */
const MOST_BYTES = 262_144;

/** @throws RefusedFile; what the file system says. */
const endOf = async (path: string): Promise<string> => {
  const { handle, part } = await openForeign(path, OWN_FILES);
  try {
    const from = Math.max(0, part.size - MOST_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(part.size - from), 0, part.size - from, from);
    const text = buffer.toString('utf8', 0, bytesRead);
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
};

const LEVELS: Readonly<Record<string, string>> = { 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };
/** The fields of a log line that say why; the first that is there counts. */
const REASONS = ['reason', 'problem', 'stuck', 'detail', 'code'];

/** A JSON line as `10:31:05 error: what (why)`; any other as it is. */
export const shortLine = (line: string): string => {
  const entry = parse(line);
  const { time, msg, level } = entry ?? {};
  if (entry === null || typeof time !== 'string' || typeof msg !== 'string' || Number.isNaN(Date.parse(time)))
    return line.slice(0, 300);
  const why = REASONS.map((name) => entry[name]).find((value) => typeof value === 'string');
  const { err } = entry;
  const error =
    typeof err === 'object' && err !== null && 'message' in err && typeof err.message === 'string' ? err.message : null;
  return `${new Date(time).toTimeString().slice(0, 8)} ${LEVELS[String(level)] ?? ''}${msg}${(error ?? why) ? ` (${error ?? why})` : ''}`.slice(
    0,
    300,
  );
};

const parse = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};
