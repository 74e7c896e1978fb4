/** Judges without a thread, for tests that search hundreds of times. */
import { finderOf, shownOf, type Judging, type Sought } from '../../../src/sensors/logs/judging.ts';

export const judgeHere = (sought: Sought): Judging => {
  let finds: ReturnType<typeof finderOf> | null = null;
  return {
    finds: async (pieces) => pieces.map((finds ??= finderOf(sought))),
    shown: async (pieces) => pieces.map(shownOf),
    close: async () => undefined,
  };
};
