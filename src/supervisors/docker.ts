/** docker and podman: keep a gateway as a container. A container of a compose project is one like any other here. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import { seeProcess } from '../sensors/proc.ts';
import { commandLine, newCommandRecord, type CommandRecord } from './command-steps.ts';
import { outlookOf, parseContainer, stateOf, type Container } from './docker-inspect.ts';
import { holdOf, notTheVictim } from './victim.ts';
import { engineAdvice, engineRefusalOf, type EngineTool } from './docker-refusals.ts';
import { wordsOf, type CommandOutput, type RunCommand } from './run-command.ts';
import type { ActionResult, Supervisor, SupervisorAction, Victim } from './supervisor.ts';

export interface DockerOptions {
  readonly tool: EngineTool;
  /** Its name or id. A name survives `compose up` making a new container, an id does not. */
  readonly container: string;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
}

export interface DockerSupervisor extends Supervisor {
  /** All that the engine says of it, its restart policy too; null when it knows no such container. @throws UserError when it cannot be asked. */
  inspect(signal?: AbortSignal): Promise<Container | null>;
}

/** What the tool needs itself, beyond the time that it is told to wait. */
const MARGIN_MS = 30_000;
/** A pid means another process where the engine runs in a virtual machine; one that started at quite another time is not ours. */
const SAME_START_MS = 60_000;

/**
 * `status().main` is the container's first process. That may be an init, or a `sleep infinity` beside which s6 keeps the
 * gateway, so a caller matches by ancestry. null where the engine runs in a virtual machine.
 */
export const createDockerSupervisor = ({ tool, container, run, clock, stopTimeoutMs = 30_000 }: DockerOptions): DockerSupervisor => {
  const seconds = String(Math.max(1, Math.round(stopTimeoutMs / 1_000)));
  const argv: Readonly<Record<Exclude<SupervisorAction, 'reset'> | 'unpause', readonly [string, ...string[]]>> = {
    start: [tool, 'start', container],
    restart: [tool, 'restart', '-t', seconds, container],
    stop: [tool, 'stop', '-t', seconds, container],
    kill: [tool, 'kill', container],
    unpause: [tool, 'unpause', container],
  };

  /** @throws UserError when no answer of the engine stands behind the output. */
  const answered = (output: CommandOutput): CommandOutput => {
    const refusal = output.failure === 'not_found' ? 'not_found' : output.exitCode === 0 ? null : engineRefusalOf(output);
    if (refusal === 'not_found' || refusal === 'no_engine' || refusal === 'not_allowed') {
      throw new UserError(refusal === 'not_found' ? 'SUPERVISOR_TOOL_MISSING' : 'SUPERVISOR_UNREACHABLE', `${tool} cannot be asked about ${container}: ${engineAdvice(tool, refusal, { user: userInfo().username, platform: process.platform })}`);
    }
    return output;
  };

  const inspect = async (signal?: AbortSignal): Promise<Container | null> => {
    const output = answered(await run([tool, 'inspect', '--type', 'container', container], signal ? { signal } : {}));
    if (output.exitCode !== 0 && engineRefusalOf(output) === 'no_container') return null;
    const found = output.exitCode === 0 ? parseContainer(output.stdout) : null;
    if (found) return found;
    // Never the output itself: it holds the container's environment.
    throw new UserError('SUPERVISOR_UNREACHABLE', `${tool} cannot be asked about ${container}: ${output.exitCode === 0 ? 'its answer cannot be understood' : wordsOf(output)}`);
  };

  const act = async (record: CommandRecord, action: keyof typeof argv, signal: AbortSignal): Promise<ActionResult> => {
    // podman's restart is a stop and a start by the tool itself: cut short in between, it would leave the gateway down.
    const output = answered(await record.run(argv[action], { ...(action === 'restart' ? {} : { signal }), timeoutMs: stopTimeoutMs + MARGIN_MS }));
    if (output.exitCode === 0) return record.done();
    const refusal = engineRefusalOf(output);
    // Nothing runs any more that could be killed.
    if (refusal === 'not_running' && action === 'kill') return record.done();
    return record.failed(refusal === 'no_container' ? noContainer() : `${commandLine(argv[action])} failed: ${wordsOf(output)}`);
  };

  const noContainer = (): string =>
    `${tool} knows no container ${container}.${tool === 'podman' ? ' Containers belong to the user who made them: run Lifeline as that user.' : ''} Set "unit" of this gateway to a name from: ${tool} ps --all`;

  /** Looks first, so that what is paused is woken: neither start nor kill gets through to it in every version. */
  const acting = async (action: Exclude<SupervisorAction, 'reset'>, signal: AbortSignal, victim: Victim = null): Promise<ActionResult> => {
    signal.throwIfAborted();
    const record = newCommandRecord(run, clock);
    const found = await inspect(signal);
    if (!found) return record.failed(noContainer());
    const spared = victim === null || found.pid === null ? null : notTheVictim(await holdOf(found.pid, victim), victim, container);
    if (spared) return spared;
    if (found.status !== 'paused') return act(record, action, signal);
    const woken = await act(record, 'unpause', signal);
    return woken.outcome === 'failed' || action === 'start' ? woken : act(record, action, signal);
  };

  return {
    name: 'docker',
    unit: container,
    inspect,
    status: async (signal) => {
      const found = await inspect(signal);
      if (!found) return { state: 'missing', main: null, restarts: null, since: null, job: null, exit: null, outlook: { next: 'unknown' } };
      const { pid, exitCode, startedAt, finishedAt, restarts } = found;
      return {
        state: stateOf(found),
        main: pid === null ? null : await processOf(found, pid),
        restarts,
        since: pid === null ? finishedAt : startedAt,
        job: null,
        exit: exitCode === null ? null : { code: exitCode },
        outlook: outlookOf(found),
      };
    },
    start: (signal) => acting('start', signal),
    /** Where none ran, there is nothing to be ended: a start is all that is meant. */
    restart: (victim, signal) => acting(victim === null ? 'start' : 'restart', signal, victim),
    /** The restart policy does not revive what was stopped so, until the engine or the machine starts anew (`always`). */
    stop: (_victim, signal) => acting('stop', signal),
    /** Neither docker nor podman revives what was killed so; the caller starts it. */
    kill: async (victim, signal) => (victim === null ? { outcome: 'done', steps: [] } : acting('kill', signal, victim)),
    /** There is no start limit that would outlast a start. */
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: (action) => commandLine(action === 'reset' ? ['true'] : argv[action]),
  };
};

const processOf = async ({ id, startedAt }: Container, pid: number): Promise<ProcessSeen | null> => {
  const seen = await seeProcess(pid).catch(() => null);
  if (!seen) return null;
  const near = startedAt !== null && Math.abs(seen.startedAt - startedAt) <= SAME_START_MS;
  // The clock may have been set since; the control group knows better where there is one.
  const ours = near || (await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).includes(id);
  return ours ? seen : null;
};
