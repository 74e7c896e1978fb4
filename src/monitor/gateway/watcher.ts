/**
 * Watches one gateway: asks all its sensors and says what it concludes. Does nothing about it. What is known of the
 * gateway: `gateway-knowledge.ts`; the sensors: `gateway-sensors.ts`; when it is looked at: `look-schedule.ts`.
 */
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import { fileRefusalText, type Refusal } from '../../base/refused-file.ts';
import { nowOf } from '../../base/instant.ts';
import type { Logger } from '../../base/logger.ts';
import { NO_REPORT, reportedLater, type Place, type Stage, type StageReport } from '../../base/stage-report.ts';
import type { ContainerSeen, GatewayFact, LinkName, ProcessSeen } from '../../diagnosis/evidence.ts';
import { DEFAULT_MEMORY_RULES, type MemoryRules } from '../../diagnosis/memory-rules.ts';
import { DEFAULT_GRACE, type DiagnosisPolicy } from '../../diagnosis/policy.ts';
import { vitalsOf } from '../../diagnosis/state.ts';
import type { GatewayKind, LinkControl } from '../../gateways/gateway-kind.ts';
import type { DeathWatch } from '../../sensors/process/death-watch.ts';
import type { Running } from '../../sensors/process/process.ts';
import { MOMENT_MS } from '../../sensors/process/survey.ts';
import { createKnowledge } from './gateway-knowledge.ts';
import { createGatewaySensors } from './gateway-sensors.ts';
import type { KeeperSensor } from './keeper-sensor.ts';
import type { Look } from './look.ts';
import { AT_WORK_MS, createLookSchedule, type WatchStart } from './look-schedule.ts';
import type { WatchMemory } from './saved-state.ts';
import type { MemorySamples } from './memory-samples.ts';

export interface WatcherOptions {
  /** What is watched, and how it is judged. */
  readonly subject: WatchSubject;
  /** How its process is found. */
  readonly finder: WatchFinder;
  /** What the watchers of one process share. */
  readonly shared?: WatchShared;
  readonly listeners?: WatchListeners;
  /** How long one sensor may take until the others go on without it, of real time; 20 s unless told. */
  readonly hangMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface WatchSubject {
  readonly gateway: string;
  readonly kind: GatewayKind;
  readonly home: string;
  /** Judge only these links; null: all that the gateway has. */
  readonly links: readonly string[] | null;
  /** May change as the gateway becomes known. */
  readonly policy: () => DiagnosisPolicy;
  /** How old a heartbeat may be before the loop is asked; that of `DEFAULT_GRACE` unless told. */
  readonly frozenMs?: number;
  /** How much memory it may hold; the usual unless told. */
  readonly memory?: MemoryRules;
  /** Where a link's platform is reached, `host:port`, by link; it beats what the log tells. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
}

export interface WatchFinder {
  /** What runs of it. @param maxAgeMs how late something that was just started may be seen; 0: all is looked at anew */
  readonly findProcess: (maxAgeMs: number) => Promise<Running>;
  /** This process was proven to be the gateway before. */
  readonly know?: (process: ProcessSeen) => void;
  /** The gateway ran in this container before. */
  readonly recall?: (container: ContainerSeen) => void;
  /** Asks who keeps it. */
  readonly keeper?: (process: () => ProcessSeen | null | undefined) => KeeperSensor;
}

export interface WatchShared {
  /** Sees the end of its process at once; without it the next look does. */
  readonly deathWatch?: DeathWatch;
  /** Keeps how much memory each gateway held in the last days; without it growth is not looked for. */
  readonly samples?: MemorySamples;
  /** Keeps what is known over a restart of Lifeline; without it each watcher begins with the end of the logs. */
  readonly memory?: WatchMemory;
}

export interface WatchListeners {
  /** Hears how long each look took. */
  readonly onLooked?: (tookMs: number) => void;
  /** Hears of what fails. */
  readonly report?: StageReport;
  /** Hears which process was found, at each look; null: there is none. */
  readonly onProcess?: (process: ProcessSeen | null) => void;
}

export interface Watcher {
  /** Looks with every sensor and judges. */
  look(): Promise<Look>;
  /** Looks of its own accord from now on, and calls `onLook` after each such look. */
  start(options: WatchStart): void;
  /** Takes in a fact that no sensor finds: what Lifeline itself did. */
  note(fact: GatewayFact): void;
  /** Takes in that Lifeline restarts this link alone. */
  noteLink(link: LinkName): void;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  /** The result of the last look; null before the first. */
  last(): Look | null;
  /** No more looks of its own accord; it may still be asked. */
  rest(): void;
  stop(): Promise<void>;
}

const HANG_MS = 20_000;

export const createWatcher = ({
  subject,
  finder,
  shared = {},
  listeners = {},
  hangMs = HANG_MS,
  clock,
  logger,
}: WatcherOptions): Watcher => {
  const {
    gateway,
    kind,
    home,
    links,
    policy,
    frozenMs = DEFAULT_GRACE.frozenGraceMs,
    memory = DEFAULT_MEMORY_RULES,
    hosts = {},
  } = subject;
  const { samples } = shared;
  const { report = NO_REPORT } = listeners;
  const knowledge = createKnowledge({
    gateway,
    links,
    policy,
    memory: shared.memory ?? null,
    report,
    clock,
    logger,
  });
  const { state } = knowledge;
  const known = state();
  if (known.process) finder.know?.(known.process);
  if (known.container) finder.recall?.(known.container);

  /** Its process has just ended: what has come in its place must be seen. */
  let processEnded = false;
  const schedule = createLookSchedule({
    gateway,
    logFolders: new Set(kind.logs.map((log) => dirname(resolve(home, log)))),
    deathWatch: shared.deathWatch ?? null,
    onProcessEnded: () => {
      processEnded = true;
    },
    clock,
    logger,
  });
  const keeper = finder.keeper?.(() => state().process) ?? null;
  const sensors = createGatewaySensors({
    gateway,
    kind,
    home,
    hosts,
    frozenMs,
    memory,
    samples: samples
      ? {
          add: (process, sample) => samples.add(gateway, process, sample),
          of: (process) => samples.of(gateway, process),
        }
      : null,
    hangMs,
    knowledge,
    findProcess: () => finder.findProcess(processEnded ? 0 : MOMENT_MS),
    keeper,
    onNews: () => schedule.lookSoon(),
    clock,
    logger,
  });
  const place = (stage: Stage, part?: string): Place => ({ stage, gateway, ...(part === undefined ? {} : { part }) });
  const problemLog = createProblemLog(gateway, logger);
  let last: Look | null = null;
  let looking: Promise<unknown> = Promise.resolve();

  /** Asks each sensor in its order. @returns why some could not look. */
  const askSensors = async (): Promise<readonly SensorRefusal[]> => {
    const refused: SensorRefusal[] = [];
    let understood = true;
    for (const sensor of sensors.inOrder) {
      try {
        understood = knowledge.takeIn(await sensor.look(nowOf(clock))) && understood;
        if (sensor.isHanging()) report.failed(place('sensor', sensor.name), new Error('no answer'));
        else report.worked(place('sensor', sensor.name));
      } catch (error) {
        if (error instanceof UserError) refused.push({ sensor: sensor.name, reason: error.message });
        else {
          logger.error({ gateway, sensor: sensor.name, err: error }, 'a sensor failed');
          report.failed(place('sensor', sensor.name), error);
        }
      }
      if (sensors.endsLook(sensor)) break;
    }
    if (understood) report.worked(place('evidence'));
    return refused;
  };

  const lookOnce = async (): Promise<Look> => {
    const began = performance.now();
    const hungBefore = sensors.hanging();
    knowledge.followClock();
    const refused = await askSensors();
    const { process } = state();
    if (process !== undefined) listeners.onProcess?.(process);
    const hanging = sensors.hanging();
    const refusals = sensors.refusals();
    const cannotLook = problemLog.note({
      hanging: hanging.filter((name) => !hungBefore.includes(name)),
      refused,
      refusals,
    });
    const at = clock.now();
    const isBlind = sensors.isBlind();
    // Without what the gateway wrote meanwhile, what it wrote before would be a false witness.
    const { verdicts, recheckAt } = isBlind
      ? { verdicts: (last ?? knowledge.concludeNothing()).verdicts, recheckAt: null }
      : knowledge.conclude();
    const isBeingStarted = state().process === null && keeper?.isAtWork() === true;
    const logDoubts = [...sensors.logDoubts(), ...knowledge.doubts()];
    last = {
      at,
      verdicts,
      vitals: { ...vitalsOf(state()), unheard: sensors.isUnheard() || logDoubts.length > 0 },
      // Its keeper is not done with it: whoever waits for a last word waits for that.
      recheckAt: isBeingStarted ? Math.min(at + AT_WORK_MS, recheckAt ?? Infinity) : recheckAt,
      problems: [...sensors.problems(), ...hanging.map((name) => `${home}: ${name}: no answer`), ...cannotLook],
      refused: refusals,
      logDoubts,
    };
    if (!isBlind) knowledge.save(at, sensors.cursors());
    problemLog.noteKernel(sensors.kernelProblem());
    listeners.onLooked?.(performance.now() - began);
    processEnded = false;
    schedule.looked(at, recheckAt, state().process ?? null, isBeingStarted);
    return last;
  };

  const reportedLook = (): Promise<Look> => reportedLater(report, place('look'), lookOnce);

  /** One look after the other: two at once would read the same bytes. */
  const look = (): Promise<Look> => {
    const next = looking.then(reportedLook);
    looking = next.catch(() => undefined);
    return next;
  };

  return {
    look,
    start: (options) => schedule.start(options, look),
    note: (fact) =>
      knowledge.note({
        text: fact.kind === 'stopped-by-operator' ? `/stop by ${fact.by}` : fact.kind,
        link: null,
        fact,
      }),
    noteLink: (link) => knowledge.note({ text: 'restarted alone', link, fact: { kind: 'link-treated' } }),
    control: sensors.control,
    last: () => last,
    rest: () => schedule.rest(),
    stop: async () => {
      schedule.rest();
      await looking;
      await sensors.close();
    },
  };
};

interface SensorRefusal {
  readonly sensor: string;
  readonly reason: string;
}

interface SensorProblems {
  /** Those that have begun to hang. */
  readonly hanging: readonly string[];
  readonly refused: readonly SensorRefusal[];
  readonly refusals: readonly Refusal[];
}

/** Writes into the log what sensors cannot look at, once each. */
const createProblemLog = (gateway: string, logger: Logger) => {
  let known: ReadonlySet<string> = new Set();
  let kernelProblem: string | null = null;
  return {
    /** @returns why sensors cannot look now, for people. */
    note: ({ hanging, refused, refusals }: SensorProblems): ReadonlySet<string> => {
      for (const sensor of hanging)
        logger.warn({ gateway, sensor }, 'a sensor does not answer; the others go on without it');
      for (const each of refused)
        if (!known.has(each.reason))
          logger.warn({ gateway, ...each }, 'a sensor cannot look; the others go on without it');
      for (const refusal of refusals)
        if (!known.has(fileRefusalText(refusal)))
          logger.warn(
            { gateway, reason: fileRefusalText(refusal) },
            'a file of the gateway is no evidence and is not read',
          );
      known = new Set([...refused.map(({ reason }) => reason), ...refusals.map(fileRefusalText)]);
      return known;
    },
    /** What the kernel does not tell is no fault, but worth knowing once. */
    noteKernel: (problem: string | null): void => {
      if (problem !== null && problem !== kernelProblem)
        logger.info({ gateway, problem }, 'the kernel cannot be asked about the links');
      kernelProblem = problem ?? kernelProblem;
    },
  };
};
