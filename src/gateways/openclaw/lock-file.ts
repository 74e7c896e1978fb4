/**
 * `gateway.state.lock`: who owns the state folder (docs/facts/openclaw.md 6). JSON, padded with blanks to a fixed
 * length.
 */
import { trimEndOf } from '../../base/trim-end.ts';

export interface StateOwner {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`: tells a stale record after a kill; null where it is not said. */
  readonly startTime: number | null;
  readonly port: number | null;
  readonly configPath: string | null;
}

const whole = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : null;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null;
};

/** @returns null when it is no such record: a new one is written in place. */
export const readStateOwner = (text: string): StateOwner | null => {
  try {
    const record = JSON.parse(trimEndOf(text, '\0 \t\r\n')) as unknown;
    if (typeof record !== 'object' || record === null) return null;
    const { pid, startTime, port, configPath } = record as Readonly<Record<string, unknown>>;
    const owner = whole(pid);
    return owner === null
      ? null
      : {
          pid: owner,
          startTime: whole(startTime),
          port: whole(port),
          configPath: typeof configPath === 'string' ? configPath : null,
        };
  } catch {
    return null;
  }
};
