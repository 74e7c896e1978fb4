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

/** The command line before the subcommand. A single executable has Node in it. */
export const programOf = (
  { node, entry }: { readonly node: string; readonly entry: string },
  flags: readonly string[] = LEAN_FLAGS,
): readonly string[] => (node === entry ? [entry] : [node, ...flags, entry]);

/**
 * Puts the flags on the command line of a bot that was started without them, as by hand or by pm2: the process becomes
 * the same program with them, under its pid, and this does not return. It returns where they are there, and where the
 * system knows no such change, as Windows.
 */
export const beginLean = (): void => {
  if (!process.execve || LEAN_FLAGS.every((flag) => process.execArgv.includes(flag))) return;
  const [, ...rest] = process.argv;
  process.execve(process.execPath, [process.execPath, ...LEAN_FLAGS, ...process.execArgv, ...rest], process.env);
};
