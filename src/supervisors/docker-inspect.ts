/**
 * Reads `docker inspect --type container NAME` and podman's, which differ in little. The whole JSON is asked for, and no
 * `--format`: podman calls the id `.ID` in a template and "Id" in JSON. It holds the container's environment, and so
 * secrets: nothing of it is ever quoted.
 */
import { z } from 'zod';
import type { Outlook } from '../diagnosis/evidence.ts';
import type { SupervisorState } from './supervisor.ts';

export interface Container {
  readonly id: string;
  /** The engine's word: created, running, paused, restarting, removing, exited, dead; podman also stopping, stopped… */
  readonly status: string;
  /** Of its first process, in the engine's own pid namespace; null while none runs. */
  readonly pid: number | null;
  /** Of its last process; null before the first. A signal shows as 128 + its number. */
  readonly exitCode: number | null;
  /** The kernel ended it because the container's memory limit was reached. */
  readonly oomKilled: boolean;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** How often the restart policy started it again. */
  readonly restarts: number;
  readonly restartPolicy: RestartPolicy;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** 0: no limit. */
  readonly maxRetries: number;
}

const shape = z.tuple([
  z.object({
    Id: z.string(),
    State: z.object({
      Status: z.string(),
      Pid: z.number().default(0),
      ExitCode: z.number().default(0),
      OOMKilled: z.boolean().default(false),
      StartedAt: z.string().default(''),
      FinishedAt: z.string().default(''),
    }),
    RestartCount: z.number().default(0),
    // Podman's name of "no" is empty.
    HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string().default(''), MaximumRetryCount: z.number().default(0) }).nullish() }).nullish(),
  }),
]);

/** @returns null when the text is no container's. */
export const parseContainer = (text: string): Container | null => {
  const parsed = shape.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const [{ Id, State, RestartCount, HostConfig }] = parsed.data;
  const startedAt = timeOf(State.StartedAt);
  const finishedAt = timeOf(State.FinishedAt);
  const ended = finishedAt !== null && State.Pid === 0;
  const policy = HostConfig?.RestartPolicy;
  return {
    id: Id,
    status: State.Status,
    pid: State.Pid > 0 ? State.Pid : null,
    // A program that could not be started at all leaves a code and no time.
    exitCode: ended || State.ExitCode !== 0 ? State.ExitCode : null,
    oomKilled: State.OOMKilled,
    startedAt,
    finishedAt,
    restarts: RestartCount,
    restartPolicy: { name: POLICIES.find((name) => name === policy?.Name) ?? 'no', maxRetries: policy?.MaximumRetryCount ?? 0 },
  };
};

const POLICIES = ['always', 'unless-stopped', 'on-failure'] as const;

/** What the engine's word means to a caller. */
export const stateOf = ({ status, exitCode, restarts, restartPolicy: { name, maxRetries } }: Container): SupervisorState => {
  switch (status) {
    case 'running':
      return 'active';
    // Between two starts of a loop: docker waits up to a minute there, podman not at all.
    case 'restarting':
    case 'initialized':
      return 'activating';
    case 'stopping':
    case 'removing':
      return 'deactivating';
    case 'dead':
      return 'failed';
    case 'paused':
      return 'inactive';
  }
  if (exitCode === null || exitCode === 0) return 'inactive';
  // These two revive whatever ends by itself: somebody has stopped it.
  if (name === 'always' || name === 'unless-stopped') return status === 'created' ? 'failed' : 'inactive';
  return name === 'on-failure' && maxRetries > 0 && restarts >= maxRetries ? 'latched' : 'failed';
};

/** What the engine does about a container whose process has ended. */
export const outlookOf = (container: Container): Outlook => {
  const { exitCode, restartPolicy } = container;
  switch (stateOf(container)) {
    case 'activating':
      return { next: 'starts', withinMs: null };
    case 'active':
    case 'deactivating':
      return { next: 'settling' };
    case 'inactive':
      // What is revived whenever it ends, and is down, was stopped by somebody.
      return restartPolicy.name === 'always' || restartPolicy.name === 'unless-stopped' ? { next: 'stopped' } : { next: 'nothing', enabled: exitCode !== null };
    case 'failed':
    case 'latched':
    case 'masked':
    case 'missing':
      return { next: 'nothing', enabled: restartPolicy.name !== 'no' };
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Go writes the year 1 for "never". */
const timeOf = (text: string): number | null => {
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? null : at;
};
