/**
 * Tells once, after an upgrade, which links are watched that the Lifeline before did not judge: what they suffer from
 * would otherwise come as a surprise.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import type { QuietHours } from '../../config/config.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import { LINK_NAMES } from '../../gateways/platforms/index.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import { linkName } from '../../text/common/conditions.ts';
import type { Locale } from '../../text/locale.ts';
import { newLinksText } from '../../text/notices/new-links.ts';
import type { Addressee } from '../recipients/addressees.ts';
import { untilMorning } from '../hold.ts';
import type { Outbox } from '../outbox/queue.ts';

export interface NewLinksOptions {
  readonly db: DatabaseSync;
  /** The store has just been made: nothing was watched before. */
  readonly isFirst: boolean;
  /** What is concluded of each gateway; null: it was not looked at yet. */
  readonly seen: () => readonly { readonly name: string; readonly verdicts: readonly Verdict[] | null }[];
  readonly outbox: Outbox;
  readonly to: () => readonly Addressee[];
  readonly quiet: QuietHours | null;
  readonly locale: Locale;
  readonly clock: Clock;
  readonly onQueued: () => void;
}

/** The platforms that this store's Lifelines have judged so far. */
const KEY = 'platforms_judged';
/** Those of the time before that was written down. */
const FIRST_JUDGED: readonly string[] = ['qqbot', 'feishu'];
/** By then a gateway that runs was looked at, and its links are known. */
const LOOK_AFTER_MS = 60_000;

/** @returns what ends it. */
export const tellOfNewLinks = (options: NewLinksOptions): (() => void) => {
  const { db, isFirst, clock } = options;
  const meta = createMeta(db);
  const judged = judgedBefore(meta.get(KEY)) ?? (isFirst ? LINK_NAMES : FIRST_JUDGED);
  if (isFirst) meta.set(KEY, JSON.stringify(LINK_NAMES));
  if (LINK_NAMES.every((name) => judged.includes(name))) return () => undefined;
  let cancel = (): void => undefined;
  const look = (): void => {
    if (!tell(options, judged)) cancel = clock.timer(LOOK_AFTER_MS, look);
  };
  cancel = clock.timer(LOOK_AFTER_MS, look);
  return () => cancel();
};

const judgedBefore = (text: string | null): readonly string[] | null => {
  if (text === null) return null;
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : null;
  } catch {
    return null;
  }
};

/** @returns whether the links are known by now, so that it is done. */
const tell = (
  { db, seen, outbox, to, quiet, locale, clock, onQueued }: NewLinksOptions,
  judged: readonly string[],
): boolean => {
  const gateways = seen().map(({ name, verdicts }) => ({
    name,
    links: (verdicts ?? []).flatMap(({ link }) => link ?? []),
  }));
  // A gateway that has not come up yet shows none.
  if (gateways.every(({ links }) => links.length === 0)) return false;
  const found = gateways
    .map(({ name, links }) => ({
      name,
      links: links.filter((link) => LINK_NAMES.includes(platformOf(link)) && !judged.includes(platformOf(link))),
    }))
    .filter(({ links }) => links.length > 0);
  const text = newLinksText(locale);
  const now = clock.now();
  transaction(db, () => {
    createMeta(db).set(KEY, JSON.stringify(LINK_NAMES));
    if (found.length === 0) return;
    outbox.enqueue(
      {
        topic: 'store',
        subject: now,
        kind: 'store',
        message: {
          tone: 'good',
          title: text.title(found.flatMap(({ links }) => links).length),
          lines: found.map(({ name, links }) =>
            text.line(
              name,
              links.map((link) => linkName(link, locale)),
            ),
          ),
          note: text.note,
        },
        at: now,
        holds: untilMorning(quiet, now),
      },
      to(),
    );
  });
  if (found.length > 0) onQueued();
  return true;
};
