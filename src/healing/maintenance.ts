/** Maintenance windows: times in which Lifeline lets the gateway alone. */
import { createTask } from 'node-cron';

export interface MaintenanceWindow {
  /** Cron expression of its beginnings, in the machine's zone or the configured one. */
  readonly schedule: string;
  readonly durationMs: number;
}

const MINUTE_MS = 60_000;

/** @returns when the window ends that `now` lies in, milliseconds since the epoch; null outside of all. */
export const maintenanceUntil = (windows: readonly MaintenanceWindow[], now: number): number | null => {
  const ends = windows.map((window) => endOf(window, now)).filter((end) => end !== null);
  return ends.length ? Math.max(...ends) : null;
};

const endOf = (window: MaintenanceWindow, now: number): number | null => {
  const begun = latestBeginning(window, Math.floor(now / MINUTE_MS) * MINUTE_MS);
  return begun !== null && begun + window.durationMs > now ? begun + window.durationMs : null;
};

/** A look comes every few seconds, and a long window has hundreds of minutes to ask about. */
const known = new Map<string, { readonly minute: number; readonly begun: number | null }>();

/** Looks back, minute by minute, for a beginning that has not run out yet; the latest one ends last. */
const latestBeginning = ({ schedule, durationMs }: MaintenanceWindow, minute: number): number | null => {
  const key = `${durationMs} ${schedule}`;
  const remembered = known.get(key);
  if (remembered?.minute === minute) return remembered.begun;
  const task = taskOf(schedule);
  let begun: number | null = null;
  for (let at = minute; begun === null && at > minute - durationMs; at -= MINUTE_MS) {
    if (task.match(new Date(at))) begun = at;
  }
  known.set(key, { minute, begun });
  return begun;
};

/** Made to be asked, never to run. */
const tasks = new Map<string, ReturnType<typeof createTask>>();
const taskOf = (schedule: string): ReturnType<typeof createTask> => {
  const made = tasks.get(schedule) ?? createTask(schedule, () => undefined);
  tasks.set(schedule, made);
  return made;
};
