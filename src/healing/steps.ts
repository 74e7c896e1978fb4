/**
 * Takes one step of a treatment. Each step aims at a state and not at an act, so that a step that was cut short can be
 * taken again: when a newer process than `before` is there, the state has been reached, whoever brought that about.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { LinkName, ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import type { Running } from '../sensors/process/process.ts';
import type { LinkControl } from '../gateways/gateway-kind.ts';
import { isAlive, readProcess, sameProcess } from '../sensors/process/proc.ts';
import type { ActionResult, ActionStep, Supervisor, SupervisorStatus } from '../supervisors/supervisor.ts';
import { besideReason } from '../supervisors/process.ts';
import type { Step } from './treatment.ts';
import { restartLinks } from './restart-links.ts';
import { isNewer } from './verify.ts';

export interface StepContext {
  readonly remedy: 'start' | 'restart' | 'restart_link' | 'stop';
  readonly supervisor: Supervisor;
  /** Asks the gateway to end its turns and then itself; null where it cannot be asked. */
  readonly graceful: Graceful | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  /** Those that the step `link` restarts. */
  readonly links: readonly LinkName[];
  /** The process to be ended: the one that was there when this step was begun. No other is. */
  readonly before: ProcessSeen | null;
  /** The process that was ill when the treatment began; what it left behind belongs to it. */
  readonly ill: ProcessSeen | null;
  /** What runs of the gateway now, looked for anew. */
  readonly findProcess: () => Promise<Running>;
  /** How long the graceful way may take. */
  readonly gracefulMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Graceful {
  /** What it does, for people: `kill -USR1 123`, `my-bot gateway restart`. */
  command(before: ProcessIdentity): string;
  /** Resolves once it was asked. */
  ask(before: ProcessIdentity, signal: AbortSignal): Promise<ActionResult>;
}

/**
 * What was ended by Lifeline must come back, also when Lifeline ends meanwhile; how long that may take is the caller's.
 */
const UNSTOPPABLE = new AbortController().signal;

const POLL_MS = 200;
/** Of real time, whatever the clock says: processes know no other. */
const LEAST_PATIENCE_MS = 5_000;
const KILL_PATIENCE_MS = 10_000;
const NOTICED_MS = 2_000;
/** A gateway's unit waits 5 s, and the gateway itself may cut that short: two who do so would fight. */
const OWN_RESTART_MS = 8_000;

export const takeStep = async (step: Step, context: StepContext): Promise<ActionResult> => {
  const { remedy, supervisor, signal } = context;
  signal.throwIfAborted();
  if (step === 'link' || remedy === 'restart_link') return restartLinks(context);
  const status = await supervisor.status(signal);
  if (await isReached(context, status)) return { outcome: 'done', steps: [] };
  const obstacle = obstacleOf(remedy, status, supervisor);
  if (obstacle !== null) return { outcome: 'failed', steps: [], reason: obstacle, hopeless: true };
  // Somebody else's start or restart is as good as ours, and two of them fight.
  if (remedy !== 'stop' && (status.job === 'start' || status.job === 'restart')) return { outcome: 'done', steps: [] };
  const running = await context.findProcess();
  // A second one beside what looks like the gateway would fight it, or would not start for its lock. It may be one that
  // somebody has started a moment ago: the proof waits for its sign.
  if (remedy !== 'stop' && !running.gateway && running.beside.length > 0) return { outcome: 'done', steps: [] };
  const lookalike = remedy === 'restart' ? await lookalikeBeside(supervisor, running) : null;
  if (lookalike !== null) return { outcome: 'failed', steps: [], reason: lookalike, hopeless: true };
  if (remedy !== 'stop' && status.job === 'stop')
    return {
      outcome: 'failed',
      steps: [],
      reason: `${supervisor.unit} is being stopped by somebody else`,
      hopeless: true,
    };
  switch (step) {
    case 'graceful':
      return gracefully(context);
    case 'supervisor':
      return bySupervisor(context, status);
    case 'hard':
      return hard(context);
    case 'end':
      throw new Error('a process that an operator named is ended elsewhere');
  }
};

/** The commands of a step, for people and for a dry run: what does nothing here is left out. */
export const commandsOf = (
  step: Step,
  {
    remedy,
    supervisor,
    graceful,
    before,
    control,
    links,
  }: Pick<StepContext, 'remedy' | 'supervisor' | 'graceful' | 'before' | 'control' | 'links'>,
): readonly string[] => {
  if (step === 'link' || remedy === 'restart_link')
    return control === null
      ? []
      : links.flatMap((link) => [control.command('stop', link), control.command('start', link)]);
  if (step === 'graceful') return before && graceful ? [graceful.command(before)] : [];
  const hardActions = remedy === 'stop' ? (['stop', 'kill'] as const) : (['kill', 'reset', 'start'] as const);
  const actions = step === 'supervisor' ? [remedy] : hardActions;
  return actions
    .map((action) => supervisor.command(action))
    .flatMap((command) => {
      if (command === 'true' || (!before && PID.test(command))) return [];
      return [before ? command.replace(PID, String(before.pid)) : command];
    });
};

/** Stands for the process where no service manager knows it. */
const PID = /\bPID\b/;

/** Why no step can be taken, for people; null when nothing is in the way. */
export const obstacleOf = (
  remedy: StepContext['remedy'],
  { state }: SupervisorStatus,
  supervisor: Supervisor,
): string | null => {
  const { name, unit } = supervisor;
  if (state === 'missing')
    return (
      supervisor.missing?.() ??
      `${name} knows no ${unit}. Set "unit" and "supervisor" of this gateway in the configuration.`
    );
  if (state === 'masked' && remedy !== 'stop')
    return `${name} forbids ${unit} to start: it is ${name === 'launchd' ? 'disabled' : 'masked'}. To allow it: ${allowing(supervisor)}; then: ${supervisor.command('start')}`;
  return null;
};

/**
 * What would forbid the start after the gateway that runs was ended, for people; null: nothing would. It is asked before
 * anything is ended, and a process that looks like the gateway counts from its first moment on.
 */
export const lookalikeBeside = async (
  supervisor: Pick<Supervisor, 'inTheWay'>,
  { gateway, beside }: Running,
): Promise<string | null> => {
  if (gateway === null) return null;
  const found = beside.length > 0 ? beside : ((await supervisor.inTheWay?.()) ?? []);
  return found.length > 0 ? besideReason(found) : null;
};

/** For people only: what somebody has forbidden is theirs to allow. */
const allowing = ({ name, unit }: Supervisor): string => {
  if (name === 'launchd') return `launchctl enable gui/${process.getuid?.() ?? 'UID'}/${unit}`;
  return `systemctl ${name === 'systemd-user' ? '--user ' : ''}unmask ${unit}`;
};

/** In these a process comes, though there may be none at the moment: between two starts of a crash loop. */
const WILL_RUN: ReadonlySet<string> = new Set(['active', 'activating']);

const isReached = async (
  { remedy, supervisor, before, findProcess: findProcess }: StepContext,
  { state, job }: SupervisorStatus,
): Promise<boolean> => {
  const { gateway: now } = await findProcess();
  if (remedy === 'stop')
    return (
      now === null &&
      !WILL_RUN.has(state) &&
      job !== 'start' &&
      job !== 'restart' &&
      ((await supervisor.survivors?.()) ?? []).length === 0
    );
  return now !== null && (before === null || isNewer(now, before));
};

const gracefully = async ({
  supervisor,
  graceful,
  before,
  findProcess: findProcess,
  gracefulMs,
  clock,
  signal,
}: StepContext): Promise<ActionResult> => {
  if (!graceful || !before || (await hasEnded(before)))
    return { outcome: 'failed', steps: [], reason: 'there is no process that could be asked' };
  const asked = await graceful.ask(before, signal);
  if (asked.outcome === 'failed') return asked;
  const deadline = clock.now() + gracefulMs;
  const least = performance.now() + LEAST_PATIENCE_MS;
  while (!(await hasEnded(before))) {
    if (signal.aborted || (clock.now() >= deadline && performance.now() >= least)) {
      return {
        outcome: 'failed',
        steps: asked.steps,
        reason: `the gateway did not end by itself within ${Math.round(gracefulMs / 1_000)} s`,
      };
    }
    await sleep(POLL_MS);
  }
  const steps: readonly ActionStep[] = [...asked.steps, { at: clock.now(), action: 'exited', pid: before.pid }];
  // What nobody brings back is started here; with some versions systemd waits half a minute, or five, which it need
  // not.
  const starts = supervisor.name === 'process' || (await waitsForNothing(supervisor, signal));
  return starts && (await findProcess()).gateway === null
    ? after(steps, await supervisor.start(UNSTOPPABLE))
    : { outcome: 'done', steps };
};

/**
 * Whether its service manager will not start it again, as a container with the policy `no`, or lets it wait for longer
 * than anybody needs; it learns of the end a moment later, and may have to clean up first.
 */
const waitsForNothing = async (supervisor: Supervisor, signal: AbortSignal): Promise<boolean> => {
  const begun = performance.now();
  for (;;) {
    const status = await supervisor.status(UNSTOPPABLE).catch(() => null);
    // Where Lifeline ends meanwhile, the service manager is as good.
    if (signal.aborted || status?.main !== null || status.job !== null) return false;
    if (status.outlook.next === 'nothing') return true;
    const waits = status.state === 'activating';
    if (!waits && status.outlook.next !== 'settling' && status.state !== 'active' && status.state !== 'deactivating')
      return false;
    if (performance.now() - begun >= (waits ? OWN_RESTART_MS : NOTICED_MS)) return waits;
    await sleep(POLL_MS);
  }
};

const bySupervisor = async (
  { supervisor, before, findProcess: findProcess, signal, remedy }: StepContext,
  { state }: SupervisorStatus,
): Promise<ActionResult> => {
  if (remedy === 'stop') return supervisor.stop(before, signal);
  const reset = state === 'latched' || state === 'failed' ? await supervisor.reset(signal) : null;
  const steps = reset?.steps ?? [];
  return after(
    steps,
    (await findProcess()).gateway === null ? await supervisor.start(signal) : await supervisor.restart(before, signal),
  );
};

const hard = async (context: StepContext): Promise<ActionResult> => {
  const { remedy, supervisor, before, ill, findProcess: findProcess, signal } = context;
  // First the word, or its supervisor starts it again.
  const stopped = remedy === 'stop' ? await supervisor.stop(before, signal) : null;
  // Also where it has ended meanwhile, or nobody knows any more which one it was: what it left behind may keep its
  // port.
  const victim = before ?? ill;
  const killed = victim ? await supervisor.kill(victim, signal) : ((await supervisor.endLeftOver?.(signal)) ?? null);
  const steps = [...(stopped?.steps ?? []), ...(killed?.steps ?? [])];
  if (killed?.outcome === 'failed') return { ...killed, steps };
  if (before && !(await endsWithin(KILL_PATIENCE_MS, before))) {
    return {
      outcome: 'failed',
      steps,
      reason: `pid ${before.pid} does not end even on SIGKILL; the kernel holds it, often for a disk or network file system that does not answer`,
      hopeless: true,
    };
  }
  if (remedy === 'stop') return { outcome: 'done', steps };
  const reset = await supervisor.reset(UNSTOPPABLE);
  const all = [...steps, ...reset.steps];
  // Its supervisor may have been quicker.
  return (await findProcess()).gateway === null
    ? after(all, await supervisor.start(UNSTOPPABLE))
    : { outcome: 'done', steps: all };
};

const hasEnded = async (process: ProcessIdentity): Promise<boolean> => {
  const now = await readProcess(process.pid);
  return !isAlive(now) || !sameProcess(now, process);
};

const endsWithin = async (patienceMs: number, process: ProcessIdentity): Promise<boolean> => {
  const deadline = performance.now() + patienceMs;
  while (!(await hasEnded(process))) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
};

const after = (steps: readonly ActionStep[], result: ActionResult): ActionResult => ({
  ...result,
  steps: [...steps, ...result.steps],
});
