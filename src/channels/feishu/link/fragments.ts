/**
 * Events may come in pieces, which the SDK keeps until the last one is there, however many and however large
 * (docs/facts/feishu.md 1.3). This says which pieces it may have.
 */

interface Unfinished {
  readonly at: number;
  readonly pieces: number;
  readonly bytes: number;
}

export interface Fragment {
  readonly messageId: string;
  /** How many pieces there are, as the frame says it. */
  readonly of: number;
  readonly bytes: number;
}

const MOST_PIECES = 100;
const MOST_BYTES = 16 * 1_048_576;
/** The SDK sweeps every 10 s what is older than 10 s. */
const KEPT_MS = 20_000;

/** @returns a function that says whether a piece may go on to the SDK. */
export const createFragments = (now: () => number = () => performance.now()): ((fragment: Fragment) => boolean) => {
  const unfinished = new Map<string, Unfinished>();

  return ({ messageId, of, bytes }) => {
    if (of === 1) return true;
    // The SDK itself refuses a piece whose count is no number.
    if (of > MOST_PIECES) return false;
    for (const [id, { at }] of unfinished) if (now() - at > KEPT_MS) unfinished.delete(id);
    let kept = bytes;
    for (const each of unfinished.values()) kept += each.bytes;
    if (kept > MOST_BYTES || (unfinished.size >= MOST_PIECES && !unfinished.has(messageId))) return false;
    const before = unfinished.get(messageId) ?? { at: now(), pieces: 0, bytes: 0 };
    if (before.pieces + 1 >= of) unfinished.delete(messageId);
    else unfinished.set(messageId, { ...before, pieces: before.pieces + 1, bytes: before.bytes + bytes });
    return true;
  };
};
