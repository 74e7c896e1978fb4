/** Folds what a gateway needs of the machine into what is known of it. */
import type { Evidence, GatewayFact } from './evidence.ts';
import { NO_RESOURCES, type GatewayState, type Resources } from './state.ts';

export type ResourceFact = Extract<
  GatewayFact,
  { kind: 'resources' | 'memory-grows' | 'disk' | 'oom-kill' | 'sidecars' }
>;

export const advanceResources = (state: GatewayState, evidence: Evidence, fact: ResourceFact): GatewayState => {
  // What was told of another process is told of another life.
  if ('pid' in fact && state.process?.pid !== fact.pid) return state;
  return { ...state, resources: step(state, evidence, fact) };
};

const step = (state: GatewayState, evidence: Evidence, fact: ResourceFact): Resources => {
  const { resources } = state;
  /** The first of a row stays, so that "since when" is known. */
  const row = (first: Evidence | null, holds: boolean): Evidence | null => (holds ? (first ?? evidence) : null);
  switch (fact.kind) {
    case 'resources':
      return {
        ...resources,
        seen: evidence,
        high: row(resources.high, fact.memory !== null && fact.memory.level !== 'fine'),
        over: row(resources.over, fact.memory?.level === 'over'),
        files: row(resources.files, fact.files?.high === true),
      };
    case 'memory-grows':
      return {
        ...resources,
        grows: row(resources.grows, fact.fullInMs !== null && !resources.hasGrown),
        hasGrown: resources.hasGrown || (resources.grows !== null && fact.fullInMs === null),
      };
    case 'disk':
      return { ...resources, disk: evidence, diskLow: row(resources.diskLow, fact.low) };
    case 'oom-kill':
      return { ...resources, killed: evidence };
    case 'sidecars':
      return { ...resources, sidecars: evidence };
  }
};

/** Its memory and its files were another process's; the disk is the same. */
export const resourcesOfNewLife = ({ disk, diskLow, killed }: Resources): Resources => ({
  ...NO_RESOURCES,
  disk,
  diskLow,
  killed,
});
