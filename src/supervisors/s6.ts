/**
 * s6: keeps a gateway in a container image of its makers', Lifeline beside it in the same container.
 * A clean exit (0) and a fatal configuration (78) both end in a finish script that tells s6 not to start it again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { createProcessTree } from '../sensors/process/process-tree.ts';
import { commandLine, newCommandRecord, type CommandRecord } from './command-steps.ts';
import { wordsOf, type CommandOptions, type CommandOutput, type RunCommand } from './run-command.ts';
import { outlookOf, parseS6, S6_FIELDS, stateOf, type S6Service } from './s6-status.ts';
import { endAll, SURVIVOR_MS } from './stop.ts';
import { missingStatus, type ActionResult, type Supervisor, type SupervisorAction } from './supervisor.ts';
import { checkVictim, notTheVictim } from './victim.ts';

export interface S6Options {
  /** The service folder that s6 supervises, absolute: `/run/service/gateway-default`. */
  readonly slot: string;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** From SIGTERM to SIGKILL; 30 s unless told. */
  readonly stopTimeoutMs?: number;
  /** Where s6's programs are; unless told, /command where there is one (s6-overlay), else the PATH. */
  readonly toolFolder?: string | null;
}

const OVERLAY_FOLDER = '/command';
/** SIGKILL ends a process at once, but a finish script may take 5 s more. */
const KILL_PATIENCE_MS = 10_000;
const MARGIN_MS = 5_000;

export const createS6Supervisor = ({
  slot,
  run,
  clock,
  stopTimeoutMs = 30_000,
  toolFolder = existsSync(join(OVERLAY_FOLDER, 's6-svc')) ? OVERLAY_FOLDER : null,
}: S6Options): Supervisor => {
  const svc = (...args: readonly string[]): readonly [string, ...string[]] => [
    toolFolder === null ? 's6-svc' : join(toolFolder, 's6-svc'),
    ...args,
    slot,
  ];
  // s6's programs call each other by name.
  const env = toolFolder === null ? {} : { env: { PATH: `${toolFolder}:${process.env['PATH'] ?? ''}` } };
  const options = (signal: AbortSignal | undefined, timeoutMs?: number): CommandOptions => ({
    ...env,
    ...(signal ? { signal } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });

  const refuse = (output: CommandOutput): string => {
    if (output.failure === 'not_found')
      return 's6 is not on this machine. Run Lifeline in the same container as the gateway, or set "supervisor" of this gateway to what keeps it here.';
    if (/permission denied/i.test(output.stderr))
      return `only root or the user of ${slot} may ask s6. Run Lifeline as that user, in the gateway's container: docker exec --user root …`;
    return wordsOf(output);
  };

  /** @returns null when s6 supervises no such slot. @throws UserError when it cannot be asked. */
  const look = async (signal?: AbortSignal): Promise<S6Service | null> => {
    if (!existsSync(slot)) return null;
    const output = await run(
      [toolFolder === null ? 's6-svstat' : join(toolFolder, 's6-svstat'), '-o', S6_FIELDS, slot],
      options(signal),
    );
    // The second message is that of a slot which s6 takes up at this very moment.
    if (
      output.stderr.includes('s6-supervise not running') ||
      /unable to read status .{1,500}No such file/.test(output.stderr)
    )
      return null;
    const service = output.exitCode === 0 ? parseS6(output.stdout) : null;
    if (service) return service;
    const problem =
      output.exitCode === 0 ? 'its answer cannot be understood; it may be older than 2.9' : refuse(output);
    throw new UserError(
      output.failure === 'not_found' ? 'SUPERVISOR_TOOL_MISSING' : 'SUPERVISOR_UNREACHABLE',
      `s6 cannot be asked about ${slot}: ${problem}`,
    );
  };

  const control = async (
    record: CommandRecord,
    args: readonly string[],
    signal?: AbortSignal,
    timeoutMs?: number,
  ): Promise<ActionResult> => {
    const output = await record.run(svc(...args), options(signal, timeoutMs));
    return output.exitCode === 0
      ? record.done()
      : record.failed(`${commandLine(svc(...args))} failed: ${refuse(output)}`);
  };

  /** s6 signals the main process alone: what that has started in its session may outlive it. */
  const tree = createProcessTree();
  const withSurvivors = async (
    record: CommandRecord,
    result: ActionResult,
    stopTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<ActionResult> => {
    if (result.outcome === 'failed') return result;
    const problem = await endAll(tree, { clock, stopTimeoutMs, signal, onStep: record.onStep });
    return problem === null ? record.done() : record.failed(`The gateway could not be stopped: ${problem}.`);
  };

  const gently = (order: '-t' | '-d'): readonly string[] => ['-wD', '-T', String(stopTimeoutMs), order];

  /**
   * Sends `order` and waits until the process and its finish script have ended; then SIGKILL. An abort only hastens
   * that.
   */
  const ended = async (
    record: CommandRecord,
    { paused, pid }: S6Service,
    order: '-t' | '-d',
    signal: AbortSignal,
  ): Promise<ActionResult> => {
    await tree.members(pid === null ? null : await seeProcess(pid));
    // A stopped process hears no SIGTERM.
    if (paused) await record.run(svc('-c'), options(signal));
    const down = await control(record, gently(order), signal, stopTimeoutMs + MARGIN_MS);
    if (down.outcome === 'done') return withSurvivors(record, down, SURVIVOR_MS, signal);
    const killed = await control(
      record,
      ['-wD', '-T', String(KILL_PATIENCE_MS), '-k'],
      undefined,
      KILL_PATIENCE_MS + MARGIN_MS,
    );
    return withSurvivors(record, killed, SURVIVOR_MS, signal);
  };

  /** @returns null when s6 knows the slot, else what to answer. */
  const unknown = (service: S6Service | null, record: CommandRecord): ActionResult | null =>
    service
      ? null
      : record.failed(
          `s6 does not supervise ${slot}. Look which slots there are (ls ${join(slot, '..')}) and set "unit" of this gateway; a new slot is taken up by: s6-svscanctl -a ${join(slot, '..')}`,
        );

  const commands: Readonly<Record<SupervisorAction, readonly (readonly string[])[]>> = {
    start: [svc('-u')],
    restart: [svc(...gently('-t')), svc('-u')],
    stop: [svc(...gently('-d'))],
    kill: [svc('-k')],
    reset: [['true']],
  };

  return {
    name: 's6',
    unit: slot,
    status: async (signal) => {
      const service = await look(signal);
      if (!service) return missingStatus({ next: 'unknown' });
      const main = service.pid === null ? null : await seeProcess(service.pid);
      return {
        state: stateOf(service),
        main,
        restarts: null,
        since: clock.now() - service.sinceMs,
        job: service.up && !service.wantedUp ? 'stop' : null,
        exit: service.exit,
        outlook: outlookOf(service),
      };
    },
    start: async (signal) => {
      signal.throwIfAborted();
      const record = newCommandRecord(run, clock);
      return unknown(await look(signal), record) ?? control(record, ['-u'], signal);
    },
    /** Not `s6-svc -r`: the gateway may end with 0, and then its finish script keeps it down. */
    restart: async (victim, signal) => {
      signal.throwIfAborted();
      const record = newCommandRecord(run, clock);
      const service = await look(signal);
      const refusal = unknown(service, record);
      if (refusal) return refusal;
      const spared =
        victim === null || service?.pid == null
          ? null
          : notTheVictim(await checkVictim(service.pid, victim), victim, slot);
      if (spared) return spared;
      if (service?.up && victim !== null) {
        const down = await ended(record, service, '-t', signal);
        if (down.outcome === 'failed') return down;
      }
      return control(record, ['-u']);
    },
    stop: async (_victim, signal) => {
      signal.throwIfAborted();
      const record = newCommandRecord(run, clock);
      const service = await look(signal);
      const refusal = unknown(service, record);
      if (refusal) return refusal;
      return service?.up
        ? ended(record, service, '-d', signal)
        : withSurvivors(record, await control(record, ['-d'], signal), SURVIVOR_MS, signal);
    },
    kill: async (victim, signal) => {
      signal.throwIfAborted();
      const record = newCommandRecord(run, clock);
      const service = await look(signal);
      const refusal = unknown(service, record);
      if (refusal) return refusal;
      if (service?.pid == null || victim === null) return record.done();
      const spared = notTheVictim(await checkVictim(service.pid, victim), victim, slot);
      if (spared) return spared;
      await tree.members(await seeProcess(service.pid));
      return withSurvivors(record, await control(record, ['-k'], signal), 0, signal);
    },
    survivors: async () => ((await look())?.pid == null ? tree.members(null) : []),
    /** s6 has no start limit: what stays down is started with `-u`. */
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: (action) => commands[action].map(commandLine).join('; '),
  };
};
