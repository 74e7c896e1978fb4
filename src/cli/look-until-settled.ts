/** A look at a gateway whose findings time alone settles is repeated until it has, within the caller's patience. */
import type { Clock } from '../base/clock.ts';
import type { Look } from '../monitor/gateway/look.ts';

export interface SettledLookOptions {
  readonly watcher: { readonly look: () => Promise<Look> };
  readonly patienceMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Hears once what is waited for. @param until when the wait is over at the latest. */
  readonly onWait: (look: Look, until: number) => void;
}

export const settledLook = async ({ watcher, patienceMs, clock, onWait }: SettledLookOptions): Promise<Look> => {
  let look = await watcher.look();
  const until = look.at + patienceMs;
  const isUnsettled = (): boolean => look.recheckAt !== null && look.recheckAt > look.at && look.recheckAt <= until;
  if (isUnsettled()) onWait(look, until);
  while (isUnsettled()) {
    await clock.sleep((look.recheckAt ?? look.at) - look.at + 1);
    look = await watcher.look();
  }
  return look;
};
