/**
 * What a program does whose output nobody reads any more (`lifeline status | head -1`), or cannot be written: the one
 * place for all subcommands. The work goes on to its end, so that nothing is left half done and the exit code is the
 * one that it would have had; only what merely prints (a log, a replay) ends early.
 */

/** The reader of a pipe or socket has gone; the terminal has gone. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'EIO']);

const gone = new AbortController();

/** Aborted when nobody reads stdout any more, or stdout takes no more. */
export const outputEnded: AbortSignal = gone.signal;

/**
 * Without this an error of stdout or stderr would end the program with a stack trace. To be called once, before
 * anything is written.
 */
export const keepWithoutReader = (): void => {
  // A failure of stderr itself cannot be told anywhere.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (gone.signal.aborted) return;
    gone.abort();
    if (GONE.has(error.code)) return;
    // A full disk, for one: whoever reads the file would take a part for the whole.
    process.stderr.write(`lifeline: what it says could not be written: ${error.message}\n`);
    process.exitCode ||= 1;
  });
};

/** Whether to print in colour: where the output is a terminal and `NO_COLOR` is not set (no-color.org). */
export const isColoured = (): boolean => process.stdout.isTTY === true && !process.env['NO_COLOR'];
