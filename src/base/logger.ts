import { pino, type Logger } from 'pino';
import { originalStack } from './original-stack.ts';
import { redact } from './redact/redact.ts';

export type { Logger };

/** Where lines go; each comes whole, with its end. */
export interface LogTarget {
  write(line: string): void;
}

/**
 * Lifeline's own log: JSON lines on stderr. Every string field passes through `redact`, so that a secret in an
 * error message does not reach the log. What others may build upon has an `event` (events.ts).
 */
export const createLogger = (level: string, destination: LogTarget = process.stderr): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: Error) => withOriginalStack(pino.stdSerializers.errWithCause(error)) },
      hooks: { streamWrite: redactLine },
    },
    destination,
  );

/** What is logged as an error may be anything. */
const withOriginalStack = <T>(logged: T): T =>
  typeof logged === 'object' && logged !== null && 'stack' in logged && typeof logged.stack === 'string'
    ? { ...logged, stack: originalStack(logged.stack) }
    : logged;

/** A number that looks like somebody's card must not leave a line that no program can read. */
const redactLine = (line: string): string => {
  try {
    return redact(line).replace(STRINGS_AND_HIDDEN, (found) => (found.startsWith('"') ? found : '"***"'));
  } catch {
    // Nobody who logs expects an error of it; and what may hold a secret is not written.
    return UNREADABLE;
  }
};

const UNREADABLE = '{"level":50,"msg":"this line could not be redacted, and so not be written"}\n';

/**
 * A string without its end goes on to the end of the line. A search for the end from each quote in such a string would
 * take too long.
 */
const STRINGS_AND_HIDDEN = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|-?\*\*\*/g;

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
