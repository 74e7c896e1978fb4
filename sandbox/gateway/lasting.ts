/** The faults that a new process does not end: each lies outside it, and goes on until it is lifted. */
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlServer } from './control-server.ts';
import type { LastingFault } from './faults.ts';
import { writeJson, type HomeFiles } from './home.ts';
import type { Launch } from './launch.ts';
import type { Outside } from './outside-faults.ts';
import { readProcessId, signalProcess, type ProcessId } from './proc.ts';
import type { StartFault } from './protocol.ts';

/** The gateway's way to both platforms. */
export interface Network {
  pull(): void;
  plug(): Promise<void>;
}

export interface LastingOptions {
  readonly files: HomeFiles;
  readonly control: ControlServer;
  readonly outside: Outside;
  readonly network: Network;
  readonly start: () => Promise<ProcessId>;
  /** Starts one more, past the guard. */
  readonly startSecond: () => Launch;
}

export interface Lasting {
  /** What every process suffers from at its start. */
  startFault(): StartFault | null;
  begin(fault: LastingFault, target: ProcessId): Promise<void>;
  /** Ends the one that goes on, if any. */
  lift(): Promise<void>;
  /** For the end of the sandbox: nothing is put right, nothing is started any more. */
  stop(): void;
}

/** A service manager's pause before it starts a gateway again, cut to the sandbox's times. */
const RESPAWN_MS = 300;
const POLL_MS = 25;

export const createLasting = ({ files, control, outside, network, start, startSecond }: LastingOptions): Lasting => {
  let current: LastingFault | null = null;
  let undo = async (): Promise<void> => undefined;
  let respawning = new AbortController();

  /** A little service manager: whatever ends is started again. */
  const respawn = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await delay(POLL_MS, undefined, { signal });
      if (control.current()) continue;
      await delay(RESPAWN_MS, undefined, { signal });
      // It may end before it registers; then it is started again.
      await start().catch(() => undefined);
    }
  };

  const steps: Readonly<Record<LastingFault, (target: ProcessId) => Promise<() => Promise<void>>>> = {
    qq_banned: async () => {
      outside.banned();
      return async () => outside.lift();
    },
    qq_server_error: async () => {
      await control.break('qq_server_error');
      outside.serverError();
      return async () => outside.lift();
    },
    network_down: async () => {
      await control.break('network_down');
      network.pull();
      return () => network.plug();
    },
    config_rejected: async () => {
      await control.break('config_rejected');
      return async () => undefined;
    },
    duplicate: async () => {
      const { pid } = startSecond();
      return async () => {
        const second = pid === undefined ? null : readProcessId(pid);
        if (second) signalProcess(second, 'SIGTERM');
      };
    },
    crash_loop: async () => {
      await control.break('crash_loop');
      respawning = new AbortController();
      const ended = respawn(respawning.signal).catch(() => undefined);
      return async () => {
        respawning.abort();
        await ended;
        // The one that is there was started to crash.
        for (let doomed = control.current(); doomed; doomed = control.current()) {
          signalProcess(doomed, 'SIGKILL');
          await delay(POLL_MS);
        }
        await start();
      };
    },
    update: async (target) => {
      writeJson(files.updatePending, { platform: 'feishu', chat_id: 'oc_0', timestamp: new Date().toISOString() });
      signalProcess(target, 'SIGTERM');
      return async () => rmSync(files.updatePending, { force: true });
    },
  };

  return {
    startFault: () => (current === 'config_rejected' || current === 'crash_loop' ? current : null),
    begin: async (fault, target) => {
      current = fault;
      undo = await steps[fault](target);
    },
    lift: async () => {
      current = null;
      const lifted = undo;
      undo = async () => undefined;
      await lifted();
    },
    stop: () => respawning.abort(),
  };
};
