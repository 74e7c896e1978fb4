/** The line format of Hermes's log files (facts/hermes.md 1.2). */

export interface LogLine {
  /** Milliseconds since the epoch; the log has local time without a zone. */
  readonly at: number;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

const LINE = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[,.](\d{3})\d*)? (DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[[^\]]*\])? ([^\s:]+): (.*)$/;

/** The Lark SDK's own handler writes to stdout, which under launchd is `gateway.log` (facts/hermes.md 1.4). */
const SDK_LINE = /^\[Lark\] \[([^\]]+)\] \[(\w+)\] (.*)$/;

/**
 * @param after the time of the record before, so that the hour that comes twice in autumn is told apart.
 * @returns the record that the line begins, or null: a traceback, a banner, another writer's line.
 */
export const parseLogLine = (text: string, after = -Infinity): LogLine | null => {
  const match = LINE.exec(text.startsWith('[Lark]') ? text.replace(SDK_LINE, '$1 $2 Lark: $3') : text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, millis, level = '', logger = '', message = ''] = match;
  const at = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(millis ?? 0)).getTime();
  return Number.isNaN(at) ? null : { at: secondTime(at, after), level, logger, message };
};

const HOUR_MS = 3_600_000;
const LATE_MS = 1_800_000;

/** When summer time ends, the same local time comes again an hour later; it is that one when time would run back otherwise. */
const secondTime = (at: number, after: number): number => {
  const again = at + HOUR_MS;
  return at < after - LATE_MS && new Date(again).getMinutes() === new Date(at).getMinutes() && new Date(again).getHours() === new Date(at).getHours() ? again : at;
};
