/** What the files of a home, the kernel's locks and sockets, and the homes beside it say of who runs there. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSmall } from '../base/read-small.ts';
import { unlessShort } from '../base/shortage.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import type { GatewayKind, NamedProcess } from '../gateways/gateway-kind.ts';
import { kindAt } from '../gateways/index.ts';
import { namesIn } from '../gateways/entry.ts';
import type { Candidate, HomeFacts, RecordSeen } from './identify.ts';
import { listenersOn } from './listeners.ts';

const ROOT_UID = 0;

/** What cannot be read proves nothing. @throws a shortage of the system's: then nothing was seen. */
export const readHomeFacts = async (kind: GatewayKind, home: string, candidates: readonly Candidate[], known: readonly ProcessIdentity[], lockPid: number | null): Promise<HomeFacts> => {
  const [records, port, owner] = await Promise.all([
    readRecords(kind, home),
    kind.port === null ? null : kind.port(home),
    stat(home).then(({ uid }) => uid, unlessShort),
  ]);
  const trusted = new Set([ROOT_UID, ...(process.getuid ? [process.getuid()] : []), ...(owner === null ? [] : [owner])]);
  const [listeners, ofOthers] = await Promise.all([
    port === null ? [] : listenersOn(port, candidates.map(({ pid }) => pid)),
    candidates.some(({ home: served }) => served !== 'other') ? namedByOtherHomes(kind, home) : [],
  ]);
  return { lockPid, records, listeners, known, ofOthers, trusted };
};

const readRecords = async (kind: GatewayKind, home: string): Promise<readonly RecordSeen[]> => {
  const found = await Promise.all(
    kind.records.map(async ({ path, name, read }): Promise<RecordSeen | null> => {
      const file = resolve(home, path);
      try {
        const [{ text }, { uid }] = await Promise.all([readSmall(file), stat(file)]);
        const named = read(text);
        return named && { ...named, name, uid };
      } catch (error) {
        return unlessShort(error);
      }
    }),
  );
  return found.filter((record) => record !== null);
};

/** The processes that the other homes of the same installation name, with their start times: those are theirs. */
const namedByOtherHomes = async (kind: GatewayKind, home: string): Promise<readonly NamedProcess[]> => {
  if (kind.records.length === 0) return [];
  const { root, profiles, isOne = () => true } = kind.exam.siblingHomes(home);
  const homes = [root, ...namesIn(profiles).filter(isOne).map((name) => join(profiles, name))].filter((other) => resolve(other) !== resolve(home));
  const named = await Promise.all(homes.map((other) => readRecords(kindAt(kind.name, other), other)));
  return named.flat().filter(({ startTime }) => startTime !== null);
};
