/** Looks after a start whether other Lifelines watch the same gateways, and has that told. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Addressee } from '../notify/recipients/addressees.ts';
import { tellOfOtherLifelines } from '../notify/tellers/other-lifelines.ts';
import { findLifelines } from '../doctor/lifelines.ts';
import { readAncestors } from '../sensors/process/proc.ts';

/** One that is on its way out, because this one takes its place, is none. Of real time: processes know no other. */
const SETTLED_MS = 10_000;

export interface OtherLifelinesOptions {
  readonly db: DatabaseSync;
  readonly notifier: Pick<Notifier, 'outbox' | 'wake'>;
  readonly people: () => readonly Addressee[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @returns what ends it. */
export const lookForOtherLifelines = (config: Config, options: OtherLifelinesOptions): (() => void) => {
  const { logger } = options;
  const ended = new AbortController();
  const look = (): void =>
    void tellOfOthers(config, options, ended.signal).catch((err: unknown) =>
      logger.warn({ err }, 'other Lifelines could not be looked for'),
    );
  const timer = setTimeout(look, SETTLED_MS);
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
};

/** @param ended aborted: the store may be closed, and nothing is told any more. */
export const tellOfOthers = async (
  { gateways, locale }: Config,
  { db, notifier, people, clock, logger }: OtherLifelinesOptions,
  ended: AbortSignal,
): Promise<void> => {
  // What Lifeline was started by may have the words of Lifeline, too.
  const own = [process.pid, ...(await readAncestors(process.pid))];
  const found = await findLifelines(gateways.map(({ home }) => home));
  const others = found.filter(({ pid }) => !own.includes(pid));
  if (ended.aborted) return;
  if (others.length > 0) logger.warn({ pids: others.map(({ pid }) => pid) }, 'other Lifelines watch the same gateway');
  if (tellOfOtherLifelines({ db, others, outbox: notifier.outbox, to: people(), locale, now: clock.now() }))
    notifier.wake();
};
