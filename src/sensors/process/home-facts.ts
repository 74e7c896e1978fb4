/** What the files of a home, the kernel's locks and sockets, and the homes beside it say of who runs there. */
import { join, resolve } from 'node:path';
import type { Trust } from '../../base/file-trust.ts';
import { readForeign, trustIn } from '../../base/open-foreign.ts';
import { unlessShort } from '../../base/shortage.ts';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import type { GatewayKind, NamedProcess } from '../../gateways/gateway-kind.ts';
import { kindAt } from '../../gateways/index.ts';
import { namesIn } from '../../gateways/entry.ts';
import type { Candidate, HomeFacts, RecordSeen } from './identify.ts';
import { listenersOn } from '../network/listeners.ts';
import { isAlive, readProcess } from './proc.ts';

const ROOT_UID = 0;

/**
 * Returns the facts of a home, of which the user is the owner; a file that cannot be read proves nothing. @throws a shortage of the system's: then
 * nothing was seen.
 */
export const readHomeFacts = async (
  kind: GatewayKind,
  home: string,
  candidates: readonly Candidate[],
  known: readonly ProcessIdentity[],
  { lockPid, owner }: { readonly lockPid: number | null; readonly owner: number | null },
): Promise<HomeFacts> => {
  const trust = trustIn(home, kind.trustedUsers);
  const [records, port] = await Promise.all([
    readRecords(kind, home, trust),
    kind.port === null ? null : kind.port(home),
  ]);
  const self = process.getuid?.();
  // The owner of a record that is believed may run the gateway, too: the configuration names that user.
  const users = new Set([
    ...(self === undefined ? [] : [self]),
    ...(owner === null ? [] : [owner]),
    ...records.map(({ uid }) => uid).filter((uid) => uid !== ROOT_UID),
  ]);
  const [listeners, ofOthers] = await Promise.all([
    port === null
      ? []
      : listenersOn(
          port,
          candidates.map(({ pid }) => pid),
        ),
    candidates.some(({ home: served }) => served !== 'other') ? namedByOtherHomes(kind, home, trust) : [],
  ]);
  return {
    lockPid,
    records,
    listeners,
    known,
    ofOthers,
    trusted: new Set([ROOT_UID, ...users]),
    users: self === ROOT_UID ? 'anybody' : users,
  };
};

/** A record that others could have written names no process. */
const readRecords = async (kind: GatewayKind, home: string, trust: Trust): Promise<readonly RecordSeen[]> => {
  const found = await Promise.all(
    kind.records.map(async ({ path, name, mostBytes, read }): Promise<RecordSeen | null> => {
      const file = resolve(home, path);
      try {
        const { text, uid, modifiedAt } = await readForeign(file, { trust, mostBytes });
        const named = read(text);
        return named && { ...named, name, uid, at: modifiedAt };
      } catch (error) {
        return unlessShort(error);
      }
    }),
  );
  return found.filter((record) => record !== null);
};

/** A process begins before it writes its file; clocks and start times are not exact. */
const EXACT_MS = 1_000;

/**
 * Returns the live processes that the records of a home name, whatever their command lines say: a script starts another
 * program. A process that began after the record was written has only got that pid, and is none.
 */
export const recordedIn = async (kind: GatewayKind, home: string): Promise<readonly ProcessIdentity[]> => {
  const records = await readRecords(kind, home, trustIn(home, kind.trustedUsers));
  const found = await Promise.all(
    records.map(async ({ pid, uid, at }) => {
      const now = pid > 1 && pid !== process.pid ? await readProcess(pid).catch(unlessShort) : null;
      const wrote = isAlive(now) && now.argv.length > 0 && now.uid === uid;
      return wrote && now.startedAt <= (at ?? -Infinity) + EXACT_MS ? now : null;
    }),
  );
  return found.filter((one) => one !== null);
};

/** Returns the processes, with their start times, that the other homes of the same installation name as their own. */
const namedByOtherHomes = async (kind: GatewayKind, home: string, trust: Trust): Promise<readonly NamedProcess[]> => {
  if (kind.records.length === 0) return [];
  const { root, profiles, isOne = () => true } = kind.siblingHomes(home);
  const homes = [
    root,
    ...namesIn(profiles)
      .filter(isOne)
      .map((name) => join(profiles, name)),
  ].filter((other) => resolve(other) !== resolve(home));
  const named = await Promise.all(homes.map((other) => readRecords(kindAt(kind.name, other), other, trust)));
  return named.flat().filter(({ startTime }) => startTime !== null);
};
