/**
 * Finds which supervisor keeps this gateway: of all that may, the one whose main process is the gateway; not merely one
 * that has a unit of that name. Two supervisors that start the same gateway fight each other, so the second is
 * reported.
 */
import { errorText, UserError } from '../base/errors.ts';
import type { ContainerSeen, ProcessSeen } from '../diagnosis/evidence.ts';
import type { Supervisor, SupervisorStatus } from './supervisor.ts';

export interface SupervisorDetection {
  /**
   * Throws a UserError when a supervisor that keeps the gateway, or may keep it, cannot be asked; the message says what
   * to do.
   */
  choose(signal?: AbortSignal): Promise<SupervisorChoice>;
  /** The container in which the gateway was last seen; null: in none. */
  container?(): ContainerSeen | null;
  /**
   * A process has just been seen to be the gateway: where it runs is noted now, for it may be gone when anybody asks.
   * Never throws.
   */
  meet?(running: ProcessSeen): Promise<void>;
}

export interface SupervisorChoice {
  readonly supervisor: Supervisor;
  readonly why: ChoiceReason;
  /** Other supervisors that have started this gateway or would start it, and so fight with the chosen one. */
  readonly rivals: readonly Supervisor[];
}

export type ChoiceReason =
  /** The configuration names this supervisor. */
  | 'configured'
  /** The gateway's process is the supervisor's main process, or a child of that. */
  | 'holds_process'
  /** Nothing runs, and the supervisor has a definition of this gateway. */
  | 'has_definition'
  /** Nothing runs, and the gateway last ran in this container: it is started there or not at all. */
  | 'held_last'
  /** No service manager keeps the gateway. */
  | 'nobody_else';

export interface DetectOptions {
  /** The supervisors that may hold this gateway, the likeliest first. */
  readonly candidates: (running: ProcessSeen | null) => Promise<readonly Supervisor[]>;
  /** The supervisor that is left when none of the candidates keeps the gateway: the bare process. */
  readonly bare: Supervisor;
  readonly find: () => Promise<ProcessSeen | null>;
  /** The container in which the kernel has this process; null: in none. */
  readonly container?: (running: ProcessSeen) => Promise<Supervisor | null>;
  /** The container in which the gateway ran before this Lifeline started. */
  readonly recalled?: () => Supervisor | null;
  /** The pids of a process's parents, the nearest first. */
  readonly ancestors: (pid: number) => Promise<readonly number[]>;
}

interface Asked {
  readonly supervisor: Supervisor;
  readonly status: SupervisorStatus;
}

/** The supervisor is not on this machine at all, so it keeps nothing. */
const NOT_HERE: ReadonlySet<string> = new Set(['SYSTEMD_MISSING', 'SYSTEMD_NOT_RUNNING']);

/** States in which a supervisor is about to start the gateway, or believes that it runs. */
const AT_WORK: ReadonlySet<string> = new Set(['active', 'activating']);

export const createDetection = ({
  candidates,
  bare,
  find,
  ancestors,
  container = async () => null,
  recalled = () => null,
}: DetectOptions): SupervisorDetection => {
  /**
   * The supervisor that kept the process last. Once the process is dead, nothing else tells who kept it where the
   * unit's name is none that an installer gives.
   */
  let last: Supervisor | null = null;
  /**
   * The container that the gateway ran in last. The gateway's files, user and network are those of this container:
   * started elsewhere it would be another gateway.
   */
  let home: Supervisor | null = null;
  /** The gateway ran in a container, and nobody could see which. */
  let elsewhere = false;
  const locate = async (running: ProcessSeen): Promise<void> => {
    home = await container(running);
    elsewhere = home === null && running.ownPid !== undefined;
  };
  return {
    container: () => (home ?? recalled())?.container?.() ?? null,
    meet: (running) => locate(running).catch(() => undefined),
    choose: async (signal) => {
      const running = await find();
      // The container is remembered before anybody is asked, because its engine may hang.
      if (running) await locate(running);
      else home ??= recalled();
      const around = running ? home : null;
      const others = await candidates(running);
      const asked: Asked[] = [];
      const silent: { readonly supervisor: Supervisor; readonly error: unknown }[] = [];
      for (const supervisor of around ? others : withFirst(running ? [last] : [last, home], others)) {
        try {
          const status = await supervisor.status(signal);
          if (status.state !== 'missing') asked.push({ supervisor, status });
        } catch (error) {
          if (!(error instanceof UserError && NOT_HERE.has(error.code))) silent.push({ supervisor, error });
        }
      }
      const chooseIdle = () => (home ? keptThere(asked, [last, home]) : definedIn(asked));
      const chosen = running ? await runningSupervisorOf(running, asked, ancestors) : chooseIdle();
      // A supervisor that did not answer may be the one that keeps the gateway: to act without it would be to fight it.
      const unheard =
        running && chosen
          ? undefined
          : (silent.find(({ supervisor }) => supervisor === home) ??
            (chosen && !isIdle(chosen) ? undefined : silent[0]));
      if (unheard) throw unheard.error instanceof Error ? unheard.error : new Error(errorText(unheard.error));
      const rivals = asked
        .filter((other) => other !== chosen && AT_WORK.has(other.status.state))
        .map((other) => other.supervisor);
      if (running) {
        last = chosen?.supervisor ?? around ?? bare;
        return { supervisor: last, why: last === bare ? 'nobody_else' : 'holds_process', rivals };
      }
      if (chosen) return { supervisor: chosen.supervisor, why: 'has_definition', rivals };
      if (elsewhere && home === null)
        throw new UserError(
          'CONTAINER_UNKNOWN',
          'The gateway ran inside a container, and which one that was could not be seen. Start that container; Lifeline starts nothing outside of it.',
        );
      return home ? { supervisor: home, why: 'held_last', rivals } : { supervisor: bare, why: 'nobody_else', rivals };
    },
  };
};

export const configuredDetection = (named: () => Promise<Supervisor>): SupervisorDetection => {
  let last: Supervisor | null = null;
  return {
    container: () => last?.container?.() ?? null,
    choose: async () => {
      last = await named();
      return { supervisor: last, why: 'configured', rivals: [] };
    },
  };
};

/** Puts the supervisors that kept the gateway before the others. The bare process is left out: nobody asks it. */
const withFirst = (held: readonly (Supervisor | null)[], others: readonly Supervisor[]): readonly Supervisor[] => {
  const all = [...held.filter((each) => each !== null && each.name !== 'process'), ...others].filter(
    (each) => each !== null,
  );
  return all.filter((each, at) => all.findIndex(({ name, unit }) => name === each.name && unit === each.unit) === at);
};

const runningSupervisorOf = async (
  running: ProcessSeen,
  asked: readonly Asked[],
  ancestors: DetectOptions['ancestors'],
): Promise<Asked | null> => {
  const family = [running.pid, ...(await ancestors(running.pid))];
  // A wrapper stands between launchd and the gateway, an init between a container and it.
  return asked.find(({ status }) => status.main !== null && family.includes(status.main.pid)) ?? null;
};

const isAtWork = ({ status }: Asked): boolean => AT_WORK.has(status.state) || status.job !== null;

const isIdle = ({ status }: Asked): boolean =>
  !AT_WORK.has(status.state) && status.job === null && status.state !== 'failed' && status.state !== 'latched';

/**
 * Chooses among definitions: a supervisor that is starting the gateway, believes that it runs, or gave up on it, had it
 * last; of idle definitions the first counts.
 */
const definedIn = (asked: readonly Asked[]): Asked | null =>
  asked.find(isAtWork) ??
  asked.find(({ status }) => status.state === 'failed' || status.state === 'latched') ??
  asked[0] ??
  null;

/**
 * Chooses for a gateway that ran in a container: the supervisor that kept it there, or one that is starting it or
 * believes that it runs, and never an idle definition elsewhere.
 */
const keptThere = (asked: readonly Asked[], held: readonly (Supervisor | null)[]): Asked | null =>
  asked.find(isAtWork) ??
  held.map((each) => asked.find(({ supervisor }) => supervisor === each)).find((found) => found !== undefined) ??
  null;
