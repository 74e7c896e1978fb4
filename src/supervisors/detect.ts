/**
 * Who holds this gateway: of all supervisors that may, the one whose main process is ours; not merely one that has a
 * unit of that name. Two that start the same gateway fight each other, so another one is told of.
 */
import { errorText, UserError } from '../base/errors.ts';
import type { ContainerSeen, ProcessSeen } from '../diagnosis/evidence.ts';
import type { Supervisor, SupervisorStatus } from './supervisor.ts';

export interface SupervisorDetection {
  /** @throws UserError when the one that holds it, or may hold it, cannot be asked; the message says what to do. */
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
  /** Others that have started this gateway or would, and so fight with the chosen one. */
  readonly rivals: readonly Supervisor[];
}

export type ChoiceReason =
  /** The configuration names it. */
  | 'configured'
  /** The gateway's process is its main process, or a child of that. */
  | 'holds_process'
  /** Nothing runs, and it has a definition of this gateway. */
  | 'has_definition'
  /** Nothing runs, and it last ran in this container: it is started there or not at all. */
  | 'held_last'
  /** No service manager has to do with it. */
  | 'nobody_else';

export interface DetectOptions {
  /** The supervisors that may hold this gateway, the likeliest first. */
  readonly candidates: (running: ProcessSeen | null) => Promise<readonly Supervisor[]>;
  /** What is left when none of them does. */
  readonly bare: Supervisor;
  readonly find: () => Promise<ProcessSeen | null>;
  /** The container in which the kernel has this process; null: in none. */
  readonly container?: (running: ProcessSeen) => Promise<Supervisor | null>;
  /** The container in which it ran before this Lifeline. */
  readonly recalled?: () => Supervisor | null;
  /** The pids of a process's parents, the nearest first. */
  readonly ancestors: (pid: number) => Promise<readonly number[]>;
}

interface Asked {
  readonly supervisor: Supervisor;
  readonly status: SupervisorStatus;
}

/** It is not on this machine at all, so it holds nothing. */
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
   * Who held the process last. When that is dead nothing else tells it, where the name is none that an installer gives.
   */
  let last: Supervisor | null = null;
  /**
   * The container that it ran in last: its files, its user and its network are that one's, and started elsewhere it
   * would be another gateway.
   */
  let home: Supervisor | null = null;
  /** It ran in a container, and which one that was nobody could see. */
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
      // Remembered before anybody is asked: its engine may hang.
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
      // One that did not answer may be the one: to act without it would be to fight it.
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

/** Those that held it come first; the bare process is asked by nobody. */
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

/** One that is at it, or that gave up on it, had it last; of definitions that lie idle the first counts. */
const definedIn = (asked: readonly Asked[]): Asked | null =>
  asked.find(isAtWork) ??
  asked.find(({ status }) => status.state === 'failed' || status.state === 'latched') ??
  asked[0] ??
  null;

/**
 * What ran in a container is started by who held it there, or by whoever is at it: not by a definition of another
 * place.
 */
const keptThere = (asked: readonly Asked[], held: readonly (Supervisor | null)[]): Asked | null =>
  asked.find(isAtWork) ??
  held.map((each) => asked.find(({ supervisor }) => supervisor === each)).find((found) => found !== undefined) ??
  null;
