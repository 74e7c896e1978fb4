/**
 * Reads `docker inspect --type container NAME` and podman's, which differ in little. The whole JSON is asked for, and
 * no `--format`: podman calls the id `.ID` in a template and "Id" in JSON. It holds the container's environment, and so
 * secrets: nothing of it is ever quoted.
 */
import * as z from 'zod';
import type { SupervisorState } from './supervisor.ts';

export interface Container {
  readonly id: string;
  /** Without docker's slash. */
  readonly name: string;
  /** Whose engine it is, whatever the program is called that was asked: `docker` is podman on some machines. */
  readonly engine: 'docker' | 'podman';
  /** The engine's word: created, running, paused, restarting, removing, exited, dead; podman also stopping, stopped… */
  readonly status: string;
  /** The pid of the container's first process, in the engine's own pid namespace; null while none runs. */
  readonly pid: number | null;
  /** The exit code of the container's last process; null before the first. A signal shows as 128 + its number. */
  readonly exitCode: number | null;
  /** The kernel ended it because the container's memory limit was reached. */
  readonly oomKilled: boolean;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** How often the restart policy started it again, since somebody last did; both engines set it back to 0 then. */
  readonly restarts: number;
  readonly restartPolicy: RestartPolicy;
  /** Podman's own word that `podman stop` ended it; null where it does not say (4.3 and docker never do). */
  readonly stoppedByUser: boolean | null;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** 0: no limit. */
  readonly maxRetries: number;
}

const shape = z.tuple([
  z.object({
    Id: z.string(),
    Name: z.string().default(''),
    State: z.object({
      Status: z.string(),
      Pid: z.number().default(0),
      ExitCode: z.number().default(0),
      OOMKilled: z.boolean().default(false),
      StartedAt: z.string().default(''),
      FinishedAt: z.string().default(''),
      // These three are podman's alone.
      OciVersion: z.string().optional(),
      ConmonPid: z.number().optional(),
      StoppedByUser: z.boolean().optional(),
    }),
    RestartCount: z.number().default(0),
    // Podman's name of "no" is empty.
    HostConfig: z
      .object({
        RestartPolicy: z.object({ Name: z.string().default(''), MaximumRetryCount: z.number().default(0) }).nullish(),
      })
      .nullish(),
  }),
]);

/** @returns null when the text is no container's. */
export const parseContainer = (text: string): Container | null => {
  const parsed = shape.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const [{ Id, Name, State, RestartCount, HostConfig }] = parsed.data;
  const startedAt = timeOf(State.StartedAt);
  const finishedAt = timeOf(State.FinishedAt);
  const ended = finishedAt !== null && State.Pid === 0;
  const policy = HostConfig?.RestartPolicy;
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    engine: State.OciVersion !== undefined || State.ConmonPid !== undefined ? 'podman' : 'docker',
    status: State.Status,
    pid: State.Pid > 0 ? State.Pid : null,
    // A program that could not be started at all leaves a code and no time.
    exitCode: ended || State.ExitCode !== 0 ? State.ExitCode : null,
    oomKilled: State.OOMKilled,
    startedAt,
    finishedAt,
    restarts: RestartCount,
    restartPolicy: {
      name: POLICIES.find((name) => name === policy?.Name) ?? 'no',
      maxRetries: policy?.MaximumRetryCount ?? 0,
    },
    stoppedByUser: State.StoppedByUser ?? null,
  };
};

const POLICIES = ['always', 'unless-stopped', 'on-failure'] as const;

/** Translates the engine's state for callers. */
export const stateOf = (container: Container): SupervisorState => {
  switch (container.status) {
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
  if (container.exitCode === null || container.exitCode === 0) return 'inactive';
  // The engine would have started it again: somebody has stopped it.
  if (wouldRevive(container)) return container.status === 'created' ? 'failed' : 'inactive';
  return isExhausted(container) ? 'latched' : 'failed';
};

/** Whether the restart policy starts a container again that has ended so. */
export const wouldRevive = (container: Container): boolean => {
  switch (container.restartPolicy.name) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return container.exitCode !== null && container.exitCode !== 0 && !isExhausted(container);
    case 'no':
      return false;
  }
};

const isExhausted = ({ restarts, restartPolicy: { name, maxRetries } }: Container): boolean =>
  name === 'on-failure' && maxRetries > 0 && restarts >= maxRetries;

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
