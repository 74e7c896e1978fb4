/** systemd as the gateway's supervisor: a unit of a user's manager or of the system's, through systemctl alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';
import { isInGroup } from '../sensors/process/control-group.ts';
import { isAlive, listProcesses, seeProcess } from '../sensors/process/proc.ts';
import { commandLine } from './command-steps.ts';
import { wordsOf, type CommandOutput, type RunCommand } from './run-command.ts';
import type {
  ActionResult,
  ActionStep,
  KeeperWord,
  Supervisor,
  SupervisorAction,
  SupervisorStatus,
  Victim,
} from './supervisor.ts';
import { ownUser, reachManager, systemctlOf, type SystemdAddress, type UnixUser } from './systemd-reach.ts';
import { badSetting, busy, masked, missing, refusal, unreached } from './systemd-reasons.ts';
import { neededUnits, OUTLOOK_PROPERTIES, outlookOf } from './systemd-outlook.ts';
import { fields, parseSystemdJob, parseUnit, PROPERTIES, type UnitSeen } from './systemd-status.ts';
import { checkVictim, notTheVictim } from './victim.ts';

export interface SystemdOptions {
  readonly scope: 'user' | 'system';
  /** `.service` is added where a suffix is missing. */
  readonly unit: string;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** Whose manager, for the scope `user`; the user that Lifeline runs as unless told. */
  readonly owner?: UnixUser;
  readonly self?: UnixUser;
  /** Where XDG_RUNTIME_DIR is looked up; the process's own unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long an action may wait for systemd's job; the job itself goes on. 20 s unless told. */
  readonly waitMs?: number;
  /** How long the gateway may take to stop before it is killed; `waitMs` where that is longer. */
  readonly stopTimeoutMs?: number;
}

interface Seen extends UnitSeen, Pick<SupervisorStatus, 'job'> {
  /** A stop ends the main process alone. */
  readonly endsMainAlone: boolean;
}

const NOTHING_DONE: ActionResult = { outcome: 'done', steps: [] };
const WAIT_MS = 20_000;
const KILL_PATIENCE_MS = 10_000;
const POLL_MS = 100;

/** With `--job-mode=fail` systemd itself refuses to turn around what somebody else asked for a moment ago. */
const VERBS: Record<SupervisorAction, readonly string[]> = {
  start: ['--job-mode=fail', 'start'],
  restart: ['--job-mode=fail', 'restart'],
  stop: ['--job-mode=fail', 'stop'],
  // All processes of the unit, which is the default; the flag that says so was renamed in 252.
  kill: ['kill', '--signal=KILL'],
  reset: ['reset-failed'],
};

/** @throws UserError when `unit` is not the name of a service. */
export const createSystemdSupervisor = (options: SystemdOptions): Supervisor => {
  const { scope, run, clock, env = process.env, waitMs = WAIT_MS, stopTimeoutMs = 0 } = options;
  const unit = serviceName(options.unit);
  const self = options.self ?? ownUser();
  const address: SystemdAddress = { scope, unit, self, owner: options.owner ?? self };
  const [program, ...prefix] = systemctlOf(address);
  const argvOf = (...args: readonly string[]): readonly [string, ...string[]] => [
    program,
    ...prefix,
    '--no-ask-password',
    ...args,
  ];
  const actionOf = (action: SupervisorAction): readonly [string, ...string[]] => argvOf(...VERBS[action], unit);
  const command = (action: SupervisorAction): string => commandLine(actionOf(action));

  const systemctl = async (
    argv: readonly [string, ...string[]],
    signal?: AbortSignal,
    timeoutMs?: number,
  ): Promise<CommandOutput> => {
    const reach = await reachManager(address, env);
    // The times that it prints are read in this zone.
    return run(argv, {
      env: { ...reach, TZ: 'UTC' },
      ...(signal ? { signal } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  };

  const ask = async (args: readonly string[], signal?: AbortSignal): Promise<string> => {
    const output = await systemctl(argvOf(...args), signal);
    if (output.exitCode === 0) return output.stdout;
    throw (
      unreached(output, address) ??
      new UserError('SYSTEMD_REFUSED', `systemd did not tell the state of ${unit}: ${wordsOf(output)}`)
    );
  };

  /** The unit's control group, also for some time after its main process has ended. */
  let group: string | null = null;

  const look = async (signal?: AbortSignal): Promise<Seen> => {
    const shown = await ask(
      ['show', `--property=${[...PROPERTIES, 'KillMode', 'ControlGroup'].join(',')}`, unit],
      signal,
    );
    const seen = parseUnit(shown);
    const { KillMode: killMode, ControlGroup: now } = fields(shown);
    // The root is everybody's.
    if (now && now !== '/') group = now;
    // The job's number is a property, its kind is not; it may be done by now.
    const job =
      seen.jobId === null
        ? null
        : parseSystemdJob(await ask(['list-jobs', '--no-legend', '--full', unit], signal), unit);
    return { ...seen, job, endsMainAlone: killMode === 'process' || killMode === 'none' };
  };

  /** Returns the outlook of a unit without a process; for a running unit nothing is asked. */
  const lookAhead = async ({ pid, state, job }: Seen, signal?: AbortSignal): Promise<KeeperWord> => {
    if (pid !== null) return { next: 'settling' };
    const unitNow = fields(await ask(['show', `--property=${OUTLOOK_PROPERTIES.join(',')}`, unit], signal));
    const needed = neededUnits(unitNow);
    const states =
      needed.length === 0
        ? []
        : (await ask(['show', '--property=ActiveState', '--value', ...needed], signal)).split(/\n+/);
    return outlookOf({
      unit: unitNow,
      job,
      latched: state === 'latched',
      missingUnits: needed.filter((_name, at) => states[at] !== undefined && !UP.has(states[at])),
    });
  };

  const act = async (
    action: SupervisorAction,
    signal: AbortSignal,
    refuse: (seen: Seen) => string | null,
    victim: Victim = null,
  ): Promise<ActionResult> => {
    signal.throwIfAborted();
    const steps: ActionStep[] = [];
    const fail = (reason: string): ActionResult => ({ outcome: 'failed', steps, reason });
    try {
      const seen = await look(signal);
      const no = refuse(seen);
      if (no !== null) return fail(no);
      // Between the end and the next start there is nothing to be ended, and a start is what is wanted.
      const spared =
        victim === null || seen.pid === null ? null : notTheVictim(await checkVictim(seen.pid, victim), victim, unit);
      if (spared) return spared;
      if (action === 'restart' && seen.endsMainAlone)
        return await startAlone(signal, await act('stop', signal, refuse, victim));
      const verb = action === 'start' && isWaiting(seen) ? 'restart' : action;
      steps.push({ at: clock.now(), action: 'command', pid: seen.pid, command: command(verb) });
      // An end that is not waited for is followed by SIGKILL, and turns in progress are lost.
      const endMs = action === 'stop' || (action === 'restart' && seen.pid !== null) ? stopTimeoutMs : 0;
      const patienceMs = Math.max(waitMs, endMs);
      const output = await systemctl(actionOf(verb), signal, patienceMs);
      if (output.exitCode === 0 || isNothingToDo(action, output)) {
        if (action === 'kill' && seen.pid !== null && !(await isLetGo(seen.pid, signal))) {
          return fail(
            `systemd still holds pid ${seen.pid} of ${unit} after SIGKILL; the kernel may hold it, often for a disk or network file system that does not answer.`,
          );
        }
        return { outcome: 'done', steps };
      }
      if (output.failure !== 'timeout') return fail(refusal(output, address, command(verb)));
      if (signal.aborted)
        return fail(`Lifeline was told to wait no longer for ${command(verb)}; systemd goes on with it.`);
      // The job was asked for and not refused; the caller sees whether a new process comes.
      if (action === 'start' || action === 'restart') return { outcome: 'done', steps };
      return fail(
        `systemd has not finished this in ${Math.round(patienceMs / 1_000)} s and goes on with it: ${command(action)}`,
      );
    } catch (error) {
      if (error instanceof UserError) return fail(error.message);
      throw error;
    }
  };

  /** systemd learns of a death a moment later; a start before that would find the unit still active and do nothing. */
  const isLetGo = async (pid: number, signal: AbortSignal): Promise<boolean> => {
    const end = performance.now() + KILL_PATIENCE_MS;
    for (;;) {
      if ((await look()).pid !== pid) return true;
      if (signal.aborted || performance.now() > end) return false;
      await sleep(POLL_MS);
    }
  };

  /** What lives in the unit's control group although its main process has ended. */
  const survivors = async (): Promise<readonly ProcessIdentity[]> => {
    const own = group;
    if (own === null) return [];
    const { pid, state, job } = await look();
    // Before its start and after its end systemd runs other commands of the unit.
    if (pid !== null || job !== null || !RESTS.has(state) || (await isInGroup(process.pid, own))) return [];
    const all = (await listProcesses()).filter(isAlive);
    const isIn = await Promise.all(all.map(({ pid }) => isInGroup(pid, own)));
    return all.filter((_process, at) => isIn[at]);
  };

  /** With KillMode=process or none, what the main process has started outlives it: that is ended by force. */
  const endSurvivors = async (signal: AbortSignal, before: ActionResult): Promise<ActionResult> => {
    if (before.outcome === 'failed' || (await survivors()).length === 0) return before;
    const killed = await endLeftOver(signal);
    const steps = [...before.steps, ...killed.steps];
    if (killed.outcome === 'failed') return { ...killed, steps };
    const end = performance.now() + KILL_PATIENCE_MS;
    for (let left = await survivors(); left.length > 0; left = await survivors()) {
      if (performance.now() > end)
        return {
          outcome: 'failed',
          steps,
          reason: `${left.map(({ pid }) => `pid ${pid}`).join(', ')} of ${unit} lives on after SIGKILL`,
        };
      await sleep(POLL_MS);
    }
    return { outcome: 'done', steps };
  };

  // With KillMode=process or mixed a child that hangs outlives its unit. What runs as its main process is never ended
  // so.
  const endLeftOver = async (signal: AbortSignal): Promise<ActionResult> => {
    const { pid } = await look(signal);
    return pid === null
      ? act('kill', signal, (seen) => (seen.pid === null ? null : `${unit} runs again as pid ${seen.pid}`))
      : NOTHING_DONE;
  };

  /** systemd itself would start a new one beside what the old one has left. */
  const startAlone = async (signal: AbortSignal, before: ActionResult): Promise<ActionResult> => {
    const cleared = await endSurvivors(signal, before);
    if (cleared.outcome === 'failed') return cleared;
    const started = await act('start', before === NOTHING_DONE ? signal : new AbortController().signal, forbidden);
    return { ...started, steps: [...cleared.steps, ...started.steps] };
  };

  /** What cannot be asked has failed, in words for people. */
  const answered = async (signal: AbortSignal, work: () => Promise<ActionResult>): Promise<ActionResult> => {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (error instanceof UserError) return { outcome: 'failed', steps: [], reason: error.message };
      throw error;
    }
  };

  const forbidden = ({ load, job }: Seen): string | null => {
    if (load === 'masked') return masked(address);
    if (load === 'not-found') return missing(address);
    if (load === 'bad-setting' || load === 'error') return badSetting(address);
    return job === null ? null : busy(unit, job);
  };

  return {
    name: scope === 'user' ? 'systemd-user' : 'systemd-system',
    unit,
    command,
    status: async (signal) => {
      const seen = await look(signal);
      const { state, pid, restarts, since, job, exit } = seen;
      return {
        state,
        main: pid === null ? null : await seeProcess(pid).catch(() => null),
        restarts,
        since,
        job,
        exit,
        outlook: await lookAhead(seen, signal),
      };
    },
    // Somebody else's start is as good as this one: systemd itself does nothing then.
    start: (signal) => answered(signal, () => startAlone(signal, NOTHING_DONE)),
    // Where none ran, there is nothing to be ended: a start is all that is meant.
    restart: (victim, signal) =>
      victim === null
        ? answered(signal, () => startAlone(signal, NOTHING_DONE))
        : act('restart', signal, forbidden, victim),
    // What runs may be stopped though its file is masked or gone. Only an operator asks for this, and means the whole
    // unit.
    stop: (_victim, signal) =>
      answered(signal, async () => {
        const stopped = await act('stop', signal, (seen) => {
          if (seen.state === 'missing') return missing(address);
          // systemd makes one of two stops, and both wait for it.
          return seen.job === null || seen.job === 'stop' ? null : busy(unit, seen.job);
        });
        return endSurvivors(signal, stopped);
      }),
    kill: async (victim, signal) =>
      victim === null
        ? { outcome: 'done', steps: [] }
        : act('kill', signal, (seen) => (seen.state === 'missing' ? missing(address) : null), victim),
    endLeftOver,
    survivors,
    reset: (signal) => act('reset', signal, (seen) => (seen.state === 'missing' ? missing(address) : null)),
  };
};

/** In these states systemd runs nothing of the unit. */
const RESTS: ReadonlySet<Seen['state']> = new Set(['inactive', 'failed', 'latched', 'masked', 'missing']);

/** In these states a unit counts as active for the units that require it. */
const UP: ReadonlySet<string> = new Set(['active', 'activating', 'reloading', 'refreshing']);

/** A name that begins with a dash would be an option, one with a star a pattern for many units. */
const serviceName = (given: string): string => {
  const unit = /\.[a-z]+$/.test(given) ? given : `${given}.service`;
  if (/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.service$/.test(unit)) return unit;
  throw new UserError(
    'SYSTEMD_UNIT',
    `"${given}" is not the name of a systemd service such as ${KINDS[KIND_NAMES[0]].usualUnit}. Set "unit" of this gateway in the configuration.`,
  );
};

/**
 * Between an end and the next start by itself: a `start` would only be queued behind that pause, which a `restart` cuts
 * short.
 */
const isWaiting = ({ state, pid }: UnitSeen): boolean => state === 'activating' && pid === null;

/** Without a process, systemd often does not keep the unit in memory; then there is nothing to kill or to reset. */
const isNothingToDo = (action: SupervisorAction, { stderr }: CommandOutput): boolean =>
  (action === 'kill' || action === 'reset' || action === 'stop') &&
  /not loaded|[Nn]o .{0,100}process.{0,100} to kill/.test(stderr);
