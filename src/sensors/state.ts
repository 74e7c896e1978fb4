import { join } from 'node:path';
import { readSmall } from '../base/read-small.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import type { Sensor } from './sensor.ts';

/** The gateway's state files and markers. An unreadable one says nothing. */
export const createStateSensor = (kind: GatewayKind, home: string): Sensor => ({
  name: 'state',
  look: async (now) => {
    const found: Evidence[] = [];
    for (const file of kind.stateFiles) {
      const path = join(home, file.path);
      try {
        const { text, modifiedAt } = await readSmall(path);
        found.push(...file.read(text, { now, modifiedAt }));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') found.push(...file.read(null, { now, modifiedAt: null }));
      }
    }
    return found;
  },
});
