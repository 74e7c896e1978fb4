/**
 * Signs the JWTs by which a NATS server knows its accounts and users. The package `@nats-io/jwt` does that too, with the
 * clock's time as `iat`; but a server keeps the account's JWT whose `iat` is the higher, so here it is given, and only
 * grows, however the clock is set.
 */
import { createHash } from 'node:crypto';
import type { KeyPair } from '@nats-io/nkeys';
import { z } from 'zod';

export interface Claims {
  readonly name: string;
  /** The public key of whoever the JWT is about. */
  readonly sub: string;
  /** When it was issued, in seconds. */
  readonly iat: number;
  /** From then on it is refused, by the server's clock; without it never. */
  readonly exp?: number;
  readonly nats: Readonly<Record<string, unknown>>;
}

const HEADER = { typ: 'JWT', alg: 'ed25519-nkey' };

const encode = (given: string | Uint8Array): string => Buffer.from(given).toString('base64url');

/** The same claims are always the same text. */
export const signJwt = (claims: Claims, issuer: KeyPair): string => {
  const said = { ...claims, iss: issuer.getPublicKey(), nats: { ...claims.nats, version: 2 } };
  const jti = createHash('sha256').update(JSON.stringify(said)).digest('base64url');
  const text = `${encode(JSON.stringify(HEADER))}.${encode(JSON.stringify({ jti, ...said }))}`;
  return `${text}.${encode(issuer.sign(new TextEncoder().encode(text)))}`;
};

export const JWT = /^[\w-]{10,200}\.[\w-]{10,20000}\.[\w-]{80,100}$/;

const issued = z.object({ sub: z.string(), iat: z.number(), exp: z.number().optional() });

const decode = (text: string): unknown =>
  JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8'));

/** Returns what a JWT says of itself, without a proof that it is true; null: it is none. */
export const readJwt = (text: string): z.infer<typeof issued> | null => {
  if (!JWT.test(text)) return null;
  try {
    return issued.parse(decode(text));
  } catch {
    return null;
  }
};

const revoking = z.object({ nats: z.object({ revocations: z.record(z.string(), z.number()).optional() }) });

/** Returns the public keys that an account's JWT refuses, each with the time until which, in seconds. @throws when it is none. */
export const revokedBy = (text: string): ReadonlyMap<string, number> =>
  new Map(Object.entries(revoking.parse(decode(text)).nats.revocations ?? {}));
