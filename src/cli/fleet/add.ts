/** `lifeline fleet add`: lets a host in. Rights are signed here, by the keys in the fleet's folder. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createUser } from '@nats-io/nkeys';
import { errorText } from '../../base/errors.ts';
import { joinSubject } from '../../fleet/protocol/subjects.ts';
import { CERTIFICATE, type FleetFolder } from '../../fleet/setup/fleet-folder.ts';
import { seedOf } from '../../fleet/setup/fleet-keys.ts';
import { JOIN_MS, readJoinRequest, shortKey, writeToken, type JoinReply } from '../../fleet/setup/join.ts';
import { serversOf, withMember, type Member, type Members } from '../../fleet/setup/members.ts';
import { joinJwt, keeperJwt, memberJwt } from '../../fleet/setup/rights.ts';
import {
  checkName,
  credsFor,
  folderOf,
  memberOf,
  nowS,
  PASSING_S,
  print,
  section,
  text,
  type FleetOptions,
} from './common.ts';
import { catchUp, certificateOf, openServer } from './servers.ts';

/** It asks nothing, so nothing arrives there. */
const KEEPER_INBOX = 'lf1.keeper';
const ANSWER_UNDER_WAY_MS = 1_000;

export interface FleetAddOptions extends FleetOptions {
  readonly hub?: boolean;
  /** The credentials are made here, to be carried. */
  readonly files?: boolean;
}

export const fleetAdd = async (name: string, options: FleetAddOptions): Promise<void> => {
  checkName(name);
  const fleet = folderOf(options);
  const role = options.hub === true ? 'hub' : 'agent';
  const pair = createUser();
  const withNew = (members: Members): Members => withMember(members, { name, role, key: pair.getPublicKey() }, nowS());
  if (options.files !== true) {
    // A name that is taken is told before anybody waits.
    withNew(fleet.members());
    return waitForHost(fleet, name, role);
  }
  // Whoever is on the list can be removed: first the list, then what gives rights.
  const members = fleet.change(withNew);
  const member = memberOf(members, name);
  const path = fleet.saveCreds(
    name,
    credsFor(pair, () => memberJwt(fleet.keys(), member)),
  );
  const words = text();
  print([
    words.added(name),
    `  ${path}`,
    `  ${join(fleet.folder, CERTIFICATE)}`,
    '',
    words.section(),
    section(members, member),
    '',
    ...(await catchUp(fleet)),
    options.hub === true ? words.hub(name) : words.run(),
  ]);
};

/** Returns the rights of a host that hands in its key; of several keys the first counts. On the disk before it is heard of. */
const answerTo = (fleet: FleetFolder, { name, role, key }: Omit<Member, 'issued'>): JoinReply => {
  const isKnown = ({ members }: Members): boolean => members.some((each) => each.name === name);
  const after = fleet.change((now) => (isKnown(now) ? now : withMember(now, { name, role, key }, nowS())));
  const member = memberOf(after, name);
  return member.key === key ? { v: 1, ok: true, jwt: memberJwt(fleet.keys(), member) } : { v: 1, ok: false };
};

/** Lets the host hand in its public key, for as long as this command runs, and at most for 15 minutes. */
const waitForHost = async (fleet: FleetFolder, name: string, role: Member['role']): Promise<void> => {
  const words = text();
  const keys = fleet.keys();
  const issued = nowS();
  const late = await catchUp(fleet);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const connection = await openServer(fleet, {
    name: `lifeline fleet add ${name}`,
    inbox: KEEPER_INBOX,
    credentials: credsFor(createUser(), (key) => keeperJwt(keys, { name, key, issued, expires: issued + PASSING_S })),
    signal: ending.signal,
  });
  const { nc } = connection;
  const joining = createUser();
  try {
    let given: string | null = null;
    const { promise: isDone, resolve: done } = Promise.withResolvers<true>();
    nc.subscribe(joinSubject(name), {
      callback: (error, message) => {
        const asked = error ? null : readJoinRequest({ name, by: joining.getPublicKey() }, message.data);
        if (asked === null) return;
        try {
          const reply = answerTo(fleet, { name, role, key: asked.key });
          message.respond(JSON.stringify(reply));
          if (!reply.ok) return;
          given = asked.key;
          if (asked.isDone) done(true);
        } catch (err) {
          process.stderr.write(`${errorText(err)}\n`);
        }
      },
    });
    await nc.flush();
    const token = writeToken({
      name,
      role,
      servers: [...serversOf(fleet.members())],
      jwt: joinJwt(keys, { name, key: joining.getPublicKey(), issued, expires: issued + JOIN_MS / 1_000 }),
      seed: seedOf(joining),
      ca: certificateOf(fleet),
    });
    print([
      ...late,
      words.joinHere(name, JOIN_MS / 60_000),
      '',
      `  lifeline fleet join ${token}`,
      '',
      words.waiting(name),
    ]);
    const stopped = new Promise<null>((resolve) => ending.signal.addEventListener('abort', () => resolve(null)));
    const hasJoined = await Promise.race([
      isDone,
      stopped,
      pause(JOIN_MS, null, { signal: ending.signal }).catch(() => null),
    ]);
    if (hasJoined !== true) process.exitCode = 1;
    print([whatCameOfIt(name, given, hasJoined === true)]);
    if (hasJoined === true) {
      await nc.flush();
      await pause(ANSWER_UNDER_WAY_MS);
    }
  } finally {
    ending.abort();
    await connection.close();
  }
};

const whatCameOfIt = (name: string, key: string | null, hasJoined: boolean): string => {
  if (key === null) return text().notJoined(name);
  return hasJoined ? text().joined(name, shortKey(key)) : text().notSaid(name, shortKey(key));
};
