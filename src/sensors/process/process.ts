/**
 * Which process is the gateway, and what else looks like it: looked for in full now and then, and cheaply in between.
 */
import { errorText, UserError } from '../../base/errors.ts';
import { redact } from '../../base/redact/redact.ts';
import type { ProcessIdentity, ProcessSeen, Suspect } from '../../diagnosis/evidence.ts';
import type { GatewayKind } from '../../gateways/gateway-kind.ts';
import { sameProcess, seenIn, stillLives } from './proc.ts';
import type { ProcessSnapshot } from './process-table.ts';
import type { ProcessTree } from './process-tree.ts';
import type { Sensor } from '../sensor.ts';
import { MOMENT_MS, survey } from './survey.ts';
import { sight, type Sighting, type SightOptions } from './find-process.ts';

/** The processes that run of a gateway. */
export interface Running {
  /** The process that is proven to be the gateway; null: none is. */
  readonly gateway: ProcessSeen | null;
  /** Processes that look like the gateway and are not proven to be it. */
  readonly beside: readonly Suspect[];
  /** Why the gateway could not be looked for, for people; null when it was looked for. */
  readonly problem: string | null;
}

export interface GatewayFinder {
  /**
   * @param maxAgeMs how late something may be seen that has just been started beside the gateway; what has ended never
   * counts, and that the gateway has gone is only said when it was looked for since. 0: all is looked at anew.
   * @throws UserError when it cannot be looked for and was never seen.
   */
  look(maxAgeMs?: number): Promise<Running>;
  /** The gateway's process, looked for anew; null: none is proven to be it. @throws UserError as `look`. */
  find(): Promise<ProcessSeen | null>;
  /**
   * Looked for anew: what a look would find, proven or not, if the gateway that runs had just ended. Nothing can be
   * started in its place while that is there. @throws UserError as `look`.
   */
  inTheWay(): Promise<readonly Suspect[]>;
  /**
   * This process was proven to be the gateway before, or was started by Lifeline: it needs no other witness while it
   * lives.
   */
  know(process: ProcessIdentity | ProcessSeen): void;
  /**
   * Processes that belonged to the last gateway, as long as that has ended and no other has come: its workers may keep
   * its port.
   */
  leftBehind(): readonly ProcessIdentity[];
}

export interface GatewayFinderOptions extends Omit<SightOptions, 'known' | 'leftBehind' | 'maxAgeMs' | 'since'> {
  /**
   * For a kind that is found by its supervisor: returns the process that the supervisor holds. Throws a UserError when
   * the supervisor cannot be asked.
   */
  readonly ofSupervisor: () => Promise<ProcessSeen | null>;
  /** Takes in what belongs to the gateway, as long as the gateway lives to show it. */
  readonly tree?: ProcessTree;
}

/** How long a double, or a lock that somebody else took, may go unseen while the gateway lives. */
const FULL_EVERY_MS = 5_000;

const NOTHING: Running = { gateway: null, beside: [], problem: null };

export const createGatewayFinder = ({ ofSupervisor, tree, ...where }: GatewayFinderOptions): GatewayFinder => {
  let last: { readonly running: Running; readonly at: number } | null = null;
  let known: readonly ProcessIdentity[] = [];
  /** The last gateway that was proven, and what belonged to it. */
  let family: { readonly head: ProcessIdentity; readonly others: readonly ProcessIdentity[] } | null = null;
  /** What the gateways before that one left behind. */
  let orphans: readonly ProcessIdentity[] = [];
  const leftBehind = (): readonly ProcessIdentity[] =>
    family === null || stillLives(family.head) ? [] : family.others;
  /** The gateway that an earlier Lifeline had proven. */
  let remembered: ProcessSeen | null = null;

  /**
   * What was seen for others may be older than a gateway that has just been started: only a look that began later can
   * say that there is none any more.
   */
  const sightOf = async (maxAgeMs: number): Promise<Sighting> => {
    const options = { ...where, known, leftBehind: leftBehind(), maxAgeMs };
    const begun = performance.now();
    const wasThere = last?.running.gateway !== null;
    // A gateway that comes is to be seen at once, also where an old process has become it.
    const seen = await sight(wasThere ? options : { ...options, since: begun - maxAgeMs });
    return seen.gateway === null && maxAgeMs > 0 && wasThere ? sight({ ...options, since: begun }) : seen;
  };

  const lookInFull = async (maxAgeMs: number): Promise<Running> => {
    const { kind } = where;
    if (kind.foundBy === 'nobody') return NOTHING;
    if (kind.foundBy === 'supervisor') return askSupervisor();
    const { gateway, beside } = await sightOf(maxAgeMs);
    if (gateway) {
      const head = identityOf(gateway.process);
      // A process that keeps the port may outlive a new process that could not take it, and is not the gateway for that
      // reason.
      if (family !== null && !sameProcess(family.head, head))
        orphans = leftBehind().filter((each) => stillLives(each) && !sameProcess(each, head));
      family = { head, others: [...gateway.family.map(identityOf), ...orphans] };
      tree?.note((await survey(MOMENT_MS)).processes, [head, ...family.others]);
    }
    return {
      gateway: gateway && {
        ...seenIn(gateway.process),
        ...(gateway.process.ownPid === gateway.process.pid ? {} : { ownPid: gateway.process.ownPid }),
      },
      beside: beside.map(suspectOf),
      problem: null,
    };
  };

  /**
   * A supervisor that cannot be asked changes nothing about a process that was seen before: whether that lives is seen
   * without it.
   */
  const askSupervisor = async (): Promise<Running> => {
    try {
      return { ...NOTHING, gateway: await ofSupervisor() };
    } catch (error) {
      const before = last === null ? remembered : last.running.gateway;
      if (!(error instanceof UserError) || before === null) throw error;
      return { ...NOTHING, gateway: stillLives(before) ? before : null, problem: errorText(error) };
    }
  };

  const look = async (maxAgeMs = 0): Promise<Running> => {
    const before = last?.running.gateway;
    if (last && before && maxAgeMs > 0 && performance.now() - last.at < FULL_EVERY_MS && stillLives(before))
      return last.running;
    const knownBefore = known;
    const running = await lookInFull(maxAgeMs);
    last = { running, at: performance.now() };
    if (running.gateway) {
      const found = identityOf(running.gateway);
      // What was started while this look was under way is none that the look could have found.
      const since = known.filter((each) => !knownBefore.includes(each) && !sameProcess(each, found));
      known = [found, ...since];
    }
    return running;
  };

  const inTheWay = async (): Promise<readonly Suspect[]> => {
    const { gateway: running, beside: doubles } = await look();
    if (running === null || family === null) return doubles;
    const ending = [family.head, ...family.others];
    const { gateway, beside } = await sight({ ...where, known, leftBehind: ending });
    // The lock's holder is told of in any case, also where it is the gateway itself.
    return [...(gateway ? [gateway.process] : []), ...beside]
      .filter((each) => !ending.some((one) => sameProcess(one, each)))
      .map(suspectOf);
  };

  return {
    look,
    leftBehind,
    inTheWay,
    find: async () => (await look()).gateway,
    know: (process) => {
      known = [...known.filter(({ pid }) => pid !== process.pid), identityOf(process)];
      if ('startedAt' in process) remembered = process;
    },
  };
};

const identityOf = ({ pid, startTime }: ProcessIdentity): ProcessIdentity => ({ pid, startTime });

const COMMAND_CHARACTERS = 120;

/** Returns the command line as people may see it. */
export const suspectOf = ({ pid, startTime, startedAt, uid, argv }: ProcessSnapshot): Suspect => {
  const command = redact(argv.join(' ').trim());
  return {
    pid,
    startTime,
    startedAt,
    uid,
    command: command.length > COMMAND_CHARACTERS ? `${command.slice(0, COMMAND_CHARACTERS)}…` : command,
  };
};

/** A process of a gateway, or one that only looks like it. */
export interface GatewayProcess extends ProcessSnapshot {
  /** Neither a witness nor its command line or environment shows that it serves this home: it may be another home's. */
  readonly unproven?: true;
}

/**
 * @param kind of which nothing else is known than its home; for a look of the doctor, or of a command that starts
 * nothing
 */
export const findGatewayProcesses = async (
  kind: GatewayKind,
  home: string,
  options: Partial<SightOptions> = {},
): Promise<readonly GatewayProcess[]> => {
  const { gateway, beside } = await sight({ kind, home, ...options });
  // Beside a proven gateway only its doubles are named.
  return gateway
    ? [gateway.process, ...beside]
    : beside.map((each) => (each.home === 'same' ? each : { ...each, unproven: true }));
};

export const createProcessSensor = (look: () => Promise<Running>): Sensor & { problem(): string | null } => {
  let problem: string | null = null;
  return {
    name: 'process',
    problem: () => problem,
    look: async (now) => {
      const running = await look();
      const { gateway, beside } = running;
      problem = running.problem;
      const unproven = beside.map(({ pid, command }) => `pid ${pid} (${command})`).join(', ');
      const without = unproven === '' ? 'no gateway process' : `not proven: ${unproven}`;
      const text = gateway ? `pid ${gateway.pid}` : without;
      return [{ at: now, source: 'process', text, link: null, fact: { kind: 'process', process: gateway, beside } }];
    },
  };
};
