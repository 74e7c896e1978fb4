/** Two commands never interrupt one gateway at the same time: the second is told that it is busy. */
import type { GatewayPort } from './command.ts';

export const oneAtATime = (gateways: readonly GatewayPort[]): readonly GatewayPort[] =>
  gateways.map((gateway): GatewayPort => {
    let restarting = false;
    return {
      name: gateway.name,
      report: () => gateway.report(),
      logs: (count) => gateway.logs(count),
      restart: async (requestedBy) => {
        if (restarting) return { outcome: 'busy' };
        restarting = true;
        try {
          return await gateway.restart(requestedBy);
        } finally {
          restarting = false;
        }
      },
    };
  });
