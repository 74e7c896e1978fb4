/**
 * A sensor that hangs (a tool that never ends, a disk of the network that is gone) must not keep the others of its
 * gateway from looking. It goes on alone, is not asked a second time meanwhile, and is heard when it has its answer.
 */
import { within } from '../base/time-limit.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Sensor } from './sensor.ts';

export interface BoundedSensor extends Sensor {
  /** Whether the sensor has not answered within its limit, and not since. */
  isHanging(): boolean;
}

/** @param limitMs of real time. */
export const bounded = (sensor: Sensor, limitMs: number): BoundedSensor => {
  let asked: { readonly answer: Promise<readonly Evidence[]>; done: boolean } | null = null;
  let hanging = false;
  return {
    ...sensor,
    isHanging: () => hanging,
    look: async (now) => {
      if (hanging && asked?.done === false) return [];
      asked ??= begin(sensor.look(now));
      const answer = await within(
        asked.answer.then(
          (evidence) => ({ evidence }),
          (error: unknown) => ({ error }),
        ),
        limitMs,
      );
      hanging = answer === null;
      if (answer === null) return [];
      asked = null;
      if ('error' in answer) throw answer.error;
      return answer.evidence;
    },
  };
};

const begin = (
  answer: Promise<readonly Evidence[]>,
): { readonly answer: Promise<readonly Evidence[]>; done: boolean } => {
  const asked = { answer, done: false };
  const end = (): void => {
    asked.done = true;
  };
  answer.then(end, end);
  return asked;
};
