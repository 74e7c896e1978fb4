import { join } from 'node:path';
import { readForeign, trustIn } from '../base/open-foreign.ts';
import { fileRefusalOf, type Refusal } from '../base/refused-file.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import type { Sensor } from './sensor.ts';

/** The gateway's state files and markers. One that cannot be read, or may be anybody's, says nothing. */
export const createStateSensor = (kind: GatewayKind, home: string): Sensor => {
  const trust = trustIn(home, kind.trustedUsers);
  let refused: readonly Refusal[] = [];
  return {
    name: 'state',
    look: async (now) => {
      const found: Evidence[] = [];
      const refusals: Refusal[] = [];
      for (const { path, mostBytes, read } of kind.stateFiles) {
        try {
          const { text, modifiedAt } = await readForeign(join(home, path), { trust, mostBytes });
          found.push(...read(text, { now, modifiedAt }));
        } catch (error) {
          const refusal = fileRefusalOf(error);
          if (refusal !== null) refusals.push(refusal);
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') found.push(...read(null, { now, modifiedAt: null }));
        }
      }
      refused = refusals;
      return found;
    },
    refusals: () => refused,
  };
};
