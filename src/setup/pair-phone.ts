/** Shows a code and waits until somebody has sent it from the phone. */
import type { Role } from '../config/config.ts';
import { codeText, pairingEndText, roleName } from '../text/chat/access.ts';
import { CODE_LIFE_MS, type PairingState } from '../chat/pairing/pairing.ts';
import type { SetupSession } from './setup-session.ts';
import type { SetupContext } from './setup-context.ts';

export interface PersonToPair {
  readonly name: string | null;
  readonly role: Role;
}

export type Paired = NonNullable<PairingState['paired']>;

/** @returns who has paired; null when nobody has. */
export const pairPhone = async (
  { ask, flags, text, locale, clock }: SetupContext,
  session: SetupSession,
  channel: 'feishu' | 'qq',
  { name, role }: PersonToPair,
): Promise<Paired | null> => {
  for (;;) {
    const code = session.pairing.begin({ role, name, madeBy: 'pair' }, clock.now());
    const state = (): PairingState | null => session.pairing.state(clock.now());
    ask.show(codeText({ ...code, role, channels: [channel], first: false }, locale, clock.now()));
    let ended: 'done' | 'skipped' | 'late' | null = null;
    let last: PairingState | null = null;
    try {
      ended = await ask.wait({
        message: text.waitingForCode(),
        limitMs: flags.waitMs ?? CODE_LIFE_MS,
        until: () => state()?.is !== 'open',
      });
    } finally {
      last = state();
      // A new code that nobody sees replaces the one that was shown, which must not count when nobody waits for it.
      if (last?.id === code.id && last.is === 'open')
        session.pairing.begin({ role, name, madeBy: 'pair' }, clock.now());
    }
    if (last?.id === code.id && last.is === 'used' && last.paired) {
      ask.good(text.paired(last.paired.name, roleName(last.paired.role, locale)));
      return last.paired;
    }
    if (ended === 'skipped') return null;
    ask.warn(
      last?.is === 'out_of_tries'
        ? pairingEndText({ kind: 'out_of_tries', nextAt: null }, locale, clock.now())
        : text.nobodyPaired(channel),
    );
    if (!ask.interactive) return null;
    if (!(await ask.yes({ message: text.newCode(), flag: '--no-pair', initial: true }))) return null;
  }
};
