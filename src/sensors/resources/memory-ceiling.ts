/** How much a gateway could hold at most. */
import type { MemorySeen } from '../../diagnosis/evidence.ts';

export interface MemoryRoom {
  /** What it holds now. */
  readonly held: number;
  /** The limit of its control group; null: nothing limits it, or that is not known. */
  readonly limit: number | null;
  /** What the machine could still give to anybody; null: not known. */
  readonly available: number | null;
}

/** @returns the smaller one: the control group's limit, or what it holds together with what the machine has left. */
export const memoryCeiling = ({ held, limit, available }: MemoryRoom): Pick<MemorySeen, 'ceiling' | 'of'> => {
  const ofMachine = available === null ? null : held + available;
  if (limit !== null && (ofMachine === null || limit < ofMachine)) return { ceiling: limit, of: 'group' };
  return { ceiling: ofMachine, of: ofMachine === null ? null : 'machine' };
};
