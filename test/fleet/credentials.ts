/** Hosts and hubs of one fleet, with what they connect with. Each that is made before a server starts is let in by it. */
import { createUser } from '@nats-io/nkeys';
import type { User } from '../../src/fleet/server-file.ts';

export interface Credentials extends User {
  /** Its seed. */
  readonly seed: string;
}

export const MEMBERS: Credentials[] = [];

export const newMember = (name: string, role: User['role']): Credentials => {
  const pair = createUser();
  const member = { name, role, key: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
  MEMBERS.push(member);
  return member;
};
