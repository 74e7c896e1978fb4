/** Whether more than one process serves a home, and not just for a moment: a restart has both for a while. */
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import type { Running } from './process.ts';
import type { Sensor } from './sensor.ts';

const LASTING_MS = 10_000;

/** Says so at every look for as long as they are there: the same processes, seen at each look for 10 s or more. */
export const createDuplicatesSensor = (look: () => Promise<Running>): Sensor => {
  let firstSeen = new Map<string, number>();
  return {
    name: 'duplicates',
    look: async (now) => {
      const { gateway, beside } = await look();
      // Without a gateway that is proven, they are what keeps it from being started; the process sensor tells of them.
      const doubles = gateway ? beside : [];
      // A clock that was set back would make them look younger than nothing.
      firstSeen = new Map(
        doubles.map((process) => [keyOf(process), Math.min(firstSeen.get(keyOf(process)) ?? now, now)]),
      );
      const lasting = doubles.filter((process) => now - (firstSeen.get(keyOf(process)) ?? now) >= LASTING_MS);
      if (!gateway || lasting.length === 0) return [];
      const text = `beside the gateway (pid ${gateway.pid}): ${lasting.map(({ pid, command }) => `pid ${pid} (${command})`).join(', ')}`;
      return [{ at: now, source: 'process', text, link: null, fact: { kind: 'duplicates', processes: lasting } }];
    },
  };
};

const keyOf = ({ pid, startTime }: ProcessIdentity): string => `${pid} ${startTime}`;
