/** Node's own signature is the one that the client makes in JavaScript. */
import { createUser } from '@nats-io/nkeys';
import { nkeyAuthenticator } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { authenticatorOfSeed } from '../../src/fleet/transport/nkey.ts';

test('the same proof as the client makes, for twenty keys', async () => {
  for (let n = 0; n < 20; n += 1) {
    const seed = createUser().getSeed();
    const own = await authenticatorOfSeed(new TextDecoder().decode(seed));
    for (const nonce of [`nonce-${n}`, undefined]) expect(own(nonce)).toEqual(nkeyAuthenticator(seed)(nonce));
  }
});

test('a seed that is none is refused when it is used', async () => {
  const seed = new TextDecoder().decode(createUser().getSeed());
  const broken = await authenticatorOfSeed(`${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`);
  expect(() => broken('nonce')).toThrow(/checksum/i);
});
