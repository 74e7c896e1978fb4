/** docker and podman: keep a gateway as a container. A container of a compose project is one like any other here. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import type { ContainerSeen, ProcessSeen } from '../diagnosis/evidence.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { commandLine, newCommandRecord, type CommandRecord } from './command-steps.ts';
import { endingOf, type ContainerEnding } from './docker-events.ts';
import { stateOf, type Container } from './docker-inspect.ts';
import { outlookOf } from './docker-outlook.ts';
import { engineRefusalOf, type EngineTool } from './docker-refusals.ts';
import { createEngine } from './engine.ts';
import { wordsOf, type RunCommand } from './run-command.ts';
import {
  missingStatus,
  type ActionResult,
  type Supervisor,
  type SupervisorAction,
  type SupervisorStatus,
  type Victim,
} from './supervisor.ts';
import { checkVictim, notTheVictim } from './victim.ts';

export interface DockerOptions {
  readonly tool: EngineTool;
  /** The container's name or id. A name survives `compose up` making a new container, an id does not. */
  readonly container: string;
  /** What the container was when it was last seen, by this Lifeline or an earlier one. */
  readonly seen?: ContainerSeen;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
  /** How long the engine may take for an answer, of real time. */
  readonly patienceMs?: number;
}

export interface DockerSupervisor extends Supervisor {
  readonly tool: EngineTool;
  /**
   * Returns all that the engine says of the container, its restart policy too; null when the engine knows no such
   * container. Throws a UserError when the engine cannot be asked.
   */
  inspect(signal?: AbortSignal): Promise<Container | null>;
  /** Whether the engine had the container when last asked; false when it was never asked. */
  hasIt(): boolean;
}

/** What the tool itself needs, beyond the time that the tool is told to wait. */
const MARGIN_MS = 30_000;
/**
 * A pid means another process where the engine runs in a virtual machine; one that started at quite another time is not
 * ours.
 */
const SAME_START_MS = 60_000;
/** A container that the engine has started so lately is on its way. */
const STARTING_MS = 30_000;

/**
 * `status().main` is the container's first process. That may be an init, or a `sleep infinity` beside which s6 keeps
 * the gateway, so a caller matches by ancestry. null where the engine runs in a virtual machine.
 */
export const createDockerSupervisor = ({
  tool,
  container,
  seen: seenBefore,
  run,
  clock,
  stopTimeoutMs = 30_000,
  patienceMs,
}: DockerOptions): DockerSupervisor => {
  const engine = createEngine({ tool, run, ...(patienceMs === undefined ? {} : { patienceMs }) });
  const seconds = String(Math.max(1, Math.round(stopTimeoutMs / 1_000)));
  const argv = (action: SupervisorAction | 'unpause', name: string): readonly [string, ...string[]] => {
    if (action === 'reset') return ['true'];
    return action === 'restart' || action === 'stop' ? [tool, action, '-t', seconds, name] : [tool, action, name];
  };

  /** What was remembered counts only under the same name: another name in the configuration means another container. */
  let seen: ContainerSeen | null = seenBefore?.tool === tool && seenBefore.askedAs === container ? seenBefore : null;
  let hasIt = false;
  let ended: { readonly key: string; readonly since: number; ending: ContainerEnding | null } | null = null;

  /**
   * Finds the container by its name; by its id where it was given another name; by its predecessor's name where it was
   * made anew.
   */
  const inspect = async (signal?: AbortSignal): Promise<Container | null> => {
    const names = [container, ...(seen === null ? [] : [seen.id, seen.name])].filter(
      (name, at, all) => name !== '' && all.indexOf(name) === at,
    );
    for (const name of names) {
      const found = await engine.inspect(name, signal);
      if (!found) continue;
      seen = { tool, id: found.id, name: found.name, askedAs: container };
      hasIt = true;
      return found;
    }
    hasIt = false;
    return null;
  };

  /**
   * How the container ended is asked again until the answer is certain: an engine keeps its events for a while only.
   */
  const lookAhead = async (found: Container, signal?: AbortSignal): Promise<SupervisorStatus['outlook']> => {
    const { id, status, startedAt, finishedAt, restarts } = found;
    const key = [id, status, startedAt, finishedAt, restarts].join(' ');
    if (ended?.key !== key) ended = { key, since: performance.now(), ending: null };
    if (found.pid === null && ended.ending !== 'stopped') {
      const events = await engine.events(found, signal);
      if (events !== null) ended.ending = endingOf(events, found);
    }
    const seenMs = performance.now() - ended.since;
    // An end or a start of long ago needs no further word; a clock that was set back says nothing.
    const ago = (at: number | null): number => Math.max(at === null ? 0 : Date.now() - at, seenMs);
    return outlookOf({
      container: found,
      ending: ended.ending,
      seenMs,
      endedMs: ago(found.pid === null ? finishedAt : null),
      startedMs: ago(startedAt),
    });
  };

  const act = async (
    record: CommandRecord,
    action: Exclude<SupervisorAction, 'reset'> | 'unpause',
    { id, name }: Container,
    signal: AbortSignal,
  ): Promise<ActionResult> => {
    // The container is named by its id: under its name there may be another container a moment later. Podman's restart
    // is a stop and a start by the tool itself: cut short in between, it would leave the gateway down.
    const command = argv(action, id);
    const output = engine.answered(
      await record.run(command, { ...(action === 'restart' ? {} : { signal }), timeoutMs: stopTimeoutMs + MARGIN_MS }),
      name,
    );
    if (output.exitCode === 0) return record.done();
    const refusal = engineRefusalOf(output);
    // Nothing runs any more that could be killed.
    if (refusal === 'not_running' && action === 'kill') return record.done();
    return record.failed(
      refusal === 'no_container' ? noContainer() : `${commandLine(argv(action, name))} failed: ${wordsOf(output)}`,
    );
  };

  const noContainer = (): string =>
    `${tool} has no container ${title()}.${tool === 'podman' ? ' Containers belong to the user who made them: run Lifeline as that user.' : ''} If it was removed, make it again as it was made before (${tool} run …, compose up -d): Lifeline starts nothing in its place. If it has another name now, set "unit" of this gateway to one from: ${tool} ps --all`;

  /** What to answer instead of ending what a container holds; null: it may be ended. */
  const spares = async (found: Container, victim: Victim): Promise<ActionResult | null> => {
    if (found.pid === null) return null;
    if (victim !== null) return notTheVictim(await checkVictim(found.pid, victim), victim, title());
    // No gateway ran, and somebody has started one since. What runs in a virtual machine cannot be seen, and so cannot
    // be the victim.
    return (await processOf(found, found.pid)) === null ? null : { outcome: 'done', steps: [] };
  };

  /**
   * Looks first, so that a paused container is woken: in some versions neither start nor kill gets through to a paused
   * one.
   */
  const acting = async (
    action: Exclude<SupervisorAction, 'reset'>,
    signal: AbortSignal,
    victim?: Victim,
  ): Promise<ActionResult> => {
    signal.throwIfAborted();
    const record = newCommandRecord(run, clock);
    const found = await inspect(signal);
    if (!found) return record.failed(noContainer());
    const spared = victim === undefined ? null : await spares(found, victim);
    if (spared) return spared;
    if (found.status === 'paused') {
      const woken = await act(record, 'unpause', found, signal);
      return woken.outcome === 'failed' || action === 'start' ? woken : act(record, action, found, signal);
    }
    if (action === 'start' && (await goesOnWithoutGateway(found)))
      return record.failed(
        `the container ${title()} runs, and no gateway is seen in it; to restart all of it: ${commandLine(argv('restart', title()))}`,
      );
    return act(record, action, found, signal);
  };

  const title = (): string => seen?.name || (ID.test(container) ? container.slice(0, 12) : container);

  return {
    name: 'docker',
    tool,
    get unit() {
      return title();
    },
    container: () => seen ?? (ID.test(container) ? { tool, id: container, name: '', askedAs: container } : null),
    missing: noContainer,
    inspect,
    hasIt: () => hasIt,
    status: async (signal) => {
      const found = await inspect(signal);
      if (!found) return missingStatus({ next: 'removed' });
      const { pid, exitCode, startedAt, finishedAt, restarts, status } = found;
      return {
        state: stateOf(found),
        main: pid === null ? null : await processOf(found, pid),
        restarts,
        since: pid === null ? finishedAt : startedAt,
        job: null,
        exit: exitCode === null ? null : { code: exitCode },
        outlook: await lookAhead(found, signal),
        ...(status === 'paused' ? { paused: true } : {}),
      };
    },
    start: (signal) => acting('start', signal),
    /** Where none ran, there is nothing to be ended: a start is all that is meant. */
    restart: (victim, signal) => acting(victim === null ? 'start' : 'restart', signal, victim),
    /**
     * The restart policy does not revive what was stopped so, until the engine or the machine starts anew (`always`).
     */
    stop: (_victim, signal) => acting('stop', signal),
    /** Neither docker nor podman revives a container that was killed in this way; the caller starts it. */
    kill: async (victim, signal) => (victim === null ? { outcome: 'done', steps: [] } : acting('kill', signal, victim)),
    /** There is no start limit that would outlast a start. */
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: (action) => commandLine(argv(action, title())),
  };
};

const ID = /^[0-9a-f]{64}$/;

/**
 * The container's first process lives on, an init or an s6 that has given up on the gateway: to start a running
 * container would do nothing, and what else runs in the container is not known.
 */
const goesOnWithoutGateway = async (found: Container): Promise<boolean> =>
  found.status === 'running' &&
  found.pid !== null &&
  Math.abs(Date.now() - (found.startedAt ?? 0)) > STARTING_MS &&
  (await processOf(found, found.pid)) !== null;

const processOf = async ({ id, startedAt }: Container, pid: number): Promise<ProcessSeen | null> => {
  const seen = await seeProcess(pid).catch(() => null);
  if (!seen) return null;
  const near = startedAt !== null && Math.abs(seen.startedAt - startedAt) <= SAME_START_MS;
  // The clock may have been set since; the control group knows better where there is one.
  const ours = near || (await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).includes(id);
  return ours ? seen : null;
};
