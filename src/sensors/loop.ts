/** Asks the gateway's event loop whether it turns, by the gateway's own rule of two witnesses. */
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { readForeign, type SmallFile } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { trustIn } from '../base/foreign/trust.ts';
import type { GatewayKind, LoopProbe } from '../gateways/gateway-kind.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { Sensor } from './sensor.ts';

const STRIKES = 3;
const GAP_MS = 200;
const ANSWER_MS = 1_000;

export interface LoopSensorOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /** The live gateway process; null: there is none. */
  readonly process: () => ProcessSeen | null;
  /** Overrides the kind's own limit. */
  readonly staleMs?: number;
}

/** A heartbeat of another process, or none at all, is no evidence: older versions write none. */
export const createLoopSensor = ({ kind, home, process, staleMs }: LoopSensorOptions): Sensor => {
  /** When it was last looked for, and since when it can be seen without a gap: of what was out of sight nobody knows how old it grew there. */
  let lookedAt: number | null = null;
  let inSightSince = -Infinity;
  return {
    name: 'loop',
    look: async (now) => {
      const current = process();
      const probe = kind.loop;
      if (!probe || current === null) return [];
      const limitMs = staleMs ?? probe.staleMs;
      if (lookedAt !== null && Math.abs(now - lookedAt) > limitMs) inSightSince = now;
      lookedAt = now;
      const pid = current.ownPid ?? current.pid;
      const file = await readForeign(join(home, probe.heartbeat), { trust: trustIn(home, kind.trustedUsers), mostBytes: MOST_BYTES.record }).catch(() => null);
      // Its home may have been moved away, or its drive be gone for a while.
      if (!file) inSightSince = Infinity;
      else if (inSightSince === Infinity) inSightSince = now;
      const found = file && (await probeLoop(probe, home, pid, { file, now, staleMs: limitMs, inSightSince }));
      return found ? [{ at: now, source: 'heartbeat', text: found.text, link: null, fact: { kind: 'loop', pid, state: found.state } }] : [];
    },
  };
};

interface LoopFinding {
  readonly state: 'alive' | 'wedged' | 'unknown';
  readonly text: string;
}

interface Glance {
  readonly file: SmallFile;
  readonly now: number;
  readonly staleMs: number;
  readonly inSightSince: number;
}

const probeLoop = async (probe: LoopProbe, home: string, pid: number, { file, now, staleMs, inSightSince }: Glance): Promise<LoopFinding | null> => {
  const heartbeat = probe.readHeartbeat(file.text);
  if (heartbeat?.pid !== pid) return null;
  const ageMs = now - Math.max(file.modifiedAt, heartbeat.updatedAt ?? 0);
  const age = `last heartbeat ${Math.round(ageMs / 1_000)} s ago`;
  if (ageMs <= staleMs) return { state: 'alive', text: age };
  if (now - inSightSince <= staleMs) return { state: 'unknown', text: `${age}, and it was out of sight until a moment ago` };
  // A version without the socket writes the heartbeat on the loop itself: its age is proof.
  if (heartbeat.socketArmed === null) return { state: 'wedged', text: age };
  if (!heartbeat.socketArmed) return { state: 'unknown', text: `${age}, no socket to ask` };
  const answer = await askRepeatedly(join(home, probe.socket(pid)), probe.answer);
  if (answer === 'yes') return { state: 'alive', text: `${age}, but the loop answers` };
  if (answer === 'absent') return { state: 'unknown', text: `${age}, the socket is gone` };
  return { state: 'wedged', text: `${age}, and the loop left ${STRIKES} questions unanswered` };
};

/** Any answer within the strikes counts as alive; a socket that is not there is no answer either way. */
const askRepeatedly = async (socket: string, expected: string): Promise<'yes' | 'silent' | 'absent'> => {
  for (let strike = 1; ; strike += 1) {
    const answer = await ask(socket, expected);
    if (answer !== 'silent' || strike === STRIKES) return answer;
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
  }
};

const ask = (path: string, expected: string): Promise<'yes' | 'silent' | 'absent'> =>
  new Promise((resolve) => {
    const socket = createConnection({ path });
    const settle = (answer: 'yes' | 'silent' | 'absent'): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => settle('silent'), ANSWER_MS);
    socket.once('data', (data) => settle(data.toString('latin1').startsWith(expected) ? 'yes' : 'silent'));
    socket.once('end', () => settle('silent'));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ENOENT' ? 'absent' : 'silent'));
  });
