/**
 * Stores whether the bot may write to a person unasked, and whether a recall message is left (docs/facts/qq.md 3.3,
 * 4.4).
 */
import { DAY_MS } from '../options.ts';
import type { TolerantDatabase } from '../tolerant-database.ts';
import type { PushFix } from './refusal-codes.ts';

export interface Person {
  /** Why a push would be refused; null: nothing is known against it. */
  readonly fix: PushFix | null;
  /** When QQ last refused a push; null: never, or not since the person changed something. */
  readonly refusedAt: number | null;
  readonly lastMessageAt: number | null;
  /** The last period since that message whose recall message is spent; −1: none. */
  readonly wakeup: number;
}

export interface People {
  get(user: string): Person;
  /**
   * The person changed something in the QQ client. @param at by QQ's clock: what comes late does not undo what is
   * newer.
   * @returns whether pushes are thought possible now and were not before.
   */
  switched(user: string, fix: PushFix | null, at: number, now: number): boolean;
  /** The person wrote. @returns as `switched` */
  wrote(user: string, at: number, now: number): boolean;
  /** QQ refused a push. */
  refused(user: string, fix: PushFix, now: number): void;
  /** A push arrived. */
  took(user: string): void;
  spendWakeup(user: string, period: number): void;
}

/** One recall message in each: the same day, day 1 to 3, 3 to 7, 7 to 30. */
const PERIOD_ENDS_MS: readonly number[] = [DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
/** When the person's last message is not known, one try is worth it. */
const UNKNOWN_PERIOD = PERIOD_ENDS_MS.length;

/** @returns the period whose recall message is unspent now; null: there is none. */
export const wakeupPeriod = ({ lastMessageAt, wakeup }: Person, now: number): number | null => {
  const period = lastMessageAt === null ? UNKNOWN_PERIOD : PERIOD_ENDS_MS.findIndex((end) => now - lastMessageAt < end);
  return period > wakeup ? period : null;
};

const NOBODY: Person = { fix: null, refusedAt: null, lastMessageAt: null, wakeup: -1 };
const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

export const createPeople = (memory: TolerantDatabase, app: string): People => {
  const select = memory.read('SELECT * FROM qq_people WHERE app = ? AND user = ?');
  const meet = memory.write("INSERT INTO qq_people (app, user, push) VALUES (?, ?, 'yes') ON CONFLICT DO NOTHING");
  const setSwitch = memory.write(
    'UPDATE qq_people SET push = ?, refused_at = ?, switched_at = ? WHERE app = ? AND user = ? AND ifnull(switched_at, 0) <= ?',
  );
  const setWrote = memory.write(
    "UPDATE qq_people SET push = 'yes', refused_at = NULL, last_message_at = ?, wakeup = -1 WHERE app = ? AND user = ?",
  );
  const setRefused = memory.write('UPDATE qq_people SET push = ?, refused_at = ? WHERE app = ? AND user = ?');
  const setWakeup = memory.write('UPDATE qq_people SET wakeup = ? WHERE app = ? AND user = ?');

  const row = (user: string) => select.get(app, user);
  const get = (user: string): Person => {
    const found = row(user);
    if (!found) return NOBODY;
    const push = String(found['push']);
    return {
      fix: push === 'yes' ? null : (push as PushFix),
      refusedAt: numberOrNull(found['refused_at']),
      lastMessageAt: numberOrNull(found['last_message_at']),
      wakeup: Number(found['wakeup']),
    };
  };
  /** @returns whether `change` opened what was closed. */
  const opened = (user: string, change: () => void): boolean => {
    const before = get(user).fix;
    meet(app, user);
    change();
    return before !== null && get(user).fix === null;
  };

  return {
    get,
    switched: (user, fix, at, now) =>
      opened(user, () => setSwitch(fix ?? 'yes', fix === null ? null : now, at, app, user, at)),
    wrote: (user, at, now) =>
      opened(user, () => {
        const known = numberOrNull(row(user)?.['last_message_at']);
        // An event that comes again, or late, says nothing new.
        if (known === null || at > known) setWrote(Math.min(at, now), app, user);
      }),
    refused: (user, fix, now) => {
      meet(app, user);
      setRefused(fix, now, app, user);
    },
    took: (user) => {
      if (get(user).fix !== null) setRefused('yes', null, app, user);
    },
    spendWakeup: (user, period) => {
      meet(app, user);
      setWakeup(period, app, user);
    },
  };
};
