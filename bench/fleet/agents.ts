/** Many virtual agents in one process. Takes orders from its parent: alerts, and what came of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startMany, type VirtualAgentOptions } from '../../test/fleet/virtual-agent.ts';

export type Order =
  | { readonly do: 'start'; readonly agents: readonly VirtualAgentOptions[] }
  /** So many incidents, evenly over that time; each ends after `forMs`. */
  | { readonly do: 'storm'; readonly incidents: number; readonly withinMs: number; readonly forMs: number }
  | { readonly do: 'report' }
  | { readonly do: 'stop' };

export interface Report {
  readonly deliveredAfterMs: readonly number[];
  readonly undelivered: number;
  readonly ran: number;
}

const LAST = Symbol('last');

const agents: Awaited<ReturnType<typeof startMany>>[number][] = [];
let incident = 0;

const carryOut = async (order: Order): Promise<Report | typeof LAST | null> => {
  switch (order.do) {
    case 'start':
      agents.push(...(await startMany(order.agents)));
      return null;
    case 'storm': {
      const began = performance.now();
      for (let n = 0; n < order.incidents; n += 1) {
        await sleep(Math.max(0, began + (n * order.withinMs) / order.incidents - performance.now()));
        const agent = agents[n % agents.length];
        const id = (incident += 1);
        agent?.alert(id, 'opened');
        setTimeout(() => agent?.alert(id, 'recovered'), order.forMs);
      }
      return null;
    }
    case 'report':
      return {
        deliveredAfterMs: agents.flatMap((agent) => agent.deliveredAfterMs),
        undelivered: agents.reduce((sum, agent) => sum + agent.undelivered(), 0),
        ran: agents.reduce((sum, agent) => sum + agent.ran.length, 0),
      };
    case 'stop':
      await Promise.all(agents.map((agent) => agent.stop()));
      return LAST;
  }
};

process.on('message', (order: Order) => {
  void carryOut(order).then((result) => {
    process.send?.(result === LAST ? null : result);
    if (result === LAST) process.disconnect();
  });
});
