/**
 * The sandbox's hand on its gateway: starts it as a user would, breaks it, looks at it, and leaves nothing of it
 * behind.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';
import { UserError } from '../../src/base/errors.ts';
import { openControlServer } from './control-server.ts';
import { writeExecutable } from './executable.ts';
import { isLasting, type FaultId, type LastingFault } from './faults.ts';
import { homeFiles } from './home.ts';
import { createLasting, type Network } from './lasting.ts';
import { launch, type Launch } from './launch.ts';
import { createOutside, OUTSIDE_TIMINGS, type OutsideTimings, type QqSide } from './outside-faults.ts';
import { isAlive, processesRunning, signalProcess, type ProcessId } from './proc.ts';
import type { ScriptedState } from './scripted-link.ts';
import {
  SANDBOX_TIMINGS,
  SUPERVISED_VARIABLE,
  writeSettings,
  type GatewaySettings,
  type GatewayTimings,
} from './settings.ts';
import { lastLines, readClaims, type GatewayView } from './view.ts';

export interface SandboxGatewayOptions {
  /** Holds `bin/hermes`, the home `hermes/` and `gateway-output.log`. */
  readonly dir: string;
  readonly qq: GatewaySettings['qq'];
  readonly feishu: GatewaySettings['feishu'];
  readonly qqSide: QqSide;
  /** The way to the platforms that the urls of `qq` and `feishu` lead. */
  readonly network: Network;
  readonly clock: Clock;
  /** Added to the gateway's environment, e.g. LIFELINE_CLOCK. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further platforms, by the names of their scripts. */
  readonly platforms?: readonly string[];
  readonly timings?: Partial<GatewayTimings & OutsideTimings>;
  readonly logMaxBytes?: number;
}

export interface SandboxGateway {
  readonly home: string;
  /** What starts it: an argv. */
  readonly command: readonly string[];
  /** Starts it without a supervisor. Resolves once it has registered. @throws UserError when it does not come up. */
  start(): Promise<ProcessId>;
  /** @throws UserError when no gateway is running. */
  break(fault: FaultId): Promise<void>;
  /** Gives it turns to work on, or ends them; they are not carried over into its next life. */
  work(turns: number): Promise<void>;
  /** A further platform's link is lost, is back, or is refused; a new process has it well again. */
  link(name: string, state: ScriptedState): Promise<void>;
  /** Ends a fault that outlives the process. */
  lift(): Promise<void>;
  /** The registered process, when it lives. */
  current(): ProcessId | null;
  /** Every live process of this home. */
  pids(): readonly ProcessId[];
  /** The last lines of all that it logged (`agent.log`). */
  tail(lines: number): readonly string[];
  state(): GatewayView;
  /** Ends every process of this home, whatever its state, and the line to them. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
const POLL_MS = 25;
const MIB = 1_048_576;

const same = (a: ProcessId, b: ProcessId): boolean => a.pid === b.pid && a.startTime === b.startTime;

export const createSandboxGateway = async (options: SandboxGatewayOptions): Promise<SandboxGateway> => {
  const {
    dir,
    qq,
    feishu,
    qqSide,
    network,
    clock,
    env = {},
    platforms = [],
    timings = {},
    logMaxBytes = 5 * MIB,
  } = options;
  const home = join(dir, 'hermes');
  const files = homeFiles(home);
  const output = join(dir, 'gateway-output.log');
  mkdirSync(home, { recursive: true });
  const executable = writeExecutable(dir);
  const command = [executable, 'gateway', 'run'];
  const outside = createOutside(qqSide, { ...OUTSIDE_TIMINGS, ...timings }, clock);

  let fault: FaultId | null = null;
  let since = 0;
  const control = await openControlServer({
    // A fault ends with the process that had it, unless it lies elsewhere.
    onNew: () => {
      since = Date.now();
      if (fault === null || isLasting(fault)) return;
      outside.lift();
      fault = null;
    },
    startFault: () => lasting.startFault(),
  });
  writeSettings(home, {
    controlUrl: control.url,
    qq,
    feishu,
    platforms,
    timings: { ...SANDBOX_TIMINGS, ...timings },
    logMaxBytes,
  });

  /** Registered ones, and on Linux also those that have not got that far. */
  const pids = (): readonly ProcessId[] => {
    const found = processesRunning(executable);
    return [
      ...found,
      ...control.registered().filter((known) => isAlive(known) && !found.some((other) => same(other, known))),
    ];
  };

  const run = (more: Readonly<Record<string, string>> = {}): Launch =>
    launch(command, { ...env, ...more, HERMES_HOME: home }, output);

  const start = async (): Promise<ProcessId> => {
    const running = control.current();
    if (running) throw new UserError('SANDBOX_RUNNING', `The sandbox gateway already runs, pid ${running.pid}.`);
    const { pid, ended } = run();
    for (
      const deadline = Date.now() + START_LIMIT_MS;
      Date.now() < deadline && ended() === null;
      await delay(POLL_MS)
    ) {
      const registered = control.current();
      if (registered && registered.pid === pid) return registered;
    }
    const why = ended() ?? 'it does not register';
    throw new UserError(
      'SANDBOX_START',
      `The sandbox gateway does not start (${why}):\n${lastLines(output, 10).join('\n')}`,
    );
  };

  const lasting = createLasting({
    files,
    control,
    outside,
    network,
    start,
    startSecond: () => run({ [SUPERVISED_VARIABLE]: '1' }),
  });

  const carryOut = async (id: Exclude<FaultId, LastingFault>, target: ProcessId): Promise<void> => {
    switch (id) {
      case 'qq_gives_up':
        await control.break(id);
        return outside.giveUp();
      case 'stop_hangs':
        await control.break(id);
        return signalProcess(target, 'SIGTERM');
      case 'long_tool':
        await control.break(id);
        // Missed heartbeats, as the platform sees it.
        return outside.routineClose();
      case 'qq_no_login':
        return outside.noLogin();
      case 'flapping':
        return outside.flap();
      case 'qq_4009':
        return outside.routineClose();
      case 'killed':
        return signalProcess(target, 'SIGKILL');
      case 'sigterm':
        return signalProcess(target, 'SIGTERM');
      case 'executor_shutdown':
      case 'loop_frozen':
      case 'feishu_lost':
        return control.break(id);
    }
  };

  const killAll = async (): Promise<void> => {
    for (let left = pids(); left.length > 0; left = pids()) {
      for (const target of left) signalProcess(target, 'SIGKILL');
      await delay(POLL_MS);
    }
  };

  return {
    home,
    command,
    start,
    pids,
    current: () => control.current(),
    tail: (lines) => lastLines(join(files.logs, 'agent.log'), lines),
    state: () => {
      const process = control.current();
      return { process: process && { ...process, since }, fault, ...readClaims(files) };
    },
    break: async (id) => {
      const target = control.current();
      if (!target) throw new UserError('SANDBOX_NO_GATEWAY', 'No gateway is running that could be broken.');
      await lasting.lift();
      if (isLasting(id)) {
        // What a new process would have ended would otherwise go on behind it.
        outside.lift();
        await lasting.begin(id, target);
      } else {
        await carryOut(id, target);
      }
      if (id !== 'qq_4009') fault = id;
    },
    work: (turns) => control.work(turns),
    link: (name, state) => control.link(name, state),
    lift: async () => {
      if (fault === null || !isLasting(fault)) return;
      await lasting.lift();
      fault = null;
    },
    stop: async () => {
      lasting.stop();
      outside.stop();
      await killAll();
      await control.close();
      // One that was being started by somebody else while the line was closed.
      await killAll();
    },
  };
};
