/**
 * How a new host joins (docs/fleet.md#joining): it makes its key itself and hands in the public part, by a credential that
 * may do nothing else and expires after 15 minutes. Whoever has sent for it, `lifeline fleet add`, answers with the rights
 * of that key, and waits until the host says that it has them.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { fromPublic } from '@nats-io/nkeys';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { HOST_NAME } from '../../config/fleet-schema.ts';
import { JWT, readJwt } from './jwt.ts';
import { ADDRESS, PUBLIC_KEY } from './members.ts';

export const JOIN_MS = 15 * 60_000;

const PREFIX = 'lfj2.';
const MOST_TOKEN = 20_000;
const MOST_BYTES = 64 * 1024;

const token = z.object({
  name: z.string().regex(HOST_NAME),
  role: z.enum(['hub', 'agent']),
  /** Where the servers are, as `host:port`. */
  servers: z.array(z.string().regex(ADDRESS)).min(1).max(5),
  /** The credential that may only hand in a key. */
  jwt: z.string().regex(JWT),
  seed: z.string().regex(/^SU[A-Z2-7]{56}$/),
  /** The certificate of the servers, as PEM. */
  ca: z.string().max(MOST_BYTES),
});

export type JoinToken = z.infer<typeof token>;

export const writeToken = (given: JoinToken): string =>
  PREFIX + deflateRawSync(JSON.stringify(given)).toString('base64url');

/** @throws UserError when it is none, or not whole. */
export const readToken = (text: string): JoinToken => {
  const given = text.trim();
  try {
    if (!given.startsWith(PREFIX) || given.length > MOST_TOKEN) throw new Error('no token');
    const bytes = inflateRawSync(Buffer.from(given.slice(PREFIX.length), 'base64url'), { maxOutputLength: MOST_BYTES });
    return token.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new UserError(
      'USAGE_FLEET_TOKEN',
      'This is not what "lifeline fleet add" has printed, or not all of it. Copy the whole command.',
      { cause: error },
    );
  }
};

const request = z.object({
  v: z.literal(1),
  key: z.string().regex(PUBLIC_KEY),
  /** Signed by that key: whoever hands it in has its private part, and the credential of this very join. */
  proof: z.string().max(200),
  /** The host has its rights on its disk. */
  isDone: z.boolean().default(false),
});

export type JoinRequest = Pick<z.infer<typeof request>, 'key' | 'isDone'>;

export const joinReply = z.discriminatedUnion('ok', [
  z.object({ v: z.literal(1), ok: z.literal(true), jwt: z.string().regex(JWT) }),
  z.object({ v: z.literal(1), ok: z.literal(false) }),
]);

export type JoinReply = z.infer<typeof joinReply>;

/** One try to let a host in. A credential of an earlier one for the same name is good for nothing in it. */
export interface Joining {
  readonly name: string;
  /** The public key of the credential. */
  readonly by: string;
}

const saying = ({ name, by }: Joining): Uint8Array => new TextEncoder().encode(`lf1 join ${name} ${by}`);

export const joinRequest = (
  joining: Joining,
  { key, isDone }: JoinRequest,
  sign: (bytes: Uint8Array) => Uint8Array,
): object => ({ v: 1, key, isDone, proof: Buffer.from(sign(saying(joining))).toString('base64url') });

/** Returns what was handed in; null: it is no key, or nobody has its private part. */
export const readJoinRequest = (joining: Joining, bytes: Uint8Array): JoinRequest | null => {
  try {
    if (bytes.length > 2_000) return null;
    const { key, proof, isDone } = request.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return fromPublic(key).verify(saying(joining), Buffer.from(proof, 'base64url')) ? { key, isDone } : null;
  } catch {
    return null;
  }
};

/** Returns the rights of this key; null: it was not taken. @throws when the answer is none, or about another key. */
export const readJoinReply = (key: string, bytes: Uint8Array): string | null => {
  const reply = joinReply.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!reply.ok) return null;
  if (readJwt(reply.jwt)?.sub !== key) throw new Error('the answer is about another key');
  return reply.jwt;
};

/** What people compare: the end of a public key. */
export const shortKey = (key: string): string => key.slice(-8);
