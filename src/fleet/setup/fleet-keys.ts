/**
 * The keys of a fleet. Whoever has them lets hosts in and puts them out: the operator's, which the servers trust, signs the
 * accounts; the fleet's account signs hosts and hubs; the system account signs who may tell the servers of a change.
 */
import { createAccount, createOperator, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { z } from 'zod';

export interface FleetKeys {
  readonly operator: KeyPair;
  readonly system: KeyPair;
  readonly account: KeyPair;
}

const seeds = z.object({
  v: z.literal(1),
  operator: z.string().regex(/^SO[A-Z2-7]{56}$/),
  system: z.string().regex(/^SA[A-Z2-7]{56}$/),
  account: z.string().regex(/^SA[A-Z2-7]{56}$/),
});

export const makeKeys = (): FleetKeys => ({
  operator: createOperator(),
  system: createAccount(),
  account: createAccount(),
});

export const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());

export const pairOf = (seed: string): KeyPair => fromSeed(new TextEncoder().encode(seed));

export const writeKeys = ({ operator, system, account }: FleetKeys): string =>
  `${JSON.stringify({ v: 1, operator: seedOf(operator), system: seedOf(system), account: seedOf(account) }, null, 2)}\n`;

/** @throws when the text is not what `writeKeys` writes. */
export const readKeys = (text: string): FleetKeys => {
  const { operator, system, account } = seeds.parse(JSON.parse(text));
  return { operator: pairOf(operator), system: pairOf(system), account: pairOf(account) };
};
