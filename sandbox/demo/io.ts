/** Where the demo speaks and how it is told to stop; tests hand in their own. */

export interface DemoIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborted when the person wants the demo to end. */
  readonly signal: AbortSignal;
}

/**
 * The terminal: Ctrl-C, SIGTERM, a closed window or a reader that went away end the demo, all in the same clean way.
 */
export const terminalIo = (): DemoIo => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    signal: stop.signal,
  };
};
