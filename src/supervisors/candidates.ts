/**
 * The supervisors that may keep a gateway: those that its installer may have set up, and the one its process lies in.
 */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ownAccount } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import type { ContainerSeen, ProcessSeen } from '../diagnosis/evidence.ts';
import type { ServiceName } from '../gateways/gateway-kind.ts';
import { containerOf } from './container-of.ts';
import { createDockerSupervisor, type DockerSupervisor } from './docker.ts';
import type { EngineTool } from './docker-refusals.ts';
import { enginesHere, engineWith } from './engine-choice.ts';
import { createForeignContainer } from './foreign-container.ts';
import { createLaunchdSupervisor } from './launchd.ts';
import type { RunCommand } from './run-command.ts';
import { createS6Supervisor } from './s6.ts';
import type { Supervisor, SupervisorName } from './supervisor.ts';
import { createSystemdSupervisor } from './systemd.ts';
import { ownUser, type UnixUser } from './systemd-reach.ts';
import { runsAsAnother } from './unit-user.ts';
import { findUnitOfPid } from '../sensors/process/control-group.ts';
import { readAncestors } from '../sensors/process/proc.ts';

export interface CandidateOptions {
  /** The names that the gateway's own installer uses. */
  readonly services: readonly ServiceName[];
  /** The name that the configuration gives; null when the installer's names count. */
  readonly unit: string | null;
  /** Whose home it is, by uid: its user's manager keeps it, also where Lifeline runs as root. */
  readonly homeOwner: () => Promise<number>;
  /** The user that Lifeline runs as. */
  readonly self?: UnixUser;
  readonly stopTimeoutMs: number;
  readonly run: RunCommand;
  readonly clock: Clock;
}

export interface Candidates {
  /**
   * The container in which the kernel has this process; null: it lies in none. What runs there is kept there, whether
   * or not its engine can be asked.
   */
  container(running: ProcessSeen): Promise<Supervisor | null>;
  /** Hears what an earlier Lifeline knew of the gateway's container. */
  recall(seen: ContainerSeen): void;
  /** The container that was recalled; null when the gateway ran in none. */
  recalled(): Supervisor | null;
  /** The one that the configuration names. */
  named(name: Exclude<SupervisorName, 'process'>): Promise<Supervisor>;
  /** All that may hold the running process, or would start one, the likeliest first. */
  likely(running: ProcessSeen | null): Promise<readonly Supervisor[]>;
}

export const createCandidates = ({
  services,
  unit,
  homeOwner,
  self = ownUser(),
  stopTimeoutMs,
  run,
  clock,
}: CandidateOptions): Candidates => {
  const managerOf = async (known: number | undefined): Promise<{ readonly owner?: UnixUser }> => {
    const uid = known ?? (await homeOwner().catch(() => self.uid));
    if (uid === self.uid) return {};
    const { stdout } = await run(['id', '-nu', String(uid)]);
    return { owner: { uid, name: stdout.trim() || String(uid) } };
  };

  /** Root keeps the gateways of all users; of which one a unit is, nobody but its own process tells. */
  const isAnothers = async ({ supervisor, name }: Candidate): Promise<boolean> => {
    if (self.uid === 0 || supervisor !== 'systemd-system') return false;
    const { owner = self } = await managerOf(undefined);
    return runsAsAnother(name, [self, owner], run);
  };

  let recalled: ContainerSeen | null = null;
  /**
   * The supervisors are kept because they remember under which id they found the container, and that their engine
   * hangs.
   */
  const containers = new Map<string, DockerSupervisor>();
  const inContainer = (tool: EngineTool, container: string): DockerSupervisor => {
    const key = `${tool} ${container}`;
    const found =
      containers.get(key) ??
      createDockerSupervisor({ tool, container, run, clock, stopTimeoutMs, ...(recalled ? { seen: recalled } : {}) });
    containers.set(key, found);
    return found;
  };

  const make = async ({ supervisor, name, path, owner, tool }: Candidate): Promise<Supervisor> => {
    switch (supervisor) {
      case 'systemd-user':
        return createSystemdSupervisor({
          scope: 'user',
          unit: name,
          run,
          clock,
          stopTimeoutMs,
          ...(await managerOf(owner)),
        });
      case 'systemd-system':
        return createSystemdSupervisor({ scope: 'system', unit: name, run, clock, stopTimeoutMs });
      case 'launchd':
        return createLaunchdSupervisor({
          label: name,
          plistPath: path ?? services.find((service) => service.supervisor === 'launchd')?.path ?? '',
          uid: ownAccount().uid,
          run,
          clock,
        });
      case 's6':
        return createS6Supervisor({
          slot: name.startsWith('/') ? name : (path ?? `/run/service/${name}`),
          run,
          clock,
          stopTimeoutMs,
        });
      case 'docker':
        return tool === undefined
          ? engineWith(enginesHere().map((each) => inContainer(each, name)))
          : inContainer(tool, name);
    }
  };

  const named = (name: Exclude<SupervisorName, 'process'>): Promise<Supervisor> => {
    const installed = services.filter(({ supervisor }) => supervisor === name);
    const service = installed.find(({ path }) => existsSync(path)) ?? installed[0];
    const path = unit === null ? service?.path : undefined;
    return make({ supervisor: name, name: unit ?? service?.unit ?? '', ...(path === undefined ? {} : { path }) });
  };

  return {
    named,
    container: async (running) => {
      const found = await containerOf(running.pid);
      if (found === null) return null;
      return found.tool === null ? createForeignContainer(found.id) : inContainer(found.tool, found.id);
    },
    recall: (seen) => {
      recalled = seen;
    },
    recalled: () => {
      if (recalled === null) return null;
      const { tool, id, askedAs } = recalled;
      return tool === null ? createForeignContainer(id) : inContainer(tool, askedAs);
    },
    likely: async (running) => {
      const held = running ? await holding(running) : [];
      // Definitions that lie where their installer puts them: asking for each name that might be would cost a call
      // each.
      const there = services
        .filter(({ path }) => existsSync(path))
        .map(({ supervisor, unit: name, path }): Candidate => ({ supervisor, name, path }));
      const foreign = await Promise.all(there.map(isAnothers));
      const defined = there.filter((_candidate, at) => foreign[at] !== true);
      const configured =
        unit === null
          ? []
          : (['systemd-user', 'systemd-system'] as const).map((supervisor): Candidate => ({ supervisor, name: unit }));
      const all = [...held, ...(process.platform === 'linux' ? configured : []), ...defined];
      const isFirst = (candidate: Candidate, at: number): boolean =>
        all.findIndex(({ supervisor, name }) => supervisor === candidate.supervisor && name === candidate.name) === at;
      return Promise.all(all.filter(isFirst).map(make));
    },
  };
};

/** The name of Lifeline's own unit, as `lifeline service install` gives it. */
export const LIFELINE_UNIT = 'lifeline.service';

interface Candidate {
  readonly supervisor: Exclude<SupervisorName, 'process'>;
  readonly name: string;
  readonly path?: string;
  /** Whose manager, by uid; Lifeline's own user's unless told. */
  readonly owner?: number;
  /** The container's engine; when left out, the installed engine that has the container. */
  readonly tool?: EngineTool;
}

/** Finds the supervisor by the control group that the kernel keeps the process in: no name is guessed. */
const holding = async ({ pid }: ProcessSeen): Promise<readonly Candidate[]> => {
  const [keeper, own] = await Promise.all([findUnitOfPid(pid), findUnitOfPid(process.pid)]);
  // What Lifeline itself has started lies in Lifeline's own unit, whose restart would be Lifeline's.
  if (isDeepStrictEqual(keeper, own)) return [];
  // Also where this is a second Lifeline, such as `lifeline check`, beside the service.
  if (keeper?.kind === 'service' && keeper.unit === LIFELINE_UNIT) return [];
  if (keeper?.kind === 'service') {
    return keeper.scope === 'system'
      ? [{ supervisor: 'systemd-system', name: keeper.unit }]
      : [{ supervisor: 'systemd-user', name: keeper.unit, owner: keeper.uid }];
  }
  // A container of another engine (LXC, Kubernetes) is none that can be asked here.
  if (keeper?.kind !== 'container' || keeper.tool === null) return [];
  const container: Candidate = { supervisor: 'docker', name: keeper.id, tool: keeper.tool };
  const unit = keeper.tool === 'podman' ? await unitAround(pid) : null;
  return unit === null ? [container] : [unit, container];
};

/**
 * A unit that runs podman in its foreground (a quadlet, `podman generate systemd`) makes the container anew at each
 * start. Its main process is then the container's monitor, whose child the container is.
 */
const unitAround = async (pid: number): Promise<Candidate | null> => {
  for (const parent of await readAncestors(pid)) {
    const keeper = await findUnitOfPid(parent);
    if (keeper?.kind === 'service' && keeper.unit !== LIFELINE_UNIT)
      return keeper.scope === 'system'
        ? { supervisor: 'systemd-system', name: keeper.unit }
        : { supervisor: 'systemd-user', name: keeper.unit, owner: keeper.uid };
    if (keeper?.kind !== 'container') return null;
  }
  return null;
};
