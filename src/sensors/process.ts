import { join } from 'node:path';
import { readForeign } from '../base/foreign/read.ts';
import { trustIn } from '../base/foreign/trust.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { findGatewayProcesses, homeEnvironment } from './gateway-processes.ts';
import { readLock } from './lock.ts';
import { isAlive, readProcess, seenIn } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';
import type { Sensor } from './sensor.ts';

/**
 * Finds the gateway process of a home, by the strongest sign there is: it holds the home's lock; the pid file names it
 * and pid, start time and command line all fit; or its command line and environment name the home. Zombies are dead.
 * @param maxAgeMs how late a process that has just been started may be seen; one that has ended never counts.
 * @returns null when there is none.
 */
export const findGatewayProcess = async (kind: GatewayKind, home: string, maxAgeMs = 0): Promise<ProcessSeen | null> => {
  const found = (await lockHolder(kind, home, maxAgeMs)) ?? (await notedProcess(kind, home)) ?? (await findGatewayProcesses(kind, home, maxAgeMs))[0];
  return found ? seenIn(found) : null;
};

/** The lock lies in this home, so it does not matter how its holder spells the home. Others hold it to try it, for a moment. */
const lockHolder = async (kind: GatewayKind, home: string, maxAgeMs: number): Promise<ProcessSnapshot | null> => {
  const lock = kind.lockFile === null ? null : await readLock(join(home, kind.lockFile), maxAgeMs);
  const process = lock?.pid == null ? null : await readProcess(lock.pid);
  return isAlive(process) && kind.servedBy(process.argv, null) !== null ? process : null;
};

const notedProcess = async (kind: GatewayKind, home: string): Promise<ProcessSnapshot | null> => {
  if (kind.pidFile === null) return null;
  const noted = await readForeign(join(home, kind.pidFile), { trust: trustIn(home, kind.trustedUsers), mostBytes: kind.pidFileBytes }).then(({ text }) => kind.readPidFile(text), () => null);
  const process = noted && (await readProcess(noted.pid));
  if (!isAlive(process) || (noted?.startTime != null && noted.startTime !== process.startTime)) return null;
  const served = kind.servedBy(process.argv, await homeEnvironment(kind, process.pid));
  // The pid file lies in this home: a process whose home cannot be told is this one's.
  return served && (served.home === null || served.home === home) ? process : null;
};

export const createProcessSensor = (find: () => Promise<ProcessSeen | null>): Sensor => ({
  name: 'process',
  look: async (now) => {
    const process = await find();
    const text = process ? `pid ${process.pid}` : 'no gateway process';
    return [{ at: now, source: 'process', text, link: null, fact: { kind: 'process', process } }];
  },
});
