/** What the operating system asks of a running Lifeline. */
import { isatty } from 'node:tty';

export interface SignalHandlers {
  /** SIGINT or SIGTERM, or the terminal is gone. Called once. */
  readonly stop: () => void;
  /** The end was asked for again, by somebody who does not want to wait. */
  readonly hurry: () => void;
  /** SIGHUP: the configuration is to be read anew. */
  readonly reload: () => void;
}

export interface SignalOptions {
  /** Whether there is a configuration file to read. */
  readonly fromFile: boolean;
  /** Whether Lifeline was started from a terminal that is still there. */
  readonly terminal?: () => 'none' | 'there' | 'gone';
  readonly now?: () => number;
}

/** npm passes on a Ctrl-C that the process has received already. */
const SAME_MS = 1_000;

/** What SIGHUP means: a terminal that is closed sends it, and so does whoever wants a reload. */
export const meaningOfHangup = (terminal: 'none' | 'there' | 'gone', fromFile: boolean): 'stop' | 'reload' =>
  fromFile && terminal !== 'gone' ? 'reload' : 'stop';

export const listenForSignals = (
  { stop, hurry, reload }: SignalHandlers,
  { fromFile, terminal = terminalOf(), now = () => performance.now() }: SignalOptions,
): void => {
  let askedAt: number | null = null;
  const asked = (): void => {
    if (askedAt === null) {
      askedAt = now();
      stop();
    } else if (now() - askedAt > SAME_MS) hurry();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, asked);
  process.on('SIGHUP', () => (meaningOfHangup(terminal(), fromFile) === 'reload' ? reload() : asked()));
};

/** A closed terminal is no terminal any more. With nohup there is none from the beginning. */
const terminalOf = (): NonNullable<SignalOptions['terminal']> => {
  const atStart = isatty(0);
  return () => {
    if (!atStart) return 'none';
    return isatty(0) ? 'there' : 'gone';
  };
};
