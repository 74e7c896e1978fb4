/**
 * Tells the operators when Lifeline's own data folder fails, when it is back, and when its database had to be replaced.
 */
import type { DatabaseSync } from 'node:sqlite';
import { redact } from '../base/redact.ts';
import type { Message } from '../chat/message/message.ts';
import { createMeta } from '../store/meta.ts';
import type { Store, StoreProblem } from '../store/store.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import { storeText } from '../text/notices/store.ts';
import type { Addressee } from './notification.ts';
import type { Outbox } from './outbox.ts';
import { ownThread } from './thread.ts';

const MAX_DETAIL = 200;
/** What was told and is not over; it goes with the database from the disk into memory and back. */
const KEY = 'store_problem';

export interface StoreWatchOptions {
  readonly db: DatabaseSync;
  readonly store: Pick<Store, 'problem' | 'setAside'>;
  readonly folder: string;
  readonly outbox: Outbox;
  readonly to: readonly Addressee[];
  readonly locale: Locale;
  readonly now: number;
}

/** To be called once for each opening of the store. @returns whether something was queued. */
export const tellOfStore = ({
  db,
  store: { problem, setAside },
  folder,
  outbox,
  to,
  locale,
  now,
}: StoreWatchOptions): boolean => {
  const meta = createMeta(db);
  return transaction(db, () => {
    const told = meta.get(KEY);
    const messages = [
      ...(setAside === null ? [] : [damagedMessage(setAside, locale)]),
      ...(problem !== null && told !== problem.kind ? [troubleMessage(problem, folder, locale)] : []),
      ...(problem === null && told !== null ? [backMessage(locale)] : []),
    ];
    if (told !== (problem?.kind ?? null)) meta.set(KEY, problem?.kind ?? null);
    messages.forEach((message, index) =>
      outbox.enqueue({ thread: ownThread('store', now + index), kind: 'store', message, at: now }, to),
    );
    return messages.length > 0;
  });
};

export const troubleMessage = ({ kind, detail }: StoreProblem, folder: string, locale: Locale): Message => {
  const text = storeText(locale);
  return {
    tone: 'critical',
    title: text.trouble[kind],
    lines: [text.goesOn, redact(detail).slice(0, MAX_DETAIL)],
    note: text.mend(folder),
  };
};

const backMessage = (locale: Locale): Message => ({
  tone: 'good',
  title: storeText(locale).back,
  lines: [storeText(locale).kept],
});

const damagedMessage = (path: string, locale: Locale): Message => ({
  tone: 'warning',
  title: storeText(locale).damaged,
  lines: [storeText(locale).setAside(path)],
});
