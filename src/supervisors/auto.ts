/**
 * `supervisor: auto`: the bare process, unless a service manager keeps the gateway. Two that restart the same
 * gateway fight each other, so then Lifeline does not touch the process and says which command to run.
 */
import { access } from 'node:fs/promises';
import type { ActionResult, Supervisor } from './supervisor.ts';

/** Where a service manager would keep this gateway's definition, and how a person restarts it there. */
export interface ServiceFile {
  readonly path: string;
  readonly restartCommand: string;
}

export const createAutoSupervisor = (bare: Supervisor, serviceFiles: readonly ServiceFile[]): Supervisor => {
  const unlessKept = async (act: () => Promise<ActionResult>): Promise<ActionResult> => {
    for (const { path, restartCommand } of serviceFiles) {
      if (await exists(path)) {
        return {
          outcome: 'failed',
          steps: [],
          reason: `A service manager keeps this gateway (${path}); Lifeline cannot restart it there yet. Run: ${restartCommand}. If that service is not in use, set "supervisor: process".`,
        };
      }
    }
    return act();
  };
  return {
    name: bare.name,
    main: () => bare.main(),
    start: (signal) => unlessKept(() => bare.start(signal)),
    restart: (signal) => unlessKept(() => bare.restart(signal)),
  };
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
