/** A secret that was pasted behind the wrong key is not repeated by the error. */
import { expect, it } from 'vitest';
import { complaints } from './helpers.ts';

const SECRETS = [
  'kR5tGh8Jk2LmQ9vX3zB7nW4pAa1',
  'f3a91c07be5d4826af10c93b7e62d458',
  'QrStUvWxYzAbCdEfGhIj',
  'sk-abcdefghijkl1234',
];
const PLACES: readonly ((secret: string) => string)[] = [
  (secret) => `gateways: [{ name: a, kind: hermes }]\nchannels: { qq: { app_id: ${secret}, client_secret: x } }`,
  (secret) => `gateways: [{ name: a, kind: hermes }]\nchannels: { feishu: { app_id: ${secret}, app_secret: x } }`,
  (secret) => `gateways: [{ name: "a ${secret}", kind: hermes }]`,
  (secret) => `gateways: [{ name: a, kind: ${secret} }]`,
  (secret) => `gateways: [{ name: a, kind: hermes, unit: "x ${secret}" }]`,
  (secret) => `gateways: [{ name: a, kind: hermes, heal: ${secret} }]`,
  (secret) => `gateways: [{ name: a, kind: hermes, ${secret}: 1 }]`,
  (secret) => `locale: ${secret}\ngateways: [{ name: a, kind: hermes }]`,
  (secret) => `gateways: [{ name: a, kind: hermes }]\nalerts: { ping_url: "x ${secret}", ping_every: ${secret} }`,
];

it.each(SECRETS)('%s', (secret) => {
  for (const place of PLACES) {
    const said = complaints(place(secret));
    expect(said.length).toBeGreaterThan(0);
    expect(said.join('\n')).not.toContain(secret);
  }
});
