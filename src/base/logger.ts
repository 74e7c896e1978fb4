import { pino, type Logger } from 'pino';
import { redact } from './redact.ts';

export type { Logger };

/**
 * Lifeline's own log: JSON lines on stderr. Every string field passes through `redact`, so that a secret in an
 * error message does not reach the log.
 */
export const createLogger = (level: string, destination: NodeJS.WritableStream = process.stderr): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: redact },
    },
    destination,
  );

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
