/** The files of a Hermes home (docs/facts/hermes.md 3), and how Hermes writes them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HomeFiles {
  readonly home: string;
  readonly pid: string;
  readonly state: string;
  readonly heartbeat: string;
  readonly lifecycle: string;
  readonly starts: string;
  readonly cleanShutdown: string;
  readonly plannedStop: string;
  readonly updatePending: string;
  readonly logs: string;
  readonly tickSocket: (pid: number) => string;
}

export const homeFiles = (home: string): HomeFiles => ({
  home,
  pid: join(home, 'gateway.pid'),
  state: join(home, 'gateway_state.json'),
  heartbeat: join(home, 'state', 'gateway.heartbeat'),
  lifecycle: join(home, 'state', 'gateway.lifecycle.json'),
  starts: join(home, 'gateway-starts.log'),
  cleanShutdown: join(home, '.clean_shutdown'),
  plannedStop: join(home, '.gateway-planned-stop.json'),
  updatePending: join(home, '.update_pending.json'),
  logs: join(home, 'logs'),
  tickSocket: (pid) => join(home, 'state', `gateway.loop-tick.${pid}.sock`),
});

export const makeHome = (files: HomeFiles): void => {
  mkdirSync(files.logs, { recursive: true });
  mkdirSync(join(files.home, 'state'), { recursive: true });
};

/** Readers see the old file or the new one, never a half. */
export const writeJson = (file: string, value: unknown): void => {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, file);
};

/** The object in a JSON file; null when there is none. */
export const readJson = (file: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** As Python's `isoformat` writes UTC. */
export const isoTime = (at: number): string => new Date(at).toISOString().replace('Z', '+00:00');
