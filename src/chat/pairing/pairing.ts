/**
 * Pairing: whoever sends the one-time code that the machine shows becomes an operator. The code is kept as a salted
 * hash, for ten minutes and five tries by whomsoever.
 */
import { randomBytes, randomInt, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Operator, Role } from '../../config/config.ts';
import type { PairedOperator, PairedOperators } from '../../store/operators.ts';
import { createPairingStore, type StoredPairing } from '../../store/pairing.ts';
import { transaction } from '../../store/transaction.ts';
import { isRole } from '../access/authorise.ts';
import { normalise } from '../bus/parse-command.ts';

/** Without what looks alike on a phone: 0 and O, 1, I and L. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LENGTH = 8;
export const CODE_LIFE_MS = 600_000;
export const CODE_TRIES = 5;

export interface Pairing {
  /** Makes a new code; the one before counts no more. It is nowhere but in the result. */
  begin(offer: PairingOffer, now: number): PairingCode;
  /** What has become of the latest code; null: there never was one. */
  state(now: number): PairingState | null;
  /**
   * Tries a code that `readCode` has read; the person must be no operator yet.
   * @param note told the result before anything of it counts; when it throws, nothing has happened.
   */
  attempt(
    code: string,
    by: { readonly channel: string; readonly user: string },
    now: number,
    note: (attempt: PairingAttempt) => void,
  ): PairingAttempt;
}

export interface PairingOffer {
  readonly role: Role;
  /** null: one is found that nobody has. */
  readonly name: string | null;
  /** The command that shows the code. */
  readonly madeBy: 'run' | 'pair';
}

export interface PairingCode {
  readonly id: string;
  /** As it is shown: `ABCD-EFGH`. */
  readonly code: string;
  readonly expiresAt: number;
}

export interface PairingState {
  readonly id: string;
  readonly is: 'open' | 'used' | 'out_of_tries' | 'expired';
  readonly madeBy: string;
  readonly expiresAt: number;
  /** Who has used it. */
  readonly paired: StoredPairing['paired'];
}

export type PairingAttempt =
  | { readonly kind: 'paired'; readonly operator: PairedOperator }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  /** There is no code to try. */
  | { readonly kind: 'closed' };

const PAIR = /^(?:\/ ?(?:pair|配对)|配对)(?: (.*))?$/i;

/** @returns what follows `/pair` or `配对` in a message; null when it is no such message. Long ones are not looked at. */
export const pairingText = (text: string): string | null => {
  if (typeof text !== 'string' || text.length > 100) return null;
  const match = PAIR.exec(normalise(text));
  return match && (match[1] ?? '').trim();
};

/** @returns the code as it was made; null when it cannot be one. Case, width, dashes and blanks do not matter. */
export const readCode = (typed: string): string | null => {
  const code = normalise(typed)
    .replaceAll(/[\s\p{Pd}\u2212_]/gu, '')
    .toUpperCase();
  return code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character)) ? code : null;
};

/** The code is worth ten minutes; what is to stop a thief of the file is the time that each guess takes. */
const hashOf = (code: string, salt: Uint8Array): Buffer => scryptSync(code, salt, 32, { N: 4_096 });

const stateOf = ({ paired, triesLeft, madeAt, expiresAt }: StoredPairing, now: number): PairingState['is'] => {
  if (paired) return 'used';
  // A clock that was set back must not make a code live longer.
  if (now >= expiresAt || now < madeAt - CODE_LIFE_MS) return 'expired';
  return triesLeft > 0 ? 'open' : 'out_of_tries';
};

export const createPairing = (
  db: DatabaseSync,
  { configured, paired }: { readonly configured: readonly Operator[]; readonly paired: PairedOperators },
): Pairing => {
  const store = createPairingStore(db);

  /** A name that was given may be the same person's on another channel; one that is made up must be nobody's. */
  const freeName = (wanted: string | null, role: string, channel: string): string => {
    const taken = [
      ...configured.flatMap(({ name, ids }) => Object.keys(ids).map((on) => ({ name, on }))),
      ...paired.list().map(({ name, channel: on }) => ({ name, on })),
    ].filter(({ on }) => wanted === null || on === channel);
    const first = wanted ?? role;
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? first : `${first}-${n}`;
      if (!taken.some((other) => other.name === name)) return name;
    }
  };

  return {
    begin: ({ role, name, madeBy }, now) => {
      const code = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
      const salt = randomBytes(16);
      const [id, expiresAt] = [randomUUID(), now + CODE_LIFE_MS];
      store.put({
        id,
        salt,
        hash: hashOf(code, salt),
        role,
        name,
        madeBy,
        madeAt: now,
        expiresAt,
        triesLeft: CODE_TRIES,
        paired: null,
      });
      return { id, code: `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`, expiresAt };
    },
    state: (now) => {
      const latest = store.get();
      return (
        latest && {
          id: latest.id,
          is: stateOf(latest, now),
          madeBy: latest.madeBy,
          expiresAt: latest.expiresAt,
          paired: latest.paired,
        }
      );
    },
    attempt: (code, { channel, user }, now, note) =>
      transaction(db, () => {
        const latest = store.get();
        const attempt = ((): PairingAttempt => {
          if (!latest || stateOf(latest, now) !== 'open' || !isRole(latest.role)) return { kind: 'closed' };
          store.spendTry(latest.id);
          if (!timingSafeEqual(hashOf(code, latest.salt), latest.hash))
            return { kind: 'wrong', triesLeft: latest.triesLeft - 1 };
          const operator: PairedOperator = {
            channel,
            user,
            name: freeName(latest.name, latest.role, channel),
            role: latest.role,
            pairedAt: now,
          };
          paired.add(operator);
          store.use(latest.id, { channel, user, name: operator.name, role: operator.role });
          return { kind: 'paired', operator };
        })();
        note(attempt);
        return attempt;
      }),
  };
};
