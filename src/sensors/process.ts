import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { isAlive, listProcesses, processVariable, readProcess } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';
import type { Sensor } from './sensor.ts';

/**
 * Finds the gateway process of a home: by its pid file when pid, start time and command line all fit, else among
 * all processes by command line and home. Zombies are dead.
 * @returns null when there is none.
 */
export const findGatewayProcess = async (kind: GatewayKind, home: string): Promise<ProcessSeen | null> => {
  const noted = await readFile(join(home, kind.pidFile), 'utf8').then(kind.readPidFile, () => null);
  if (noted) {
    const process = await readProcess(noted.pid);
    if (process && isAlive(process) && (noted.startTime === null || noted.startTime === process.startTime)) {
      const served = kind.servedBy(process.argv, await homeEnvironment(kind, process.pid));
      // The pid file lies in this home: a process whose home cannot be told is this one's.
      if (served && (served.home === null || served.home === home)) return seen(process);
    }
  }
  for (const process of await listProcesses()) {
    if (!isAlive(process) || kind.servedBy(process.argv, null) === null) continue;
    if (kind.servedBy(process.argv, await homeEnvironment(kind, process.pid))?.home === home) return seen(process);
  }
  return null;
};

export const createProcessSensor = (find: () => Promise<ProcessSeen | null>): Sensor => ({
  name: 'process',
  look: async (now) => {
    const process = await find();
    const text = process ? `pid ${process.pid}` : 'no gateway process';
    return [{ at: now, source: 'process', text, link: null, fact: { kind: 'process', process } }];
  },
});

const seen = ({ pid, startTime, startedAt }: ProcessSnapshot): ProcessSeen => ({ pid, startTime, startedAt });

/** @returns what the environment says of the home; null where it may not be read (another user's process): HOME is always set. */
const homeEnvironment = async (kind: GatewayKind, pid: number): Promise<Record<string, string> | null> => {
  const found: Record<string, string> = {};
  for (const name of [kind.homeVariable, 'HOME']) {
    const value = await processVariable(pid, name);
    if (value !== null) found[name] = value;
  }
  return Object.keys(found).length ? found : null;
};
