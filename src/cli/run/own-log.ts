/** Lifeline's own log, whose place and level may change while it runs. */
import { openLogFile, type OwnLogFile } from '../../base/log-file.ts';
import { createLogger, type Logger, type LogTarget } from '../../base/logger.ts';
import { readableLine } from './readable-line.ts';

export interface OwnLogSettings {
  readonly level: string;
  /** The log's file; null for stderr. */
  readonly file: string | null;
}

export interface OwnLog {
  readonly logger: Logger;
  /** Sets where and what is logged from now on; a file is opened anew, as after a rotation by somebody else. */
  use(settings: OwnLogSettings): void;
  /** Resolves when all is written; never rejects. Later lines go to stderr. */
  close(): Promise<void>;
}

/** On a terminal the log is read by a person; what it is piped into gets JSON. */
const stderrOrTerminal = (): LogTarget => {
  const { stderr } = process;
  return stderr.isTTY ? { write: (line) => stderr.write(readableLine(line, !process.env['NO_COLOR'])) } : stderr;
};

export const createOwnLog = (settings: OwnLogSettings, stderr: LogTarget = stderrOrTerminal()): OwnLog => {
  let file: OwnLogFile | null = null;
  const open = (path: string | null): void => {
    file = path === null ? null : openLogFile(path, { fallback: stderr });
  };
  open(settings.file);
  const logger = createLogger(settings.level, { write: (line) => (file ?? stderr).write(line) });
  return {
    logger,
    use: ({ level, file: path }) => {
      logger.level = level;
      const before = file;
      open(path);
      void before?.close();
    },
    close: async () => {
      await file?.close();
    },
  };
};
