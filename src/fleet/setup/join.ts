/**
 * How a new host joins (docs/fleet.md#joining): it makes its key itself and hands in the public part, by a credential that
 * may do nothing else. Whoever has sent for it, `lifeline fleet add`, waits for that key, and nobody does after 15 minutes.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { fromPublic } from '@nats-io/nkeys';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { HOST_NAME } from '../../config/fleet-schema.ts';
import { ADDRESS } from './server-config.ts';

export const JOIN_MS = 15 * 60_000;

const PREFIX = 'lfj1.';
const MOST_TOKEN = 20_000;
const MOST_BYTES = 64 * 1024;

const token = z.object({
  name: z.string().regex(HOST_NAME),
  role: z.enum(['hub', 'agent']),
  address: z.string().regex(ADDRESS),
  /** Of a cluster, where its other servers are. */
  more: z.array(z.string().regex(ADDRESS)).max(4).default([]),
  /** Of the credential that may only hand in a key. */
  seed: z.string().regex(/^SU[A-Z2-7]{56}$/),
  /** The certificate of the server, as PEM. */
  ca: z.string().max(MOST_BYTES),
});

export type JoinToken = z.infer<typeof token>;

export const writeToken = (given: z.input<typeof token>): string =>
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
  key: z.string().regex(/^U[A-Z2-7]{55}$/),
  /** The name, signed by that key: whoever hands it in has the private part. */
  proof: z.string().max(200),
});

export const joinReply = z.object({ v: z.literal(1), ok: z.boolean() });

const saying = (name: string): Uint8Array => new TextEncoder().encode(`lf1 join ${name}`);

export const joinRequest = (name: string, key: string, sign: (bytes: Uint8Array) => Uint8Array): object => ({
  v: 1,
  key,
  proof: Buffer.from(sign(saying(name))).toString('base64url'),
});

/** @returns the public key; null: what was handed in is none, or nobody has its private part. */
export const readJoinRequest = (name: string, bytes: Uint8Array): string | null => {
  try {
    if (bytes.length > 2_000) return null;
    const { key, proof } = request.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return fromPublic(key).verify(saying(name), Buffer.from(proof, 'base64url')) ? key : null;
  } catch {
    return null;
  }
};

/** What people compare: the end of a public key. */
export const shortKey = (key: string): string => key.slice(-8);
