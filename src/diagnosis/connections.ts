/** Several bots of one platform have a connection each, and one that comes back heals the loss of one only (#73779). */
import type { Evidence } from './evidence.ts';
import type { Connections } from './state.ts';

const MOST = 50;
const last = <T>(list: readonly T[]): readonly T[] => list.slice(-MOST);

/** A new connection takes the place of the one that has been lost longest. */
export const opened = ({ open, lost, replaced }: Connections, id: string): Connections => ({
  open: last([...open.filter((other) => other !== id), id]),
  lost: lost.slice(1),
  replaced: last([...replaced, ...lost.slice(0, 1).map((each) => each.id)].filter((other) => other !== id)),
});

export const lostOne = ({ open, lost, replaced }: Connections, id: string, loss: Evidence): Connections => ({
  open: open.filter((other) => other !== id),
  lost: lost.some((each) => each.id === id) ? lost : last([...lost, { id, loss }]),
  replaced,
});

/** Whether words about one of them say nothing of the others. */
export const areSeveral = ({ open, lost }: Connections): boolean => open.length + lost.length > 1;
