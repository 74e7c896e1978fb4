/**
 * The two ways of ending without a shutdown: a configuration that Hermes refuses (docs/facts/hermes.md 2.3, 4), and a
 * crash.
 */
import type { Lifecycle } from './lifecycle.ts';
import type { StartFault } from './protocol.ts';
import { traceback, type GatewayLog } from './python-log.ts';
import type { StateFile } from './state-file.ts';

export interface EarlyEndContext {
  readonly log: GatewayLog;
  readonly state: StateFile;
  readonly lifecycle: Lifecycle;
}

const REASON = 'qqbot: QQ app id is already in use by another Hermes gateway (PID 4242)';

/** @returns the exit code of the process */
export const endEarly = (fault: StartFault, { log, state, lifecycle }: EarlyEndContext): number => {
  switch (fault) {
    case 'config_rejected':
      log('ERROR', 'gateway.run', `Gateway hit a non-retryable startup conflict: ${REASON}`);
      state.gateway('startup_failed', { exitReason: REASON });
      lifecycle.exited(78, REASON);
      return 78;
    case 'crash_loop':
      // What ends Python itself never reaches its log files.
      process.stderr.write(
        `${traceback('gateway/run.py', 2214, 'start', 'await self._restore_sessions()', "KeyError: 'session_id'")}\n`,
      );
      return 1;
  }
};
