/** Tells the operators that other Lifelines watch the same gateway. */
import type { DatabaseSync } from 'node:sqlite';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import type { Locale } from '../../text/locale.ts';
import { otherLifelinesText } from '../../text/notices/other-lifelines.ts';
import type { Outbox } from '../outbox/queue.ts';
import type { Addressee } from '../recipients/addressees.ts';

/** Who was told of: at the next start that is no news. */
const KEY = 'other_lifelines';

export interface OtherLifelines {
  readonly db: DatabaseSync;
  readonly others: readonly ProcessIdentity[];
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly to: readonly Addressee[];
  readonly locale: Locale;
  readonly now: number;
}

/** To be called once for each start. @returns whether something was queued. */
export const tellOfOtherLifelines = ({ db, others, outbox, to, locale, now }: OtherLifelines): boolean => {
  const meta = createMeta(db);
  const seen = others.map(({ pid, startTime }) => `${pid} ${startTime}`).join(', ');
  return transaction(db, () => {
    if (seen === (meta.get(KEY) ?? '')) return false;
    meta.set(KEY, seen === '' ? null : seen);
    if (others.length === 0) return false;
    const { title, line, note } = otherLifelinesText(locale);
    const message = { tone: 'warning', title, lines: [line(others.map(({ pid }) => pid))], note } as const;
    outbox.enqueue({ topic: 'store', subject: now, kind: 'store', message, at: now }, to);
    return true;
  });
};
