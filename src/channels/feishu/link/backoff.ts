/** How long to wait before the next try: doubling from `minMs` to `maxMs`, the later half of it at random. */
export const backoffMs = (
  failures: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  random: number = Math.random(),
): number => Math.min(maxMs, minMs * 2 ** Math.min(failures, 30)) * (0.5 + random / 2);
