/** What is asked of a log, and whether a record answers it. */
import { RE2JS } from 're2js';
import { withoutControls } from '../../base/controls.ts';
import { errorText, UserError } from '../../base/errors.ts';
import { LINE_LEVELS, type LineHead, type LineLevel, type LineParser } from '../../gateways/gateway-kind.ts';
import type { LogCursor } from './log-cursor.ts';

export interface LogQuery {
  /** Lines on a page, those of tracebacks and of the context included. */
  readonly count: number;
  readonly least: LineLevel | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
  /** Stands somewhere in a line, in whatever case. */
  readonly text: string | null;
  /** RE2's syntax, in whatever case: its time is linear in the line. */
  readonly pattern: string | null;
  /** So many lines around each match, whatever they are. */
  readonly context: number;
  /** Only what is older than this. */
  readonly before: LogPosition | null;
}

/** A place between two lines: `LogPage.older`, to be handed back in `LogQuery.before` of the same query. */
export type LogPosition = LogCursor;

/** Whether date and level answer. A record without a head has neither. */
export const admits = ({ least, since }: Pick<LogQuery, 'least' | 'since'>, head: LineHead | null): boolean => {
  if (least !== null && !(head?.level && LINE_LEVELS.indexOf(head.level) >= LINE_LEVELS.indexOf(least))) return false;
  return since === null || (head?.at != null && head.at >= since);
};

/** Whether a line holds what is looked for. `shown` is what people see of it: a search must not find out secrets. */
export type Holds = (line: string, shown: () => string) => boolean;

/** @throws UserError `BAD_PATTERN`. */
export const holdsOf = ({ text, pattern }: Pick<LogQuery, 'text' | 'pattern'>): Holds => {
  const wanted = text === null || text === '' ? null : text.toLowerCase();
  const hasStar = wanted?.includes('*') === true;
  const expression = pattern === null ? null : compiled(pattern);
  return (line, shown) => {
    // Seeing what is shown is dear, and most lines do not have the text at all. But what is hidden may not decide:
    // only stars stand in its place, so a text without one is in the line itself wherever it is in what is shown.
    if (
      wanted !== null &&
      !((hasStar || line.toLowerCase().includes(wanted)) && shown().toLowerCase().includes(wanted))
    )
      return false;
    return expression === null || expression.test(shown());
  };
};

const compiled = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    const why = errorText(error).replace(/^error parsing regexp: /, '');
    throw new UserError(
      'BAD_PATTERN',
      `This is no pattern that can be searched for: ${why}. Put a \\ before characters that stand for themselves; (?=…), (?!…) and \\1 are not known.`,
      { cause: error },
    );
  }
};

/**
 * A line as people are shown it, and what it says of itself. Colours and other controls could hide the name or the
 * middle of a secret.
 */
export const readLine = (
  written: string,
  parse: LineParser,
): { readonly head: LineHead | null; readonly text: string } => {
  const raw = withoutControls(written);
  const head = parse(raw);
  // A logger may have spelled out the control characters of quoted data.
  return { head, text: head?.text === undefined ? raw : withoutControls(head.text) };
};
