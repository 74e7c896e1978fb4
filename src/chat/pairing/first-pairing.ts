/** While nobody at all may command, a running Lifeline shows a pairing code, and a new one when that has run out. */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { codeText, pairingEndText } from '../../text/chat/access.ts';
import type { Locale } from '../../text/locale.ts';
import type { Pairing } from './pairing.ts';

export interface FirstPairingOptions {
  readonly pairing: Pick<Pairing, 'begin' | 'state'>;
  /** Whether anybody may command, as it stands now. */
  readonly anybody: () => boolean;
  /** Where the code can be sent; none: nothing is shown. */
  readonly channels: readonly string[];
  /** Shows it to whoever started Lifeline. Never the log, which is kept and copied: the text holds the code. */
  readonly say: (text: string) => void;
  readonly clock: Pick<Clock, 'now' | 'timer'>;
  readonly logger: Logger;
  readonly locale: Locale;
}

const LOOK_EVERY_MS = 5_000;

export const createFirstPairing = ({
  pairing,
  anybody,
  channels,
  say,
  clock,
  logger,
  locale,
}: FirstPairingOptions): { start(): void; stop(): void } => {
  /** The code shown last; null: somebody has used it. */
  let shown: string | null = null;
  /** The code of which it was told that its tries are used up. */
  let told: string | null = null;
  let failing = false;
  let cancel = (): void => undefined;

  const look = (now: number): void => {
    const latest = pairing.state(now);
    const mine = latest !== null && latest.id === shown;
    if (mine && latest.is === 'used' && latest.paired) {
      say(pairingEndText({ kind: 'paired', ...latest.paired }, locale, now));
      shown = null;
    }
    if (anybody()) return;
    // A code without tries left stands until its time is over, so that guessing gets five tries in ten minutes and no
    // more. One that an earlier run has shown is of no use to whoever reads now; that of `lifeline pair` is.
    if (latest && latest.is !== 'used' && now < latest.expiresAt && (mine || latest.madeBy === 'pair')) {
      if (latest.is === 'out_of_tries' && mine && told !== latest.id) {
        told = latest.id;
        say(pairingEndText({ kind: 'out_of_tries', nextAt: latest.expiresAt }, locale, now));
      }
      return;
    }
    const { id, code, expiresAt } = pairing.begin({ role: 'admin', name: null, madeBy: 'run' }, now);
    shown = id;
    say(codeText({ code, expiresAt, role: 'admin', channels, first: true }, locale, now));
  };
  const tick = (): void => {
    try {
      look(clock.now());
      failing = false;
    } catch (err) {
      if (!failing) logger.error({ err: errorText(err) }, 'no pairing code can be made');
      failing = true;
    }
    cancel = clock.timer(LOOK_EVERY_MS, tick);
  };

  return {
    start: () => {
      if (channels.length > 0) tick();
    },
    stop: () => cancel(),
  };
};
