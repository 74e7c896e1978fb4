/**
 * Who holds this gateway: of all supervisors that may, the one whose main process is ours; not merely one that has a
 * unit of that name. Two that start the same gateway fight each other, so another one is told of.
 */
import { errorText, UserError } from '../base/errors.ts';
import type { ProcessSeen } from '../diagnosis/evidence.ts';
import type { Supervisor, SupervisorStatus } from './supervisor.ts';

export interface Holder {
  /** @throws UserError when the one that holds it, or may hold it, cannot be asked; the message says what to do. */
  choose(signal?: AbortSignal): Promise<Choice>;
}

export interface Choice {
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
  /** No service manager has to do with it. */
  | 'nobody_else';

export interface HolderOptions {
  /** The supervisors that may hold this gateway, the likeliest first. */
  readonly candidates: (running: ProcessSeen | null) => Promise<readonly Supervisor[]>;
  /** What is left when none of them does. */
  readonly bare: Supervisor;
  readonly find: () => Promise<ProcessSeen | null>;
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

export const createHolder = ({ candidates, bare, find, ancestors }: HolderOptions): Holder => {
  /** Who held the process last. When that is dead nothing else tells it, where the name is none that an installer gives. */
  let last: Supervisor | null = null;
  return {
    choose: async (signal) => {
      const running = await find();
      const asked: Asked[] = [];
      let silent: unknown = null;
      for (const supervisor of withLast(last, await candidates(running))) {
        try {
          const status = await supervisor.status(signal);
          if (status.state !== 'missing') asked.push({ supervisor, status });
        } catch (error) {
          if (!(error instanceof UserError && NOT_HERE.has(error.code))) silent ??= error;
        }
      }
      const chosen = running ? await holderOf(running, asked, ancestors) : definedIn(asked);
      // One that did not answer may be the one: to act without it would be to fight it.
      if ((!chosen || (!running && isIdle(chosen))) && silent !== null) throw silent instanceof Error ? silent : new Error(errorText(silent));
      const supervisor = chosen?.supervisor ?? bare;
      if (running) last = supervisor;
      return {
        supervisor,
        why: !chosen ? 'nobody_else' : running ? 'holds_process' : 'has_definition',
        rivals: asked.filter((other) => other !== chosen && AT_WORK.has(other.status.state)).map((other) => other.supervisor),
      };
    },
  };
};

export const configuredHolder = (named: () => Promise<Supervisor>): Holder => ({ choose: async () => ({ supervisor: await named(), why: 'configured', rivals: [] }) });

/** The one that held it comes first; the bare process is asked by nobody. */
const withLast = (last: Supervisor | null, others: readonly Supervisor[]): readonly Supervisor[] =>
  last === null || last.name === 'process' ? others : [last, ...others.filter(({ name, unit }) => name !== last.name || unit !== last.unit)];

const holderOf = async (running: ProcessSeen, asked: readonly Asked[], ancestors: HolderOptions['ancestors']): Promise<Asked | null> => {
  const family = [running.pid, ...(await ancestors(running.pid))];
  // A wrapper stands between launchd and the gateway, an init between a container and it.
  return asked.find(({ status }) => status.main !== null && family.includes(status.main.pid)) ?? null;
};

const isIdle = ({ status }: Asked): boolean => !AT_WORK.has(status.state) && status.job === null && status.state !== 'failed' && status.state !== 'latched';

/** One that is at it, or that gave up on it, had it last; of definitions that lie idle the first counts. */
const definedIn = (asked: readonly Asked[]): Asked | null =>
  asked.find(({ status }) => AT_WORK.has(status.state) || status.job !== null) ??
  asked.find(({ status }) => status.state === 'failed' || status.state === 'latched') ??
  asked[0] ??
  null;
