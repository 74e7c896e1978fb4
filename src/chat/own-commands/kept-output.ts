/** Keeps the beginning and the end of what a program writes, however much that is. */

export const KEPT_BYTES = 64_000;

export interface KeptOutput {
  readonly head: Buffer;
  /** Empty when all of it is in `head`. */
  readonly tail: Buffer;
  /** What was left out between them. */
  readonly droppedBytes: number;
}

export interface OutputKeeper {
  add(chunk: Buffer): void;
  kept(): KeptOutput;
}

export const createOutputKeeper = (mostBytes = KEPT_BYTES): OutputKeeper => {
  const half = Math.floor(mostBytes / 2);
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let total = 0;

  return {
    add: (chunk) => {
      total += chunk.length;
      const first = chunk.subarray(0, half - headBytes);
      // A copy: a part must not keep the whole of a chunk in memory.
      if (first.length > 0) head.push(Buffer.from(first));
      headBytes += first.length;
      const rest = chunk.subarray(first.length).subarray(-half);
      if (rest.length === 0) return;
      tail.push(Buffer.from(rest));
      tailBytes += rest.length;
      if (tailBytes < 2 * half) return;
      tail = [Buffer.concat(tail).subarray(-half)];
      tailBytes = half;
    },
    kept: () => {
      const end = Buffer.concat(tail).subarray(-half);
      return { head: Buffer.concat(head), tail: end, droppedBytes: total - headBytes - end.length };
    },
  };
};
