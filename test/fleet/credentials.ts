/** Hosts and hubs of one fleet, with what they connect with. */
import { createUser } from '@nats-io/nkeys';
import { writeCreds } from '../../src/base/nats-creds.ts';
import { makeKeys, seedOf, type FleetKeys } from '../../src/fleet/setup/fleet-keys.ts';
import type { Member, Members } from '../../src/fleet/setup/members.ts';
import { memberJwt } from '../../src/fleet/setup/rights.ts';

export interface Credentials extends Member {
  /** The text of its creds file. */
  readonly creds: string;
}

/** The keys of the fleet of the tests in this process. */
export const KEYS = makeKeys();
export const FLEET: Members = {
  v: 2,
  address: 'localhost:4222',
  begun: 0,
  members: [],
  removed: [],
  issued: 0,
  isTold: true,
};

export const newMember = (name: string, role: Member['role'], keys: FleetKeys = KEYS): Credentials => {
  const pair = createUser();
  const member = { name, role, key: pair.getPublicKey(), issued: 0 };
  return { ...member, creds: writeCreds(memberJwt(keys, member), seedOf(pair)) };
};
