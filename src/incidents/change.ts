/** What was changed around a gateway before it fell ill. Pure. */

/** Each with its own time: of the file, or of the machine's start. */
export type Change = { readonly at: number } & (
  | { readonly what: 'version'; readonly from: string; readonly to: string }
  /** `to` null: it was removed; `from` null: it is new. */
  | { readonly what: 'plugin'; readonly name: string; readonly from: string | null; readonly to: string | null }
  | { readonly what: 'config'; readonly file: string }
  | { readonly what: 'reboot' }
);

/** What is known of the time before a trouble. */
export interface Before {
  /** The latest first. */
  readonly changes: readonly Change[];
  /** When the gateway or link was last seen to be well; null: not by this Lifeline. */
  readonly lastGoodAt: number | null;
}

export const NOTHING_KNOWN: Before = { changes: [], lastGoodAt: null };

const HOUR_MS = 3_600_000;
/** What is older has been lived with. A machine's start shows what it breaks within minutes. */
const RECENT_MS: Record<Change['what'], number> = {
  version: 24 * HOUR_MS,
  plugin: 24 * HOUR_MS,
  config: 24 * HOUR_MS,
  reboot: HOUR_MS,
};
/** As many as a line has room for. */
const MOST = 3;

/**
 * Returns what of it belongs to a trouble that began at `since` and was noticed at `now`, the latest first. What
 * changed between the two counts: the version in a gateway's own file is written by the start that fails.
 */
export const changesBefore = (changes: readonly Change[], since: number, now: number): readonly Change[] => {
  const recent = changes
    .filter(({ at, what }) => at <= now && at >= since - RECENT_MS[what])
    .toSorted((a, b) => b.at - a.at);
  return recent
    .filter((change, index) => recent.findIndex((each) => each === change || isSame(each, change)) === index)
    .slice(0, MOST);
};

/** Of a file that was edited five times the last edit is told. */
const isSame = (a: Change, b: Change): boolean =>
  (a.what === 'config' && b.what === 'config' && a.file === b.file) || (a.what === 'reboot' && b.what === 'reboot');

/** Closer to the beginning of the trouble it says nothing that the beginning does not say. */
const APART_MS = 60_000;

/** Returns what is worth a line of the trouble; null: nothing. */
export const worthTelling = ({ changes, lastGoodAt }: Before, since: number, now: number): Before | null => {
  const told: Before = {
    changes: changesBefore(changes, since, now),
    lastGoodAt: lastGoodAt !== null && lastGoodAt <= since - APART_MS ? lastGoodAt : null,
  };
  return told.changes.length === 0 && told.lastGoodAt === null ? null : told;
};
