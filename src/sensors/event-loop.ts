/**
 * Asks the gateway's event loop whether it turns. An old heartbeat alone is proof only of a version without the socket,
 * which writes the heartbeat on the loop itself; where there is a socket, it must stay silent as well.
 */
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { readForeign, type SmallFile, MOST_BYTES, trustIn } from '../base/open-foreign.ts';
import { AHEAD_MS, instantOf, type Instant } from '../base/instant.ts';
import type { GatewayKind, LoopProbe } from '../gateways/gateway-kind.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { processEnvironment, readProcess } from './process/proc.ts';
import type { Sensor } from './sensor.ts';

const STRIKES = 3;
const GAP_MS = 200;
const ANSWER_MS = 1_000;

export interface LoopSensorOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /** The live gateway process; null: there is none. */
  readonly process: () => ProcessSeen | null;
  /** Somebody holds the process still: it can neither write nor answer, and that is no fault of its loop. */
  readonly isPaused?: () => boolean;
  /** How old the heartbeat may be before the loop is asked: `watch.grace.frozen`. */
  readonly frozenMs: number;
}

/** A heartbeat of another process, or none at all, is no evidence: older versions write none. */
export const createLoopSensor = ({
  kind,
  home,
  process,
  isPaused = () => false,
  frozenMs,
}: LoopSensorOptions): Sensor => {
  /**
   * When the heartbeat was last looked for, and since when it can be seen without a gap: while it is out of sight,
   * nobody knows whether it is renewed.
   */
  let lookedAt: number | null = null;
  let inSightSince = -Infinity;
  return {
    name: 'loop',
    look: async (now) => {
      const current = process();
      const probe = kind.loop;
      if (!probe || current === null) return [];
      if (lookedAt !== null && Math.abs(now - lookedAt) > frozenMs) inSightSince = now;
      lookedAt = now;
      const pid = current.ownPid ?? current.pid;
      const file = await readForeign(join(home, probe.heartbeat), {
        trust: trustIn(home, kind.trustedUsers),
        mostBytes: MOST_BYTES.record,
      }).catch(() => null);
      // The gateway's home may have been moved away, or its drive be gone for a while.
      if (!file || isPaused()) inSightSince = Infinity;
      else if (inSightSince === Infinity) inSightSince = now;
      const asked = {
        pid,
        startedAt: current.startedAt,
        sockets: () => socketsOf(kind, home, current, probe.socket(pid)),
      };
      const found = file && !isPaused() && (await probeLoop(probe, asked, { file, now, frozenMs, inSightSince }));
      return found
        ? [
            {
              at: now,
              source: 'heartbeat',
              text: found.text,
              link: null,
              fact: {
                kind: 'loop',
                pid,
                state: found.state,
                ...(found.turnedAt === undefined ? {} : { turnedAt: found.turnedAt }),
              },
            },
          ]
        : [];
    },
  };
};

interface LoopFinding {
  readonly state: 'alive' | 'wedged' | 'unknown';
  readonly text: string;
  /** When the loop last turned, where it does not any more. */
  readonly turnedAt?: Instant;
}

interface Glance {
  readonly file: SmallFile;
  readonly now: number;
  readonly frozenMs: number;
  readonly inSightSince: number;
}

/** The process whose loop is asked. */
interface Asked {
  /** The pid by which the process knows itself. */
  readonly pid: number;
  readonly startedAt: number;
  /** The paths at which the process's socket may be reached, the likeliest first. */
  readonly sockets: () => Promise<readonly string[]>;
}

/** A process starts a moment before it can write. */
const SAME_LIFE_MS = 2_000;

const probeLoop = async (
  probe: LoopProbe,
  { pid, startedAt, sockets }: Asked,
  { file, now, frozenMs, inSightSince }: Glance,
): Promise<LoopFinding | null> => {
  const heartbeat = probe.readHeartbeat(file.text);
  if (heartbeat?.pid !== pid) return null;
  // A time ahead of now proves nothing: the clock was set back, and nothing tells how long ago the heartbeat was
  // written.
  const times = [file.modifiedAt, heartbeat.updatedAt].filter((at) => at !== null);
  const known = times.filter((at) => at <= now + AHEAD_MS);
  const writtenAt = known.length > 0 ? Math.max(...known) : null;
  // In a container each process of the gateway has the same pid: this heartbeat is of an earlier one.
  if (writtenAt !== null && writtenAt < startedAt - SAME_LIFE_MS) return null;
  const oldestMs = times.length > 0 ? null : now;
  const ageMs = writtenAt !== null ? now - writtenAt : oldestMs;
  const age =
    ageMs === null ? 'the heartbeat has a time in the future' : `last heartbeat ${Math.round(ageMs / 1_000)} s ago`;
  if (ageMs !== null && ageMs <= frozenMs) return { state: 'alive', text: age };
  if (now - inSightSince <= frozenMs)
    return { state: 'unknown', text: `${age}, and it was out of sight until a moment ago` };
  // A version without the socket writes the heartbeat on the loop itself: its age is proof.
  if (heartbeat.socketArmed === null)
    return ageMs === null ? { state: 'unknown', text: age } : wedged(age, now - ageMs);
  if (!heartbeat.socketArmed) return { state: 'unknown', text: `${age}, no socket to ask` };
  let answer: Answer = 'absent';
  for (const path of await sockets()) {
    answer = await askRepeatedly(path, probe.answer);
    if (answer !== 'absent') break;
  }
  if (answer === 'yes') return { state: 'alive', text: `${age}, but the loop answers` };
  if (answer === 'absent') return { state: 'unknown', text: `${age}, and its socket cannot be reached` };
  if (ageMs === null) return { state: 'unknown', text: `${age}, and the loop does not answer` };
  return wedged(`${age}, and the loop left ${STRIKES} questions unanswered`, now - ageMs);
};

const wedged = (text: string, lastTurnedAt: number): LoopFinding => {
  const turnedAt = instantOf(lastTurnedAt);
  return { state: 'wedged', text, ...(turnedAt === null ? {} : { turnedAt }) };
};

/**
 * The name of a socket may have 107 characters, which the path of a container's volume has on this side and not inside;
 * and the home itself may lie in the container alone.
 */
const socketsOf = async (
  kind: GatewayKind,
  home: string,
  { pid, ownPid }: ProcessSeen,
  socket: string,
): Promise<readonly string[]> => {
  const own = join(home, socket);
  if (ownPid === undefined) return [own];
  const [seen, env] = await Promise.all([readProcess(pid).catch(() => null), processEnvironment(pid)]);
  const inner = seen === null ? null : (kind.servedBy(seen.argv, env)?.home ?? null);
  return inner === null ? [own] : [own, join(`/proc/${pid}/root`, inner, socket)];
};

type Answer = 'yes' | 'silent' | 'absent';

/** Any answer within the strikes counts as alive; a socket that is not there is no answer either way. */
const askRepeatedly = async (socket: string, expected: string): Promise<Answer> => {
  for (let strike = 1; ; strike += 1) {
    const answer = await ask(socket, expected);
    if (answer !== 'silent' || strike === STRIKES) return answer;
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
  }
};

/** The errors of a socket that is missing, not for this user, or has a name that no socket can have. */
const UNREACHED: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EINVAL',
  'ENAMETOOLONG',
  'ENOTSOCK',
]);

const ask = (path: string, expected: string): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = createConnection({ path });
    const settle = (answer: Answer): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => settle('silent'), ANSWER_MS);
    socket.once('data', (data) => settle(data.toString('latin1').startsWith(expected) ? 'yes' : 'silent'));
    socket.once('end', () => settle('silent'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      settle(UNREACHED.has(error.code ?? '') ? 'absent' : 'silent'),
    );
  });
