/**
 * What an engine will do about a container whose process has ended: start it again, or not; and whether somebody
 * stopped it. Pure.
 */
import { EX_CONFIG } from '../base/exit-codes.ts';
import type { Outlook } from '../diagnosis/evidence.ts';
import type { ContainerEnding } from './docker-events.ts';
import { stateOf, wouldRevive, type Container } from './docker-inspect.ts';

export interface OutlookInput {
  readonly container: Container;
  /** How the container ended by the engine's events; null when the events cannot be had. */
  readonly ending: ContainerEnding | null;
  /** For how long the container has been seen in this state, in real time. */
  readonly seenMs: number;
  /** How long ago it has ended, by the clock; not more than `seenMs` where that is not known. */
  readonly endedMs: number;
  /** How long ago it was started, by the clock; not more than `seenMs` where that is not known. */
  readonly startedMs: number;
}

/** The engine writes its last word on a stop after the end: docker the event, podman its second clean-up. */
const LAST_WORD_MS = 1_500;
/**
 * The engine hears of an end a moment later; and podman passes through `stopped` on its way to a restart, and stays in
 * it where its helper was killed.
 */
const ON_ITS_WAY_MS = 5_000;
/** A start that somebody asked for takes no longer, nor does a gateway to be seen in a container that was started. */
const START_MS = 30_000;
/** Docker waits 100 ms, then twice as long each time, at most a minute. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;
const SIGKILLED = 137;

export const outlookOf = ({ container, ending, seenMs, endedMs, startedMs }: OutlookInput): Outlook => {
  const { engine, status, restarts } = container;
  switch (stateOf(container)) {
    case 'activating':
      return {
        next: 'starts',
        withinMs: engine === 'podman' ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** restarts),
      };
    case 'deactivating':
      return { next: 'settling' };
    case 'active':
      if (seenMs < ON_ITS_WAY_MS) return { next: 'settling' };
      // What keeps a gateway inside a container that goes on without it cannot be asked from outside.
      return startedMs < START_MS ? { next: 'starts', withinMs: 0 } : { next: 'unknown' };
    case 'failed':
    case 'inactive':
    case 'latched':
    case 'masked':
    case 'missing':
      if (status === 'paused') return { next: 'blocked', reason: 'its container is paused' };
      if (isPassing(container) && seenMs < ON_ITS_WAY_MS) return { next: 'settling' };
      if (ending === 'started' && seenMs < START_MS) return { next: 'starts', withinMs: 0 };
      return ofEnded(container, ending, endedMs);
  }
};

/** Podman is `created` again for a moment at each start, and every container is that somebody makes. */
const isPassing = ({ status }: Container): boolean => status === 'stopped' || status === 'created';

const ofEnded = (container: Container, ending: ContainerEnding | null, endedMs: number): Outlook => {
  const { status, exitCode, startedAt, finishedAt, oomKilled, stoppedByUser, restartPolicy } = container;
  const at = finishedAt === null ? {} : { endedAt: finishedAt };
  const enabled = restartPolicy.name !== 'no';
  const stopped: Outlook = { next: 'stopped', ...at };
  // Podman gives this state to a container that ran when the machine went down, and starts it again only where somebody
  // has set that up.
  if (status === 'created')
    return { next: 'nothing', enabled: enabled && (startedAt !== null || exitCode !== null), ...at };
  if (stoppedByUser || ending === 'stopped') return stopped;
  if ((ending === 'by_itself' || ending === 'killed') && endedMs < LAST_WORD_MS) return { next: 'settling' };
  if (ending === 'killed') return { next: 'nothing', enabled, ended: 'killed', ...at };
  // The engine would have started the container again, had nobody stopped it.
  if (wouldRevive(container)) return stopped;
  return {
    next: 'nothing',
    enabled,
    ...(oomKilled && exitCode === SIGKILLED ? { ended: 'out_of_memory' } : {}),
    ...(exitCode === EX_CONFIG ? { ended: 'config_refused' } : {}),
    ...at,
  };
};
