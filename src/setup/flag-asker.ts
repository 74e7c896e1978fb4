/** The asker for scripts, which asks nothing: an error names the flag that gives a missing answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../base/errors.ts';
import { setupText } from '../text/setup/setup.ts';
import type { Locale } from '../text/locale.ts';
import { Cancelled, type SetupAsker } from './asker.ts';

const CHECK_MS = 200;

export interface FlagAskerOptions {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly locale: () => Locale;
}

export const createFlagAsker = ({ out, err, signal, locale }: FlagAskerOptions): SetupAsker => {
  const missing = async ({ flag }: { readonly flag: string }): Promise<never> => {
    throw new UserError('USAGE_MISSING', setupText(locale()).missing(flag));
  };
  return {
    interactive: false,
    choose: missing,
    chooseSome: missing,
    text: missing,
    secret: missing,
    yes: missing,
    guide: () => undefined,
    bare: () => undefined,
    step: () => undefined,
    begin: () => undefined,
    show: out,
    good: out,
    warn: err,
    bad: err,
    end: out,
    busy: (_message, work) => orCancelled(signal, work(signal)),
    wait: async ({ limitMs, until }) => {
      for (const end = performance.now() + limitMs; performance.now() < end;) {
        if (signal.aborted) throw new Cancelled();
        if (until()) return 'done';
        await pause(CHECK_MS, undefined, { signal }).catch(() => undefined);
      }
      return until() ? 'done' : 'late';
    },
  };
};

/** Rejects with Cancelled when the signal is aborted; work that ignores the signal goes on, and its result is lost. */
export const orCancelled = async <Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> => {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const cancel = (): void => reject(new Cancelled());
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, cancelled]);
  } catch (error) {
    // An error that the cancelling has caused is no failure of its own.
    throw signal.aborted ? new Cancelled() : error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
