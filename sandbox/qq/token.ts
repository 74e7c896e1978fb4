/**
 * Access tokens of one bot: the same one until its last minute, then a new one while the old still counts
 * (docs/facts/qq.md 1.1).
 */
import { randomBytes } from 'node:crypto';

const LIFE_MS = 7_200_000;
const OVERLAP_MS = 60_000;

export interface TokenIssuer {
  issue(): { readonly token: string; readonly expiresInS: number };
  accepts(token: string): boolean;
  /** Makes every token issued so far invalid, as a reset of the secret does. */
  revoke(): void;
}

export const createTokenIssuer = (now: () => number): TokenIssuer => {
  let issued: { token: string; expiresAt: number }[] = [];
  const live = (): typeof issued => (issued = issued.filter(({ expiresAt }) => expiresAt > now()));
  return {
    issue: () => {
      let current = live().at(-1);
      if (!current || current.expiresAt - now() <= OVERLAP_MS) {
        current = { token: randomBytes(32).toString('base64url'), expiresAt: now() + LIFE_MS };
        issued.push(current);
      }
      return { token: current.token, expiresInS: Math.floor((current.expiresAt - now()) / 1_000) };
    },
    accepts: (token) => live().some((known) => known.token === token),
    revoke: () => {
      issued = [];
    },
  };
};
