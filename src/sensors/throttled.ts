import type { Sensor } from './sensor.ts';

/** Asks a sensor that costs much at most once in `everyMs`. */
export const throttled = (sensor: Sensor, everyMs: number): Sensor => {
  let lookedAt = -Infinity;
  return {
    ...sensor,
    look: async (now) => {
      // A clock that was set back must not silence the sensor for that long.
      if (Math.abs(now - lookedAt) < everyMs) return [];
      lookedAt = now;
      return sensor.look(now);
    },
  };
};
