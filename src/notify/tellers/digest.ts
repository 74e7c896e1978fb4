/**
 * A word that all is well, once a day or a week (`alerts.digest`): what of each period was told is on the disk together
 * with its messages, so that no period is told twice. A period that ended while Lifeline was away is told once after.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { attempted, NO_REPORT, type StageReport } from '../../base/stage-report.ts';
import type { Message } from '../../chat/message/message.ts';
import type { DigestConfig } from '../../config/config.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import type { Addressee } from '../recipients/addressees.ts';
import type { Outbox } from '../outbox/queue.ts';

export interface DigestOptions {
  readonly db: DatabaseSync;
  readonly digest: DigestConfig;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** What each person is told of this time. */
  readonly messages: (window: {
    readonly from: number;
    readonly to: number;
  }) => readonly { readonly to: Addressee; readonly message: Message }[];
  readonly clock: Pick<Clock, 'now'>;
  readonly report?: StageReport;
  readonly onQueued: () => void;
}

export interface Digest {
  /** Tells of what has ended and was not told of. */
  tick(): void;
  start(): void;
  stop(): void;
}

const KEY = 'digest';
const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;
/** One message tells of no more than this. */
const LONGEST_MS = 31 * DAY_MS;
const MONDAY = 1;

/** @returns the last time at or before `now` at which a period ended, by the clock on the wall. */
export const lastEnd = ({ every, at }: DigestConfig, now: number): number => {
  const end = new Date(now);
  const setTime = (): void => void end.setHours(Math.floor(at / 60), at % 60, 0, 0);
  setTime();
  while (end.getTime() > now || (every === 'week' && end.getDay() !== MONDAY)) {
    end.setDate(end.getDate() - 1);
    // A night in which the clock is changed has moved it.
    setTime();
  }
  return end.getTime();
};

export const createDigest = ({
  db,
  digest,
  outbox,
  messages,
  clock,
  report = NO_REPORT,
  onQueued,
}: DigestOptions): Digest => {
  const meta = createMeta(db);
  let timer: NodeJS.Timeout | undefined;

  const told = (): number | null => {
    const value = Number(meta.get(KEY) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };

  const tell = (): void => {
    const now = clock.now();
    const end = lastEnd(digest, now);
    const before = told();
    const periodMs = digest.every === 'day' ? DAY_MS : 7 * DAY_MS;
    // The first period is not a whole one; and a clock that went far ahead must not silence the digest for long.
    if (before === null || before - now > periodMs) return meta.set(KEY, String(end));
    if (end <= before) return;
    transaction(db, () => {
      for (const { to, message } of messages({ from: Math.max(before, end - LONGEST_MS), to: end }))
        outbox.enqueue({ topic: 'digest', subject: end, kind: 'digest', message, at: now }, [to]);
      meta.set(KEY, String(end));
    });
    onQueued();
  };

  /** What fails is tried again at the next tick. */
  const tick = (): void => attempted(report, { stage: 'notice', gateway: null, part: 'digest' }, tell);

  return {
    tick,
    start: () => {
      tick();
      timer = setInterval(tick, EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
};
