/** Asks the gateway's event loop whether it turns, by the gateway's own rule of two witnesses. */
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { readForeign, type SmallFile } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { trustIn, type Trust } from '../base/foreign/trust.ts';
import type { GatewayKind, LoopProbe } from '../gateways/gateway-kind.ts';
import type { Sensor } from './sensor.ts';

const STRIKES = 3;
const GAP_MS = 200;
const ANSWER_MS = 1_000;

export interface LoopSensorOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /** The live gateway process, or null. */
  readonly pid: () => number | null;
  /** Overrides the kind's own limit. */
  readonly staleMs?: number;
}

/** A heartbeat of another process, or none at all, is no evidence: older versions write none. */
export const createLoopSensor = ({ kind, home, pid, staleMs }: LoopSensorOptions): Sensor => ({
  name: 'loop',
  look: async (now) => {
    const current = pid();
    const probe = kind.loop;
    if (!probe || current === null) return [];
    const found = await probeLoop(probe, home, current, now, staleMs ?? probe.staleMs, trustIn(home, kind.trustedUsers));
    return found ? [{ at: now, source: 'heartbeat', text: found.text, link: null, fact: { kind: 'loop', pid: current, state: found.state } }] : [];
  },
});

interface LoopFinding {
  readonly state: 'alive' | 'wedged' | 'unknown';
  readonly text: string;
}

const probeLoop = async (probe: LoopProbe, home: string, pid: number, now: number, staleMs: number, trust: Trust): Promise<LoopFinding | null> => {
  const path = join(home, probe.heartbeat);
  let file: SmallFile;
  try {
    file = await readForeign(path, { trust, mostBytes: MOST_BYTES.record });
  } catch {
    return null;
  }
  const heartbeat = probe.readHeartbeat(file.text);
  if (heartbeat?.pid !== pid) return null;
  const ageMs = now - Math.max(file.modifiedAt, heartbeat.updatedAt ?? 0);
  const age = `last heartbeat ${Math.round(ageMs / 1_000)} s ago`;
  if (ageMs <= staleMs) return { state: 'alive', text: age };
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
