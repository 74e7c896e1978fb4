/**
 * `supervisor: auto`: the bare process, unless a service manager keeps the gateway. Two that restart the same
 * gateway fight each other, so then Lifeline does not touch the process and says which command to run.
 */
import { existsSync } from 'node:fs';
import type { ActionResult, Supervisor } from './supervisor.ts';

/** Where a service manager would keep this gateway's definition, and how a person restarts it there. */
export interface ServiceFile {
  readonly path: string;
  readonly restartCommand: string;
}

export const createAutoSupervisor = (bare: Supervisor, serviceFiles: readonly ServiceFile[]): Supervisor => {
  const service = (): ServiceFile | null => serviceFiles.find(({ path }) => existsSync(path)) ?? null;
  const unlessKept = async (act: () => Promise<ActionResult>): Promise<ActionResult> => {
    const kept = service();
    if (!kept) return act();
    const reason = `A service manager keeps this gateway (${kept.path}); Lifeline cannot restart it there yet. Run: ${kept.restartCommand}. If that service is not in use, set "supervisor: process".`;
    return { outcome: 'failed', steps: [], reason };
  };
  return {
    name: bare.name,
    main: () => bare.main(),
    keptBy: () => service()?.restartCommand ?? null,
    start: (signal) => unlessKept(() => bare.start(signal)),
    restart: (signal) => unlessKept(() => bare.restart(signal)),
  };
};
