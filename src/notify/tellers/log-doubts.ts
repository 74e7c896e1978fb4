/**
 * Tells of a log that is read and tells nothing, as one that is written in another time zone: where nothing is heard,
 * silence does not mean that all is well. Each doubt is told once, and again when it had gone and comes back.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { attempted, type StageReport } from '../../base/stage-report.ts';
import type { QuietHours } from '../../config/config.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { LogDoubt } from '../../gateways/gateway-kind.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import { logDoubtWords } from '../../text/common/log-doubts.ts';
import type { Locale } from '../../text/locale.ts';
import { logDoubtsText } from '../../text/notices/log-doubts.ts';
import { untilMorning } from '../hold.ts';
import type { Outbox } from '../outbox/queue.ts';
import type { Addressee } from '../recipients/addressees.ts';

export interface LogDoubtsOptions {
  readonly db: DatabaseSync;
  readonly seen: () => readonly SeenLogs[];
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly to: () => readonly Addressee[];
  /** Whether a gateway was muted, or is in maintenance. */
  readonly isSilent: (gateway: string, now: number) => boolean;
  readonly quiet: QuietHours | null;
  readonly locale: Locale;
  readonly clock: Pick<Clock, 'now' | 'timer'>;
  readonly report: StageReport;
  readonly onQueued: () => void;
}

export interface SeenLogs {
  readonly name: string;
  /** Null: the gateway was not looked at yet. */
  readonly verdicts: readonly Verdict[] | null;
  readonly logDoubts?: readonly LogDoubt[];
}

/** The doubts that were told. */
const KEY = 'log_doubts_told';
const LOOK_EVERY_MS = 60_000;
/** A log that is rotated or begins anew may be in doubt for a while. */
const STANDS_MS = 600_000;

/** @returns what ends it. */
export const tellOfLogDoubts = (options: LogDoubtsOptions): (() => void) => {
  const { db, seen, isSilent, clock, report, onQueued } = options;
  const meta = createMeta(db);
  let told = toldBefore(meta.get(KEY));
  /** Since when each doubt stands. */
  let standing: ReadonlyMap<string, number> = new Map();
  let cancel = (): void => undefined;

  const look = (): void => {
    const now = clock.now();
    const since = new Map<string, number>();
    const stillTold: string[] = [];
    const due: { readonly name: string; readonly doubts: readonly LogDoubt[] }[] = [];
    for (const { name, verdicts, logDoubts = [] } of seen()) {
      // A doubt of which nothing is known yet has not gone.
      if (verdicts === null) stillTold.push(...told.filter((key) => key.startsWith(keyOf(name))));
      const standingNow = logDoubts.filter((doubt) => counts(doubt, verdicts));
      for (const doubt of standingNow) {
        const key = keyOf(name, doubt);
        since.set(key, Math.min(standing.get(key) ?? now, now));
        if (told.includes(key)) stillTold.push(key);
      }
      const doubts = standingNow.filter((doubt) => {
        const key = keyOf(name, doubt);
        return !told.includes(key) && now - (since.get(key) ?? now) >= STANDS_MS && !isSilent(name, now);
      });
      if (doubts.length > 0) due.push({ name, doubts });
    }
    standing = since;
    const next = [...stillTold, ...due.flatMap(({ name, doubts }) => doubts.map((doubt) => keyOf(name, doubt)))];
    if (JSON.stringify(next) === JSON.stringify(told)) return;
    transaction(db, () => {
      meta.set(KEY, JSON.stringify(next));
      due.forEach(({ name, doubts }, index) => tell(options, name, doubts, now, index));
    });
    told = next;
    if (due.length > 0) onQueued();
  };

  const comeRound = (): void => {
    cancel = clock.timer(LOOK_EVERY_MS, comeRound);
    attempted(report, { stage: 'notice', gateway: null, part: 'log doubts' }, look);
  };
  comeRound();
  return () => cancel();
};

const keyOf = (gateway: string, doubt?: LogDoubt): string =>
  doubt ? `${gateway}\n${doubt.why}\n${doubt.path}` : `${gateway}\n`;

/** Where a service does not run, its log may not have been written yet. */
const counts = ({ why }: LogDoubt, verdicts: readonly Verdict[] | null): boolean =>
  why !== 'missing' || verdicts?.some(({ link, condition }) => link === null && condition === 'healthy') === true;

const toldBefore = (text: string | null): readonly string[] => {
  try {
    const keys: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(keys) ? keys.map(String) : [];
  } catch {
    return [];
  }
};

const tell = (
  { outbox, to, quiet, locale }: LogDoubtsOptions,
  gateway: string,
  doubts: readonly LogDoubt[],
  now: number,
  index: number,
): void => {
  const text = logDoubtsText(locale);
  outbox.enqueue(
    {
      topic: 'store',
      subject: now + index,
      kind: 'store',
      message: {
        tone: 'warning',
        title: text.title(gateway),
        lines: doubts.flatMap(({ path, ...doubt }) => {
          const { what, todo } = logDoubtWords({ ...doubt, where: path }, locale);
          return [what, todo];
        }),
        note: text.note,
      },
      at: now,
      holds: untilMorning(quiet, now),
    },
    to(),
  );
};
