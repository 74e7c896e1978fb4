/** What Lifeline proves itself with is what the client would, by Node's own signature. */
import { createUser } from '@nats-io/nkeys';
import { credsAuthenticator, nkeyAuthenticator } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { authenticatorOf } from '../../src/fleet/transport/nkey.ts';
import { newMember } from './credentials.ts';

test('the same proof as the client makes, for twenty keys', async () => {
  for (let n = 0; n < 20; n += 1) {
    const seed = createUser().getSeed();
    const own = await authenticatorOf(new TextDecoder().decode(seed));
    for (const nonce of [`nonce-${n}`, undefined]) expect(own(nonce)).toEqual(nkeyAuthenticator(seed)(nonce));
  }
});

test.each([
  ['as it was written', (creds: string) => creds],
  ['without its last line end', (creds: string) => creds.trim()],
  ['with the line ends of Windows', (creds: string) => creds.replaceAll('\n', '\r\n')],
])('the same proof of a creds file %s', async (_name, change) => {
  const { creds } = newMember('web-1', 'agent');
  const own = await authenticatorOf(change(creds));
  const theirs = credsAuthenticator(new TextEncoder().encode(creds));
  for (const nonce of ['nonce', undefined]) expect(own(nonce)).toEqual(theirs(nonce));
});

test('a seed that is none is refused when it is used', async () => {
  const seed = new TextDecoder().decode(createUser().getSeed());
  const broken = await authenticatorOf(`${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`);
  expect(() => broken('nonce')).toThrow(/checksum/i);
});
