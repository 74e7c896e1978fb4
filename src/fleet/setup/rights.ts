/** What the keys of a fleet sign: its operator, its accounts, and what each user may say and hear. Pure. */
import { agentRights, hubRights, joinRights, keeperRights, type Rights } from '../protocol/subjects.ts';
import type { FleetKeys } from './fleet-keys.ts';
import { signJwt } from './jwt.ts';
import { serversOf, type Member, type Members } from './members.ts';

const UNLIMITED = -1;
/** How much the streams may take together, on each server. */
export const STORE_BYTES = 1024 * 1024 * 1024;
export const MEMORY_BYTES = 1024 * 1024;

/** Where an account's JWT is handed to the servers. */
export const UPDATE_SUBJECT = '$SYS.REQ.CLAIMS.UPDATE';
/** Where the servers say which JWT of an account they have. */
export const lookupSubject = (account: string): string => `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`;
/** Where their answers arrive. */
export const TELLER_INBOX = 'lf1.teller';

const LIMITS = {
  subs: UNLIMITED,
  data: UNLIMITED,
  payload: UNLIMITED,
};

const ACCOUNT_LIMITS = {
  ...LIMITS,
  imports: 0,
  exports: 0,
  wildcards: true,
  conn: UNLIMITED,
  leaf: 0,
  disallow_bearer: true,
};

export const operatorJwt = ({ operator, system }: FleetKeys, { begun }: Members): string =>
  signJwt(
    {
      name: 'lifeline',
      sub: operator.getPublicKey(),
      iat: begun,
      nats: { type: 'operator', system_account: system.getPublicKey() },
    },
    operator,
  );

export const systemJwt = ({ operator, system }: FleetKeys, { begun }: Members): string =>
  signJwt(
    { name: 'SYS', sub: system.getPublicKey(), iat: begun, nats: { type: 'account', limits: ACCOUNT_LIMITS } },
    operator,
  );

/** The account of hosts and hubs, with those whose rights were taken. */
export const accountJwt = ({ operator, account }: FleetKeys, fleet: Members, storeBytes = STORE_BYTES): string =>
  signJwt(
    {
      name: 'fleet',
      sub: account.getPublicKey(),
      iat: fleet.issued,
      nats: {
        type: 'account',
        limits: {
          ...ACCOUNT_LIMITS,
          mem_storage: MEMORY_BYTES,
          // Each copy of a stream counts.
          disk_storage: storeBytes * serversOf(fleet).length,
          streams: UNLIMITED,
          consumer: UNLIMITED,
        },
        ...(fleet.removed.length === 0
          ? {}
          : { revocations: Object.fromEntries(fleet.removed.map(({ key, at }) => [key, at])) }),
      },
    },
    operator,
  );

/** An empty list would allow everything. */
const permissions = ({ publish, subscribe }: Rights): object => {
  if (publish.length === 0 || subscribe.length === 0) throw new Error('rights must name what they allow');
  return { pub: { allow: publish }, sub: { allow: subscribe } };
};

interface User {
  readonly name: string;
  readonly key: string;
  readonly issued: number;
  readonly expires?: number;
}

const userJwt = (issuer: FleetKeys['account'], { name, key, issued, expires }: User, rights: Rights): string =>
  signJwt(
    {
      name,
      sub: key,
      iat: issued,
      ...(expires === undefined ? {} : { exp: expires }),
      nats: { type: 'user', ...LIMITS, allowed_connection_types: ['STANDARD'], ...permissions(rights) },
    },
    issuer,
  );

export const memberJwt = ({ account }: FleetKeys, member: Member): string =>
  userJwt(account, member, member.role === 'hub' ? hubRights() : agentRights(member.name));

/** For whoever may hand in the key of a new host, for a while. */
export const joinJwt = ({ account }: FleetKeys, user: Required<User>): string =>
  userJwt(account, user, joinRights(user.name));

/** For whoever waits for that key. */
export const keeperJwt = ({ account }: FleetKeys, user: Required<User>): string =>
  userJwt(account, user, keeperRights(user.name));

/** For whoever tells the servers which rights were taken, and may do nothing else there. */
export const tellerJwt = ({ system, account }: FleetKeys, user: Required<User>): string =>
  userJwt(system, user, {
    publish: [UPDATE_SUBJECT, lookupSubject(account.getPublicKey())],
    subscribe: [`${TELLER_INBOX}.>`],
  });
