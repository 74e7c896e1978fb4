/** Which IP addresses a platform's hosts have, asked seldom and never waited for long. */
import { within } from '../../base/time-limit.ts';
import { isIP } from 'node:net';
import { plainAddress } from './ip-address.ts';
import type { Resolve } from './resolve.ts';

const FRESH_MS = 600_000;
/** With the network down a look-up can hang for half a minute; its answer then counts at a later look. */
const PATIENCE_MS = 1_000;
/** Platforms change their addresses; a long list would be all of a network's past. */
const REMEMBERED = 64;

export interface AddressBook {
  /** @returns all addresses that the host has had lately; never throws. */
  addressesOf(host: string, now: number): Promise<ReadonlySet<string>>;
}

interface Entry {
  /** Earlier answers stay: a connection may be older than the latest answer. */
  readonly addresses: Set<string>;
  askedAt: number;
  asking: Promise<void> | null;
}

export const createAddressBook = (
  resolve: Resolve,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): AddressBook => {
  const entries = new Map<string, Entry>();

  const ask = async (host: string, { addresses }: Entry): Promise<void> => {
    for (const address of (await resolve(host)).map(plainAddress)) {
      addresses.delete(address);
      addresses.add(address);
    }
    for (const oldest of addresses) {
      if (addresses.size <= REMEMBERED) return;
      addresses.delete(oldest);
    }
  };

  return {
    addressesOf: async (host, now) => {
      if (isIP(host) !== 0) return new Set([plainAddress(host)]);
      const entry = entries.get(host) ?? { addresses: new Set<string>(), askedAt: -Infinity, asking: null };
      entries.set(host, entry);
      const asked = Math.abs(now - entry.askedAt) < FRESH_MS;
      if (!entry.asking && !asked) {
        entry.askedAt = now;
        entry.asking = ask(host, entry)
          .catch(() => {
            // No answer is no news; asked again at the next look.
            entry.askedAt = -Infinity;
          })
          .finally(() => {
            entry.asking = null;
          });
      }
      if (entry.asking) await within(entry.asking, patienceMs);
      return entry.addresses;
    },
  };
};
