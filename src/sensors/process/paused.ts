import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { isHeldStill } from './freezer.ts';
import type { Sensor } from '../sensor.ts';

export interface PausedSensorOptions {
  /** The live gateway process; null: there is none. */
  readonly process: () => ProcessIdentity | null;
  /** The word of what keeps it, where that is all there is; null: it has not said. */
  readonly byKeeper?: () => boolean | null;
  readonly heldStill?: (pid: number) => Promise<boolean | null>;
}

/** Says nothing of a process that runs and did so at the look before. */
export const createPausedSensor = ({
  process,
  byKeeper = () => null,
  heldStill = isHeldStill,
}: PausedSensorOptions): Sensor & { isPaused(): boolean } => {
  /** null: never looked, and it may have been let go since the last run. */
  let paused: boolean | null = null;
  return {
    name: 'paused',
    isPaused: () => paused === true,
    look: async (now) => {
      const current = process();
      const before = paused;
      paused = current !== null && ((await heldStill(current.pid)) ?? byKeeper() ?? false);
      return paused || before !== false
        ? [
            {
              at: now,
              source: 'paused',
              text: paused ? `pid ${current?.pid} is held still: its container or unit is paused` : 'it goes on',
              link: null,
              fact: { kind: 'paused', paused },
            },
          ]
        : [];
    },
  };
};
