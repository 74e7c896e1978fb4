/** What the page shows of the gateway: its claims, as its files have them. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FaultId } from './faults.ts';
import { readJson, type HomeFiles } from './home.ts';

export interface GatewayView {
  /** The live process and when it registered (milliseconds since the epoch); null when there is none. */
  readonly process: { readonly pid: number; readonly startTime: number; readonly since: number } | null;
  /** What was broken last in the life of the present process, or ended the one before. */
  readonly fault: FaultId | null;
  /** `gateway_state` of the state file; it may lie. */
  readonly claims: string | null;
  /** What the state file says of each link; it may lie. */
  readonly links: readonly { readonly name: string; readonly state: string }[];
}

export const readClaims = (files: HomeFiles): Pick<GatewayView, 'claims' | 'links'> => {
  const state = readJson(files.state);
  const platforms = Object.entries((state?.['platforms'] ?? {}) as Record<string, { readonly state?: unknown }>);
  return {
    claims: state === null ? null : String(state['gateway_state']),
    links: platforms.map(([name, platform]) => ({ name, state: String(platform.state) })),
  };
};

const TAIL_BYTES = 262_144;

/** The last `count` lines of a file; none when it is not there. */
export const lastLines = (file: string, count: number): readonly string[] => {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8').split('\n').slice(0, -1).slice(-count);
  } finally {
    closeSync(handle);
  }
};
