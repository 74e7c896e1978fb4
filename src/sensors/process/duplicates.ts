/**
 * Sees whether more than one process serves a home, and not just for a moment: during a restart both exist for a while.
 */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import type { Running } from './process.ts';
import type { Sensor } from '../sensor.ts';

const LASTING_MS = 10_000;

/** Reports the processes at every look for as long as they exist: the same ones, seen at each look for 10 s or more. */
export const createDuplicatesSensor = (look: () => Promise<Running>): Sensor => {
  let firstSeen = new Map<string, number>();
  return {
    name: 'duplicates',
    look: async (now) => {
      const { gateway, beside } = await look();
      // Without a proven gateway, these processes keep it from being started; the process sensor reports them.
      const doubles = gateway ? beside : [];
      // After a clock was set back, their age would be negative.
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
