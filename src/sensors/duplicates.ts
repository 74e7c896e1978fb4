/** Whether more than one process runs the gateway of a home, and not just for a moment: a restart has both for a while. */
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import type { Sensor } from './sensor.ts';

const LASTING_MS = 10_000;

/** Says so at every look for as long as they are there: the same processes, seen at each look for 10 s or more. */
export const createDuplicatesSensor = (find: () => Promise<readonly ProcessIdentity[]>): Sensor => {
  let firstSeen = new Map<string, number>();
  return {
    name: 'duplicates',
    look: async (now) => {
      const processes = await find();
      // A clock that was set back would make them look younger than nothing.
      firstSeen = new Map(processes.map((process) => [keyOf(process), Math.min(firstSeen.get(keyOf(process)) ?? now, now)]));
      const lasting = processes.filter((process) => now - (firstSeen.get(keyOf(process)) ?? now) >= LASTING_MS).map(({ pid, startTime }) => ({ pid, startTime }));
      if (lasting.length < 2) return [];
      const pids = lasting.map(({ pid }) => pid).join(', ');
      return [{ at: now, source: 'process', text: `${lasting.length} gateway processes: ${pids}`, link: null, fact: { kind: 'duplicates', processes: lasting } }];
    },
  };
};

const keyOf = ({ pid, startTime }: ProcessIdentity): string => `${pid} ${startTime}`;
