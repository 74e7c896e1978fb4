/** launchd: keeps a gateway as a per-user job on macOS. */
import { existsSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { commandLine, newCommandRecord, type CommandRecord } from './command-steps.ts';
import { createLaunchdReader } from './launchd-reader.ts';
import { stateOf } from './launchd-print.ts';
import { bootstrapAdvice, launchdRefusalOf } from './launchd-refusals.ts';
import { wordsOf, type CommandOutput, type RunCommand } from './run-command.ts';
import {
  isConfigRefused,
  type ActionResult,
  type Supervisor,
  type SupervisorAction,
  type SupervisorState,
  type SupervisorStatus,
} from './supervisor.ts';
import type { Outlook } from '../diagnosis/evidence.ts';
import { checkVictim, notTheVictim } from './victim.ts';

export interface LaunchdOptions {
  /** The job's name, such as `ai.example.gateway`. */
  readonly label: string;
  /** Its definition, absolute; read by launchd whenever the job is loaded. */
  readonly plistPath: string;
  /** The uid of the user whose job it is. */
  readonly uid: number;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/** A stop takes the plist's ExitTimeOut, with known gateways up to 25 s, before launchd sends SIGKILL. */
const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 1_000;
const UNLOAD_POLLS = 40;
/**
 * A job that was just unloaded cannot be loaded until its last process is gone; launchd may call that an I/O error,
 * too.
 */
const TRIES = { in_progress: 30, input_output: 3 };

/**
 * `status().main` is the process that launchd started. That may be a wrapper, for stderr for one, and the gateway its
 * child; both carry the gateway's command line, so a caller matches by ancestry.
 */
export const createLaunchdSupervisor = ({ label, plistPath, uid, run, clock }: LaunchdOptions): Supervisor => {
  const reader = createLaunchdReader({ label, uid, run });
  const target = (): string => `${reader.last().domain}/${label}`;
  const bootstrapArgv = (domain: string): readonly [string, ...string[]] => [
    'launchctl',
    'bootstrap',
    domain,
    plistPath,
  ];

  const kickstart = (record: CommandRecord, flags: readonly string[], signal: AbortSignal): Promise<CommandOutput> =>
    record.run(['launchctl', 'kickstart', ...flags, target()], { signal, timeoutMs: STOP_TIMEOUT_MS });

  /** Starts a job that is loaded, and loads it when it was unloaded in between. */
  const startLoaded = async (
    record: CommandRecord,
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<ActionResult> => {
    const output = await kickstart(record, flags, signal);
    const refusal = output.exitCode === 0 ? null : launchdRefusalOf(output);
    // A start by somebody else that is under way is as good as this one.
    if (refusal === null || refusal === 'in_progress') return record.done();
    return refusal === 'no_service'
      ? load(record, signal)
      : record.failed(`launchd did not start ${label}: ${wordsOf(output)}`);
  };

  const load = async (record: CommandRecord, signal: AbortSignal): Promise<ActionResult> => {
    if (!existsSync(plistPath))
      return record.failed(
        `There is no ${plistPath}. Let the gateway install its service again; lifeline doctor has the command.`,
      );
    if (await reader.isDisabled(signal))
      return record.failed(
        `launchd forbids ${label} to start. Run: launchctl enable ${target()} and then: ${commandLine(bootstrapArgv(reader.last().domain))}`,
      );
    const failures: { readonly output: CommandOutput; readonly refusal: ReturnType<typeof launchdRefusalOf> }[] = [];
    for (const domain of reader.domains) {
      const failure = await loadInto(domain, record, signal);
      if (failure === null) return record.done();
      failures.push({ output: failure, refusal: launchdRefusalOf(failure) });
      const { refusal } = failures.at(-1) ?? { refusal: 'other' };
      if (refusal !== 'no_domain' && refusal !== 'wrong_session') break;
    }
    // The login session's refusal tells more than that of the background session, which is only a way out.
    const [first] = failures;
    const command = commandLine(bootstrapArgv(reader.domains[0]));
    return record.failed(
      `launchd did not load ${label} (${first ? wordsOf(first.output) : 'no answer'}): ${bootstrapAdvice(first?.refusal ?? 'other', { uid, label, plistPath, command })}`,
    );
  };

  /** @returns null when it is loaded and starting, else the last refusal. */
  const loadInto = async (
    domain: string,
    record: CommandRecord,
    signal: AbortSignal,
  ): Promise<CommandOutput | null> => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const output = await record.run(bootstrapArgv(domain), { signal });
      if (output.exitCode === 0) return null;
      const refusal = launchdRefusalOf(output);
      // Loaded already: somebody else was quicker, or the job does not start by itself.
      if ((refusal === 'loaded' || refusal === 'input_output') && (await reader.read(signal)).job) {
        const started = await kickstart(record, [], signal);
        return started.exitCode === 0 || launchdRefusalOf(started) === 'in_progress' ? null : started;
      }
      if ((refusal !== 'in_progress' && refusal !== 'input_output') || tries >= TRIES[refusal]) return output;
      await clock.sleep(POLL_MS, signal);
    }
  };

  const isUnloaded = async (signal: AbortSignal): Promise<boolean> => {
    for (let polls = 0; polls < UNLOAD_POLLS; polls += 1) {
      if (!(await reader.read(signal)).job) return true;
      await clock.sleep(POLL_MS, signal);
    }
    return false;
  };

  const commands: Readonly<Record<SupervisorAction, () => readonly string[]>> = {
    start: () => (reader.last().job ? ['launchctl', 'kickstart', target()] : bootstrapArgv(reader.last().domain)),
    restart: () =>
      reader.last().job ? ['launchctl', 'kickstart', '-k', target()] : bootstrapArgv(reader.last().domain),
    stop: () => ['launchctl', 'bootout', target()],
    kill: () => ['launchctl', 'kill', 'SIGKILL', target()],
    reset: () => ['true'],
  };

  const unloadedState = async (signal?: AbortSignal) => ((await reader.isDisabled(signal)) ? 'masked' : 'inactive');

  return {
    name: 'launchd',
    unit: label,
    status: async (signal) => {
      const { job } = await reader.read(signal);
      if (!job) {
        const state = existsSync(plistPath) ? await unloadedState(signal) : 'missing';
        // Who unloads a job wants it down; one that is not installed says nothing.
        return {
          state,
          main: null,
          restarts: null,
          since: null,
          job: null,
          exit: null,
          outlook: state === 'missing' ? { next: 'unknown' } : { next: 'stopped' },
        };
      }
      const main = job.pid === null ? null : await seeProcess(job.pid);
      const state = stateOf(job);
      // launchd counts every start, also those that were asked for, and does not say since when it is in a state.
      return {
        state,
        main,
        restarts: job.runs === null ? null : Math.max(0, job.runs - 1),
        since: state === 'active' ? (main?.startedAt ?? null) : null,
        job: null,
        exit: job.exit,
        outlook: outlookOf(state, job.exit),
      };
    },
    start: async (signal) => {
      signal.throwIfAborted();
      const { job } = await reader.read(signal);
      const record = newCommandRecord(run, clock);
      if (!job) return load(record, signal);
      // Does not wait for ThrottleInterval, as launchd itself would.
      return job.pid === null ? startLoaded(record, [], signal) : record.done();
    },
    restart: async (victim, signal) => {
      signal.throwIfAborted();
      const { job } = await reader.read(signal);
      const record = newCommandRecord(run, clock);
      const spared =
        victim === null || job?.pid == null ? null : notTheVictim(await checkVictim(job.pid, victim), victim, label);
      if (spared) return spared;
      if (!job) return load(record, signal);
      // Where none ran, there is nothing to be ended.
      return victim === null && job.pid !== null
        ? record.done()
        : startLoaded(record, victim === null ? [] : ['-k'], signal);
    },
    /** Unloads the job, as gateways' own commands do: KeepAlive would revive a process that merely ended. */
    stop: async (_victim, signal) => {
      signal.throwIfAborted();
      const { job } = await reader.read(signal);
      const record = newCommandRecord(run, clock);
      if (!job) return record.done();
      const output = await record.run(['launchctl', 'bootout', target()], { signal, timeoutMs: STOP_TIMEOUT_MS });
      const refusal = output.exitCode === 0 ? null : launchdRefusalOf(output);
      if (refusal !== null && refusal !== 'in_progress' && refusal !== 'no_service')
        return record.failed(`launchd did not unload ${label}: ${wordsOf(output)}`);
      return (await isUnloaded(signal))
        ? record.done()
        : record.failed(`launchd has not finished unloading ${label}: its process does not end`);
    },
    /** launchd ends the rest of the process group with its leader, so the gateway behind the wrapper goes, too. */
    kill: async (victim, signal) => {
      signal.throwIfAborted();
      const { job } = await reader.read(signal);
      const record = newCommandRecord(run, clock);
      if (job?.pid == null || victim === null) return record.done();
      const spared = notTheVictim(await checkVictim(job.pid, victim), victim, label);
      if (spared) return spared;
      const output = await record.run(['launchctl', 'kill', 'SIGKILL', target()], { signal });
      return output.exitCode === 0 || launchdRefusalOf(output) === 'no_service'
        ? record.done()
        : record.failed(`launchd did not kill ${label}: ${wordsOf(output)}`);
    },
    /** launchd has no start limit. A disabled job is somebody's decision, which is not Lifeline's to undo. */
    reset: async () => ({ outcome: 'done', steps: [] }),
    command: (action) => commandLine(commands[action]()),
  };
};

/** launchd waits 10 s between two starts unless the job says otherwise, 30 s with known gateways. */
const THROTTLE_MS = 30_000;

/**
 * A loaded job that is kept alive is `spawn scheduled` between two starts; one that only lies there will not be
 * started.
 */
const outlookOf = (state: SupervisorState, exit: SupervisorStatus['exit']): Outlook => {
  if (state === 'activating') return { next: 'starts', withinMs: THROTTLE_MS };
  if (state === 'active' || state === 'deactivating') return { next: 'settling' };
  return { next: 'nothing', enabled: true, ...(isConfigRefused(exit) ? { ended: 'config_refused' } : {}) };
};
