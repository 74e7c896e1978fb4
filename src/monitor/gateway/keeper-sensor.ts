/**
 * Asks who keeps the gateway what will become of it once its process has ended, and who started the process that runs
 * now. What only a living process tells (its parent, its control group) is read while it lives.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../base/instant.ts';
import { errorText } from '../../base/errors.ts';
import type {
  ContainerSeen,
  Evidence,
  GatewayFact,
  Outlook,
  ProcessIdentity,
  ProcessSeen,
} from '../../diagnosis/evidence.ts';
import type { ParentOf } from '../../sensors/process/parent.ts';
import { sameProcess } from '../../sensors/process/proc.ts';
import type { Sensor } from '../../sensors/sensor.ts';
import { EngineError } from '../../supervisors/engine.ts';
import type { SupervisorDetection } from '../../supervisors/detect.ts';
import type { KeeperWord } from '../../supervisors/supervisor.ts';

export interface KeeperSensorOptions {
  readonly detection: SupervisorDetection;
  /** The gateway's process as the diagnosis knows it; null: gone; undefined: never looked. */
  readonly process: () => ProcessSeen | null | undefined;
  /** The configuration says that nobody keeps it. */
  readonly isBare: boolean;
  readonly parentOf: ParentOf;
  /** How often an engine is asked about a gateway that runs, of real time; once a minute unless told. */
  readonly everyMs?: number;
}

export interface KeeperSensor extends Sensor {
  /** Whether its keeper is at work on it, so that it should be asked again soon. */
  isAtWork(): boolean;
  /** Whether its keeper says that it holds it still; null: it has not said. */
  isPaused(): boolean | null;
}

/** What was seen of a living process. */
interface Known {
  readonly process: ProcessIdentity;
  readonly parent: 'nobody' | 'unknown';
  /** How often its keeper had started it by itself; null where it does not count. */
  readonly restarts: number | null;
}

/** A program is started for each question, and the answer is seldom news. */
const EVERY_MS = 60_000;

export const createKeeperSensor = ({
  detection,
  process,
  isBare,
  parentOf,
  everyMs = EVERY_MS,
}: KeeperSensorOptions): KeeperSensor => {
  let known: Known | null = null;
  let atWork = false;
  let paused: boolean | null = null;
  /**
   * Of engines, which may hang, and whose containers people remove and rename: others are asked only when something has
   * happened.
   */
  const engine = createEngineWatch(detection, everyMs, (isPaused) => (paused = isPaused));

  const meet = async (seen: ProcessSeen, now: Instant): Promise<readonly Evidence[]> => {
    const before = known;
    if (before && sameProcess(before.process, seen)) return [];
    await detection.meet?.(seen);
    const [parent, restarts] = await Promise.all([
      isBare ? ('nobody' as const) : parentOf(seen.pid),
      restartsOf(detection),
    ]);
    // Who does not answer in time is asked again: a start by hand would count as a crash.
    if (before && restarts === undefined) return [];
    known = { process: { pid: seen.pid, startTime: seen.startTime }, parent, restarts: restarts ?? null };
    engine.due();
    if (!before || restarts === null || restarts === undefined) return [];
    // A start by hand sets the count of a keeper's own restarts back.
    const by = restarts > (before.restarts ?? 0) ? 'keeper' : 'somebody';
    return [
      {
        at: now,
        source: 'keeper',
        text: by === 'keeper' ? 'started again by its service manager' : 'started by hand',
        link: null,
        fact: { kind: 'started-by', by },
      },
    ];
  };

  /**
   * What its keeper has forgotten, whoever saw it alive still knows: then it has ended, and the machine has not been
   * started since.
   */
  const remembered = (word: KeeperWord): Outlook => {
    if (word.next !== 'forgotten') return word;
    if (known !== null && word.always) return { next: 'stopped' };
    return word.enabled && known === null ? { next: 'nothing', enabled: true } : { next: 'ended' };
  };

  const ask = async (now: Instant): Promise<readonly Evidence[]> => {
    const tell = (text: string, outlook: Outlook, bare: boolean): readonly Evidence[] => {
      atWork = outlook.next === 'starts' || outlook.next === 'settling';
      return [{ at: now, source: 'keeper', text, link: null, fact: { kind: 'keeper', outlook, bare } }];
    };
    try {
      const { supervisor } = await detection.choose();
      engine.answered();
      if (supervisor.name === 'process') {
        const nobody = isBare || known?.parent === 'nobody';
        return tell(
          nobody ? 'nobody keeps it' : 'who keeps it is not known',
          nobody ? { next: 'nothing', enabled: false } : { next: 'unknown' },
          nobody,
        );
      }
      const outlook = remembered((await supervisor.status()).outlook);
      return tell(
        `${supervisor.tool === undefined ? '' : `${supervisor.tool}: `}${supervisor.unit}: ${wordsOf(outlook)}`,
        outlook,
        false,
      );
    } catch (error) {
      engine.refused(error);
      // Who cannot be asked may bring it back all the same.
      return tell(errorText(error), { next: 'unknown' }, false);
    }
  };

  return {
    name: 'keeper',
    isAtWork: () => atWork,
    isPaused: () => paused,
    close: () => engine.close(),
    look: async (now) => {
      const seen = process();
      if (seen === undefined) return [];
      if (seen === null) {
        const asked = await ask(now);
        return [...asked, ...engine.news(now)];
      }
      atWork = false;
      const met = await meet(seen, now);
      engine.look();
      return [...met, ...engine.news(now)];
    },
  };
};

/** @returns null where it does not count; undefined: it could not be asked. */
const restartsOf = async (detection: SupervisorDetection): Promise<number | null | undefined> => {
  try {
    const { supervisor } = await detection.choose();
    return supervisor.name === 'process' ? null : (await supervisor.status()).restarts;
  } catch {
    return undefined;
  }
};

interface EngineWatch {
  /** Asks in the background when that is due: no look waits for it. */
  look(): void;
  /** A new process runs: it may be another container's. */
  due(): void;
  answered(): void;
  refused(error: unknown): void;
  news(now: Instant): readonly Evidence[];
  close(): Promise<void>;
}

const createEngineWatch = (
  detection: SupervisorDetection,
  everyMs: number,
  onPaused: (paused: boolean | null) => void,
): EngineWatch => {
  const stopping = new AbortController();
  let asking: Promise<void> | null = null;
  let askedAt = -Infinity;
  /** Why it cannot be asked; null: it can; undefined: no engine has to do with it. */
  let problem: string | null | undefined;
  let told: { readonly container: ContainerSeen | null; readonly problem: string | null | undefined } = {
    container: detection.container?.() ?? null,
    problem: undefined,
  };

  const ask = async (): Promise<void> => {
    try {
      const { supervisor } = await detection.choose(stopping.signal);
      if (supervisor.container === undefined) problem = problem === undefined ? undefined : null;
      else {
        const { paused } = await supervisor.status(stopping.signal);
        onPaused(paused === true);
        problem = null;
      }
    } catch (error) {
      if (error instanceof EngineError && !stopping.signal.aborted) problem = error.message;
    }
  };

  return {
    close: async () => {
      stopping.abort(new Error('Lifeline ends'));
      await asking;
    },
    look: () => {
      // Whom nobody contains is not asked for again and again.
      if (asking !== null || performance.now() - askedAt < everyMs || (askedAt > -Infinity && problem === undefined))
        return;
      askedAt = performance.now();
      asking = ask().finally(() => (asking = null));
    },
    due: () => {
      askedAt = -Infinity;
    },
    answered: () => {
      if (problem !== undefined) problem = null;
    },
    refused: (error) => {
      if (error instanceof EngineError) problem = error.message;
    },
    news: (now) => {
      const container = detection.container?.() ?? null;
      const before = told;
      told = { container, problem };
      const say = (text: string, fact: GatewayFact): Evidence => ({
        at: now,
        source: 'keeper',
        text,
        link: null,
        fact,
      });
      return [
        ...(isDeepStrictEqual(container, before.container)
          ? []
          : [
              say(container === null ? 'in no container' : `in the container ${container.name || container.id}`, {
                kind: 'contained',
                container,
              }),
            ]),
        ...(problem === before.problem || problem === undefined
          ? []
          : [say(problem ?? 'its engine answers', { kind: 'keeper-silent', silent: problem !== null })]),
      ];
    },
  };
};

const wordsOf = (outlook: Outlook): string => {
  switch (outlook.next) {
    case 'starts':
      return outlook.withinMs
        ? `it is started again in ${Math.round(outlook.withinMs / 1_000)} s`
        : 'it is being started';
    case 'settling':
      return 'it is coming to rest';
    case 'nothing':
      if (outlook.ended === 'out_of_memory') return 'it ran out of memory and is not started again';
      return outlook.ended === 'killed'
        ? 'somebody has killed it, and it is not started again'
        : 'it is not started again';
    case 'ended':
      return 'it ended without a fault, and is not started again';
    case 'removed':
      return 'there is no such container any more';
    case 'stopped':
      return 'somebody has stopped it';
    case 'blocked':
      return outlook.reason;
    case 'unknown':
      return 'what becomes of it is not known';
  }
};
