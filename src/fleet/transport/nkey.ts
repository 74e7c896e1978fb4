/**
 * Proves who one is, by Node's own Ed25519. The client does it in pure JavaScript, which takes 10 ms: hundreds in one process
 * that come back together wait so long for each other that the server gives up on them (docs/facts/fleet.md 4).
 */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { Authenticator } from '@nats-io/transport-node';
import { readCreds } from '../../base/nats-creds.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Two bytes say what the seed is of; two after it are a checksum. */
const SEED = { from: 2, to: 34 } as const;

const fromBase32 = (text: string): Uint8Array => {
  const bytes: number[] = [];
  let [value, bits] = [0, 0];
  for (const letter of text) {
    value = ((value << 5) | BASE32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
};

/** @throws when it is called with a seed that is none. */
const authenticatorOfSeed = async (seed: string): Promise<(nonce?: string) => { nkey: string; sig: string }> => {
  const { fromSeed } = await import('@nats-io/nkeys');
  let known: { readonly nkey: string; readonly key: KeyObject } | null = null;
  const open = (): NonNullable<typeof known> => ({
    // Checks the seed's letters and its checksum.
    nkey: fromSeed(new TextEncoder().encode(seed)).getPublicKey(),
    key: createPrivateKey({
      key: Buffer.concat([PKCS8, fromBase32(seed).subarray(SEED.from, SEED.to)]),
      format: 'der',
      type: 'pkcs8',
    }),
  });
  return (nonce) => {
    known ??= open();
    const { nkey, key } = known;
    return { nkey, sig: nonce === undefined ? '' : sign(null, Buffer.from(nonce), key).toString('base64') };
  };
};

/**
 * @param credentials the text of a creds file, or a seed: of a fleet whose server has the rights in its configuration.
 * @throws when it is called with a seed that is none.
 */
export const authenticatorOf = async (credentials: string): Promise<Authenticator> => {
  const { jwt, seed } = readCreds(credentials);
  if (jwt === null || seed === null) return authenticatorOfSeed(credentials.trim());
  const prove = await authenticatorOfSeed(seed);
  return (nonce) => ({ jwt, ...prove(nonce) });
};
