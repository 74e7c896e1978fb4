/** What the keys of a fleet sign: for each exactly what it may say and hear, by whatever clock. */
import fc from 'fast-check';
import { createUser, fromPublic } from '@nats-io/nkeys';
import { expect, test } from 'vitest';
import { agentRights, hubRights, joinRights, keeperRights } from '../../src/fleet/protocol/subjects.ts';
import { readKeys, writeKeys } from '../../src/fleet/setup/fleet-keys.ts';
import { readJoinReply, readJoinRequest, joinRequest } from '../../src/fleet/setup/join.ts';
import { readJwt, revokedBy, signJwt } from '../../src/fleet/setup/jwt.ts';
import { withMember, withoutMember, withRevoked, type Member, type Members } from '../../src/fleet/setup/members.ts';
import { accountJwt, joinJwt, keeperJwt, memberJwt, operatorJwt, tellerJwt } from '../../src/fleet/setup/rights.ts';
import { FLEET, KEYS } from './credentials.ts';

const NOW = 1_800_000_000;
const KEY = createUser().getPublicKey();
/** As long as a name may be. */
const LONG = 'a'.repeat(63);
/** The server reads no longer line of a client. */
const MOST_LINE = 4_096;
/** Nor a longer message. */
const MOST_MESSAGE = 1_048_576;

interface Said {
  readonly iss: string;
  readonly nats: {
    readonly pub: { readonly allow: readonly string[] };
    readonly sub: { readonly allow: readonly string[] };
    readonly revocations?: Readonly<Record<string, number>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}
const claimsOf = (jwt: string): Said & NonNullable<ReturnType<typeof readJwt>> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as ReturnType<typeof claimsOf>;

const member = (name: string, role: Member['role']): Member => ({ name, role, key: KEY, issued: NOW });
const passing = { name: 'web-3', key: KEY, issued: NOW, expires: NOW + 900 };
const teller = {
  publish: ['$SYS.REQ.CLAIMS.UPDATE', `$SYS.REQ.ACCOUNT.${KEYS.account.getPublicKey()}.CLAIMS.LOOKUP`],
  subscribe: ['lf1.teller.>'],
};

test.each([
  ['a host', memberJwt(KEYS, member('web-3', 'agent')), agentRights('web-3'), 'account', undefined],
  ['a hub', memberJwt(KEYS, member('hub-1', 'hub')), hubRights(), 'account', undefined],
  ['whoever hands in a key', joinJwt(KEYS, passing), joinRights('web-3'), 'account', NOW + 900],
  ['whoever waits for it', keeperJwt(KEYS, passing), keeperRights('web-3'), 'account', NOW + 900],
  ['whoever tells the servers', tellerJwt(KEYS, passing), teller, 'system', NOW + 900],
] as const)('%s has these rights and no others', (_name, jwt, rights, issuer, exp) => {
  const { nats, iss, sub, iat, exp: ends } = claimsOf(jwt);
  expect({ nats, iss, sub, iat, ends }).toEqual({
    nats: {
      type: 'user',
      version: 2,
      subs: -1,
      data: -1,
      payload: -1,
      allowed_connection_types: ['STANDARD'],
      pub: { allow: rights.publish },
      sub: { allow: rights.subscribe },
    },
    iss: KEYS[issuer].getPublicKey(),
    sub: KEY,
    iat: NOW,
    ends: exp,
  });
});

test('what is signed is the same each time, is proven by its issuer, and fits into the server', () => {
  const long = memberJwt(KEYS, member(LONG, 'agent'));
  expect(memberJwt(KEYS, member(LONG, 'agent'))).toBe(long);
  for (const jwt of [long, memberJwt(KEYS, member(LONG, 'hub')), joinJwt(KEYS, { ...passing, name: LONG })])
    // Beside it the line has the key, the signature and the client's name.
    expect(jwt.length).toBeLessThan(MOST_LINE / 2);
  const [head = '', body = '', signature = ''] = long.split('.');
  const bytes = new TextEncoder().encode(`${head}.${body}`);
  const isBy = (jwt: string): boolean =>
    fromPublic(claimsOf(jwt).iss).verify(bytes, Buffer.from(signature, 'base64url'));
  expect(isBy(long)).toBe(true);
  expect(isBy(operatorJwt(KEYS, FLEET))).toBe(false);
});

test('keys that are written are read', () => {
  const read = readKeys(writeKeys(KEYS));
  for (const name of ['operator', 'system', 'account'] as const)
    expect(read[name].getPublicKey()).toBe(KEYS[name].getPublicKey());
  expect(() => readKeys('{"v":1}')).toThrow();
});

test.each([
  ['the clock is right', NOW, NOW + 60, NOW + 120],
  ['the clock stands still', NOW, NOW, NOW],
  ['the clock was set back an hour', NOW, NOW - 3_600, NOW - 7_200],
])('a host that was removed is refused, and let in when it comes again: %s', (_name, added, removed, again) => {
  const had = withMember(FLEET, { name: 'web-3', role: 'agent', key: KEY }, added);
  const gone = withoutMember(had, 'web-3', removed);
  const back = withMember(gone, { name: 'web-3', role: 'agent', key: KEY }, again);
  const twice = withoutMember(back, 'web-3', again);
  const isRefused = (fleet: Members, issued: number): boolean =>
    (claimsOf(accountJwt(KEYS, fleet)).nats.revocations?.[KEY] ?? -1) >= issued;
  const issuedIn = (fleet: Members): number => fleet.members[0]?.issued ?? -1;
  expect(claimsOf(accountJwt(KEYS, had)).nats.revocations).toBeUndefined();
  expect(isRefused(gone, issuedIn(had))).toBe(true);
  expect(isRefused(back, issuedIn(back))).toBe(false);
  expect(isRefused(twice, issuedIn(back))).toBe(true);
  // A server keeps the newer of two.
  const order = [had, gone, twice].map((fleet) => claimsOf(accountJwt(KEYS, fleet)).iat);
  expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
  expect([gone.isTold, back.isTold, twice.removed.length]).toEqual([false, false, 1]);
});

const OTHER = createUser().getPublicKey();
test.each<[string, Record<string, number>, string[], string[], number?]>([
  ['nobody was', {}, ['web-3 1'], []],
  ['who is known to be', { [KEY]: 5 }, [], ['web-3 5'], 5],
  ['a host of this copy', { [KEY]: 1 }, [], ['web-3 1']],
  ['a host of this copy that was let in since', { [KEY]: 0 }, ['web-3 1'], ['web-3 0']],
  ['a host of the other copy', { [OTHER]: 7 }, ['web-3 1'], ['unknown 7']],
  ['a host of this copy, later than is known', { [KEY]: 9 }, [], ['web-3 9'], 5],
  ['something that is no key', { '*': 7, ['U'.repeat(20_000)]: 7 }, ['web-3 1'], []],
])('removed with another copy of the folder: %s', (_name, revoked, members, removed, known) => {
  const before: Members = {
    ...FLEET,
    issued: 3,
    members: known === undefined ? [{ name: 'web-3', role: 'agent', key: KEY, issued: 1 }] : [],
    removed: known === undefined ? [] : [{ name: 'web-3', key: KEY, at: known }],
  };
  const after = withRevoked(before, new Map(Object.entries(revoked)), 2);
  expect(after.members.map(({ name, issued }) => `${name} ${issued}`)).toEqual(members);
  expect(after.removed.map(({ name, at }) => `${name} ${at}`)).toEqual(removed);
  expect(after === before || (after.issued > before.issued && !after.isTold)).toBe(true);
  // What is signed then takes nobody's rights back, and asked again nothing changes.
  const said = revokedBy(accountJwt(KEYS, after));
  expect(withRevoked(after, said, 2)).toBe(after);
});

test('as many as may be removed fit into one message, and one more is refused', () => {
  const removed = Array.from({ length: 8_000 }, (_, n) => ({
    name: `web-${n}`,
    key: `U${String(n).padStart(55, 'A')}`,
    at: NOW,
  }));
  const fleet = { ...withMember(FLEET, { name: 'web-x', role: 'agent', key: KEY }, NOW), removed };
  expect(accountJwt(KEYS, fleet).length).toBeLessThan(MOST_MESSAGE);
  expect(() => withoutMember(fleet, 'web-x', NOW)).toThrow(/no more can be/);
});

test('the streams may take what each server gives them', () => {
  const limitsOf = (fleet: Members) => claimsOf(accountJwt(KEYS, fleet)).nats.limits;
  expect(limitsOf(FLEET)).toMatchObject({ disk_storage: 2 ** 30, mem_storage: 2 ** 20, disallow_bearer: true });
  expect(limitsOf({ ...FLEET, more: ['b:1', 'c:1'] })).toMatchObject({ disk_storage: 3 * 2 ** 30 });
});

test('what is handed in counts for this join alone, and what is answered for this key alone', () => {
  const pair = createUser();
  const key = pair.getPublicKey();
  const joining = { name: 'web-3', by: KEY };
  const bytes = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const asked = bytes(joinRequest(joining, { key, isDone: true }, (given) => pair.sign(given)));
  expect(readJoinRequest(joining, asked)).toEqual({ key, isDone: true });
  expect(readJoinRequest({ ...joining, name: 'web-4' }, asked)).toBeNull();
  expect(readJoinRequest({ ...joining, by: key }, asked)).toBeNull();
  const jwt = memberJwt(KEYS, member('web-3', 'agent'));
  expect(readJoinReply(KEY, bytes({ v: 1, ok: true, jwt }))).toBe(jwt);
  expect(readJoinReply(KEY, bytes({ v: 1, ok: false }))).toBeNull();
  expect(() => readJoinReply(key, bytes({ v: 1, ok: true, jwt }))).toThrow(/another key/);
});

test('hostile texts are no JWT and no request, and do no harm', () => {
  const part = fc.base64String().map((text) => Buffer.from(text).toString('base64url'));
  const like = fc.tuple(
    part,
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    part,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        like.map((parts) => parts.join('.')),
      ),
      (text) => {
        expect(() => readJwt(text)).not.toThrow();
        expect(readJoinRequest({ name: 'web-3', by: KEY }, new TextEncoder().encode(text))).toBeNull();
      },
    ),
  );
  const jwt = signJwt({ name: 'x', sub: KEY, iat: NOW, nats: {} }, KEYS.account);
  expect(readJwt(jwt)).toEqual({ sub: KEY, iat: NOW });
  expect(readJwt(jwt.slice(0, -20))).toBeNull();
});
