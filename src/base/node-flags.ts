/**
 * Flags of Node for a bot that runs for months: it takes a sixth less memory (docs/facts/memory.md 4).
 * Of V8's compilers the last one is left out: Maglev, before it, reads logs as fast. They stand on the command lines that Lifeline writes itself. Each is known to every Node from 22 on: an unknown flag
 * would keep the bot from starting.
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
