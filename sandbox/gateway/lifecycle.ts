/**
 * What one life of the gateway leaves for the next: starts, the ledger, and the marker of a clean stop
 * (docs/facts/hermes.md 3.3).
 */
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../src/base/clock.ts';
import { isoTime, readJson, writeJson, type HomeFiles } from './home.ts';
import type { GatewayLog } from './python-log.ts';

export interface Lifecycle {
  /** Writes the end of this life. */
  exited(code: number, reason: string): void;
}

const tellUncleanExit = (files: HomeFiles, log: GatewayLog, last: Record<string, unknown>): void => {
  const heartbeat = readJson(files.heartbeat);
  const seen = heartbeat?.['pid'] === last['pid'] ? String(heartbeat?.['updated_at']) : 'None';
  log(
    'WARNING',
    'gateway.lifecycle_ledger',
    `Previous gateway life (pid=${String(last['pid'])}, started_at=${String(last['started_at'])}) exited UNCLEANLY ` +
      `(no exit path ran — SIGKILL / OOM / VM death). last_heartbeat_at=${seen} last_mem=None suspected_oom=False`,
  );
};

/** Reads how the last life ended, says so in the log, and begins a new one. */
export const beginLife = (files: HomeFiles, log: GatewayLog, clock: Clock): Lifecycle => {
  const startedAt = isoTime(clock.now());
  appendFileSync(files.starts, `${(clock.now() / 1_000).toFixed(3)}\n`);

  const last = readJson(files.lifecycle);
  if (last?.['phase'] === 'running') tellUncleanExit(files, log, last);
  if (existsSync(files.cleanShutdown)) {
    rmSync(files.cleanShutdown);
    log('INFO', 'gateway.run', 'Previous gateway exited cleanly — skipping session suspension');
  }

  const life = { pid: process.pid, started_at: startedAt, create_time: Date.now() / 1_000 - process.uptime() };
  const open = { exit_code: null, exit_reason: null, exited_at: null };
  writeJson(files.lifecycle, {
    phase: 'running',
    ...life,
    ...open,
    prior_unclean_exit: last?.['phase'] === 'running',
    prior_suspected_oom: false,
  });
  return {
    exited: (code, reason) => {
      writeFileSync(files.cleanShutdown, '');
      writeJson(files.lifecycle, {
        phase: 'exited',
        ...life,
        exit_code: code,
        exit_reason: reason,
        exited_at: isoTime(clock.now()),
      });
    },
  };
};
