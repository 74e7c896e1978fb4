/** Reads `s6-svstat -o FIELDS SLOT`: one line, the fields in the order in which they were asked for. */
import type { Outlook } from '../diagnosis/evidence.ts';
import { isConfigRefused, type SupervisorState, type SupervisorStatus } from './supervisor.ts';

/** Known to s6 2.9 (2020) and later; an older one refuses the option. */
export const S6_FIELDS = 'up,wantedup,paused,pid,exitcode,signal,updownfor';

export interface S6Service {
  readonly up: boolean;
  /**
   * Whether s6 means to start it when it is down. A finish script that ends with 125 makes this false, and so does
   * `s6-svc -d`.
   */
  readonly wantedUp: boolean;
  /** Stopped with `s6-svc -p` (SIGSTOP). */
  readonly paused: boolean;
  readonly pid: number | null;
  /** How the last process ended; null while one runs. */
  readonly exit: SupervisorStatus['exit'];
  /** For how long it has been up or down. */
  readonly sinceMs: number;
}

/** @returns null when the text is not what was asked for. */
export const parseS6 = (text: string): S6Service | null => {
  const match = /^(true|false) (true|false) (true|false) (-?\d+) (-?\d+) (\S+) (\d+)$/.exec(text.trim());
  if (!match) return null;
  const [, up, wantedUp, paused, pid, code, signal, seconds] = match;
  const exitCode = Number(code) >= 0 ? { code: Number(code) } : null;
  return {
    up: up === 'true',
    wantedUp: wantedUp === 'true',
    paused: paused === 'true',
    pid: Number(pid) > 0 ? Number(pid) : null,
    exit: signal !== undefined && signal !== 'NA' ? { signal } : exitCode,
    sinceMs: Number(seconds) * 1_000,
  };
};

/** Translates s6's state for callers. */
export const stateOf = ({ up, wantedUp, exit }: S6Service): SupervisorState => {
  if (up) return wantedUp ? 'active' : 'deactivating';
  // Between two processes: the finish script runs, or s6 waits its second before the next start.
  if (wantedUp) return 'activating';
  // A gateway's finish script gives up on 78 and on 0; who sent `-d` cannot be told from the latter.
  return isConfigRefused(exit) ? 'failed' : 'inactive';
};

/** s6 waits a second between two starts. */
const PAUSE_MS = 1_000;

/**
 * Down and not wanted up: the gateway's finish script gave up on a wrong configuration (78), or somebody sent `-d`, or
 * it ended in order (0).
 */
export const outlookOf = ({ up, wantedUp, exit }: S6Service): Outlook => {
  if (wantedUp) return up ? { next: 'settling' } : { next: 'starts', withinMs: PAUSE_MS };
  if (up) return { next: 'settling' };
  return isConfigRefused(exit) ? { next: 'nothing', enabled: false, ended: 'config_refused' } : { next: 'stopped' };
};
