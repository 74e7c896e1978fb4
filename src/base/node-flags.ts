/**
 * Flags of Node for a bot that runs for months: it takes a sixth less memory (docs/facts/memory.md 4).
 * Of V8's compilers the last one is left out: Maglev, before it, reads logs as fast. The flags stand on the command
 * lines that Lifeline writes itself, and whoever starts it without them gets them by `beginLean`. Each is known to every
 * Node from 22 on: an unknown flag would keep the bot from starting.
 */
export const LEAN_FLAGS: readonly string[] = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--single-threaded',
  '--max-opt=2',
];

/**
 * Where Maglev compiles, as in Node since 24, the first compiler may be left out too: 3 MB less, and logs are read as
 * fast. On Node 22 it is all that there is beside the interpreter, so units, which outlive their Node, do not have it.
 */
export const flagsOf = (version: string): readonly string[] =>
  Number(version.split('.')[0]) >= 24 ? [...LEAN_FLAGS, '--no-sparkplug'] : LEAN_FLAGS;

/**
 * When glibc gives memory back that lies free at the end of its heap: by itself it waits for more the larger the pieces
 * are that were freed, and keeps 3 MB of the start for ever. It reads this once, when a process begins.
 */
const TRIM = 'MALLOC_TRIM_THRESHOLD_';
const TRIM_BYTES = '65536';

/** The command line before the subcommand. A single executable has Node in it. */
export const programOf = (
  { node, entry }: { readonly node: string; readonly entry: string },
  flags: readonly string[] = LEAN_FLAGS,
): readonly string[] => (node === entry ? [entry] : [node, ...flags, entry]);

/**
 * Puts the flags on the command line of a bot that was started without them, as by hand or by pm2: the process becomes
 * the same program with them, under its pid, and this does not return. It returns where all is there, and where the
 * system knows no such change, as Windows.
 */
export const beginLean = (): void => {
  const { env, execArgv } = process;
  const missing = flagsOf(process.versions.node).filter((flag) => !execArgv.includes(flag));
  const trims = process.platform !== 'linux' || env[TRIM] !== undefined;
  // It is for this process: a gateway that Lifeline starts has the memory of its own.
  if (env[TRIM] === TRIM_BYTES) delete env[TRIM];
  if (!process.execve || (missing.length === 0 && trims)) return;
  becomeWith([...missing, ...execArgv]);
};

const becomeWith = (flags: readonly string[]): void => {
  const [, ...rest] = process.argv;
  process.execve?.(process.execPath, [process.execPath, ...flags, ...rest], { [TRIM]: TRIM_BYTES, ...process.env });
};
