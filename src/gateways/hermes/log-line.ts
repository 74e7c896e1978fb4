/** The line format of Hermes's log files (facts/hermes.md 1.2). */

export interface LogLine {
  /** Milliseconds since the epoch; the log has local time without a zone. */
  readonly at: number;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

const LINE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:,(\d{3}))? (DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[[^\]]*\])? ([^\s:]+): (.*)$/;

/** @returns the record that the line begins, or null: a traceback, a banner, another writer's line. */
export const parseLogLine = (text: string): LogLine | null => {
  const match = LINE.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, millis, level = '', logger = '', message = ''] = match;
  const at = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(millis ?? 0)).getTime();
  return Number.isNaN(at) ? null : { at, level, logger, message };
};
