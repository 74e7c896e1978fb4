/**
 * Watches one gateway: looks at everything on demand and on a pulse, at the logs as soon as they change, and again
 * when a grace period ends. Says what it concludes; does nothing about it.
 */
import { watch, type FSWatcher } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import { refusalText, type Refusal } from '../base/foreign/refusal.ts';
import { AHEAD_MS, nowOf, type Instant } from '../base/instant.ts';
import type { Turns } from '../base/turns.ts';
import type { Logger } from '../base/logger.ts';
import { NO_REPORT, reported, reportedLater, type Place, type Stage, type StageReport } from '../base/stage-report.ts';
import { admit } from '../diagnosis/admit.ts';
import { advance } from '../diagnosis/advance.ts';
import type { ContainerSeen, Evidence, GatewayFact, LinkName, ProcessSeen } from '../diagnosis/evidence.ts';
import { platformOf } from '../diagnosis/link-name.ts';
import { judge, type Judgement } from '../diagnosis/judge.ts';
import { notAfter } from '../diagnosis/not-after.ts';
import { REFUSED_WINDOW_MS } from '../diagnosis/rules/duplicate.ts';
import type { DiagnosisPolicy } from '../diagnosis/policy.ts';
import { initialState, vitalsOf, type GatewayState } from '../diagnosis/state.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Vitals } from '../diagnosis/vitals.ts';
import type { GatewayKind, LinkControl, LogDoubt } from '../gateways/gateway-kind.ts';
import { bounded } from '../sensors/bounded.ts';
import { createDuplicatesSensor } from '../sensors/duplicates.ts';
import type { DeathWatch } from '../sensors/death-watch.ts';
import { createKernelLinksSensor } from '../sensors/kernel-links.ts';
import { createLogSensor } from '../sensors/logs.ts';
import { createLoopSensor } from '../sensors/loop.ts';
import { platformHosts } from '../sensors/platform-hosts.ts';
import { createPausedSensor } from '../sensors/paused.ts';
import { createPortHolderSensor } from '../sensors/port-holder.ts';
import { createProcessSensor, type Running } from '../sensors/process.ts';
import { createReachabilitySensor, reachTogether } from '../sensors/reachability.ts';
import { throttled } from '../sensors/throttled.ts';
import type { Sensor } from '../sensors/sensor.ts';
import { createStateSensor } from '../sensors/state.ts';
import { MOMENT_MS } from '../sensors/survey.ts';
import type { KeeperSensor } from './keeper-sensor.ts';
import type { Recollection, WatchMemory } from './memory.ts';

export interface WatcherOptions {
  readonly gateway: string;
  readonly kind: GatewayKind;
  readonly home: string;
  /** Judge only these links; null: all that the gateway has. */
  readonly links: readonly string[] | null;
  /** May change as the gateway becomes known. */
  readonly policy: () => DiagnosisPolicy;
  /** How old a heartbeat may be before the loop is asked; the kind's own limit by default. */
  readonly frozenAfterMs?: number;
  /** Where a link's platform is reached, `host:port`, by link; it beats what the log tells. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** What runs of it. @param maxAgeMs how late something that was just started may be seen; 0: all is looked at anew */
  readonly lookForProcess: (maxAgeMs: number) => Promise<Running>;
  /** This process was proven to be the gateway before. */
  readonly know?: (process: ProcessSeen) => void;
  /** The gateway ran in this container before. */
  readonly recall?: (container: ContainerSeen) => void;
  /** Asks who keeps it. */
  readonly keeper?: (process: () => ProcessSeen | null | undefined) => KeeperSensor;
  /** Sees the end of its process at once. */
  readonly deathWatch?: DeathWatch;
  /** Lets not all watchers look at once; without it, this one looks when it wants. */
  readonly turns?: Turns;
  /** How long one sensor may take until the others go on without it, of real time; 20 s unless told. */
  readonly hangMs?: number;
  /** Keeps what is known over a restart of Lifeline; without it each watcher begins with the end of the logs. */
  readonly memory?: WatchMemory;
  /** Hears how long each look took. */
  readonly onLooked?: (tookMs: number) => void;
  /** Hears of what fails. */
  readonly report?: StageReport;
  /** Hears which process was found, at each look; null: there is none. */
  readonly onProcess?: (process: ProcessSeen | null) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Watcher {
  /** Looks with every sensor and judges. */
  look(): Promise<Look>;
  /**
   * Calls `onLook` after each look of its own accord: at once, every `pulseMs` from `firstPulseMs` on, when a log
   * changes, when a grace ends.
   */
  start(options: {
    readonly pulseMs: number;
    readonly firstPulseMs?: number;
    readonly followLogs: boolean;
    readonly onLook: (look: Look) => void;
    /** A look of its own accord has failed; the next one will try again. */ readonly onFailed?: () => void;
  }): void;
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

export interface Look {
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  readonly vitals: Vitals;
  /** When a verdict changes by the mere passing of time; null: only new evidence changes it. */
  readonly recheckAt: number | null;
  /** What could not be looked at, for people. */
  readonly problems: readonly string[];
  /** Logs that are read and tell nothing. */
  readonly logDoubts: readonly LogDoubt[];
  /** Why files of the gateway are no evidence; they are among the problems, too. */
  readonly refused: readonly Refusal[];
}

const KERNEL_EVERY_MS = 60_000;
const FROZEN_MS = 90_000;
/** Conditions of a link in which it matters whether its platform can be reached at all. */
const IN_DOUBT: ReadonlySet<string> = new Set(['reconnecting', 'down', 'gave_up', 'deaf', 'unreachable']);

const HANG_MS = 20_000;
/** Reading what was written in Lifeline's absence takes its time. */
const LOGS_HANG = 3;

/** How soon a gateway that is being started by its keeper is looked at again, of real time. */
const AT_WORK_MS = 500;

/** Several lines come in one burst; one look reads them all. */
const BURST_MS = 100;

export const createWatcher = (options: WatcherOptions): Watcher => {
  const { gateway, kind, home, links, policy, report: stages = NO_REPORT, clock, logger } = options;
  const place = (stage: Stage, part?: string): Place => ({ stage, gateway, ...(part === undefined ? {} : { part }) });
  const recalled = recall(options);
  let state: GatewayState = recalled ? notAfter(recalled.state, clock.now()) : initialState;
  let lookedAt: Instant | null = null;
  /** Where evidence came from that was dated in the future, and by how much. */
  const ahead = new Map<string, number>();
  if (state.process) options.know?.(state.process);
  if (state.container) options.recall?.(state.container);
  let last: Look | null = null;
  let looking: Promise<unknown> = Promise.resolve();
  const stops: (() => void)[] = [];
  let cancelRecheck = (): void => undefined;
  let cancelAgain = (): void => undefined;
  let onLook: ((look: Look) => void) | null = null;
  let onFailed = (): void => undefined;

  let logs = createLogSensor(kind, home, recalled?.cursors, recalled?.at);
  /** Its process has just ended: what has come in its place must be seen. */
  let afterDeath = false;
  const runningNow = (): Promise<Running> => options.lookForProcess(afterDeath ? 0 : MOMENT_MS);
  const processSensor = createProcessSensor(runningNow);
  const keeper = options.keeper?.(() => state.process) ?? null;
  const pausedSensor = createPausedSensor({
    process: () => state.process ?? null,
    byKeeper: () => keeper?.isPaused() ?? null,
  });
  const pid = (): number | null => state.process?.pid ?? null;
  const hosts = platformHosts(
    kind,
    (link) => options.hosts?.[link] ?? options.hosts?.[platformOf(link)] ?? state.links.get(link)?.hosts ?? [],
  );
  const judged = (): Judgement => judge(state, { gateway, policy: policy(), now: clock.now(), links });
  const doubtful = (): readonly LinkName[] => {
    try {
      return judged().verdicts.flatMap(({ link, condition }) =>
        link !== null && IN_DOUBT.has(condition) ? [link] : [],
      );
    } catch {
      // The look's own judgement will say so.
      return [];
    }
  };
  const probe =
    kind.openProbe?.({
      home,
      process: () => state.process,
      held: () => ({ isPaused: state.paused !== null, resumedAt: state.resumedAt }),
      frozenMs: options.frozenAfterMs ?? FROZEN_MS,
      onNews: () => onLook && report(),
      clock,
      logger: logger.child({ gateway }),
    }) ?? null;
  const kernelLinks = createKernelLinksSensor({ pid, links: () => [...state.links.keys()], hosts });
  /** Of a gateway that runs a port that was in use once is no matter. */
  const refusedPort = (now: number): number | 'own' | null => {
    if (state.otherInstance.some((refused) => now - refused.at < REFUSED_WINDOW_MS)) return 'own';
    const fact =
      state.process === null && state.portRefused !== null && now - state.portRefused.at < REFUSED_WINDOW_MS
        ? state.portRefused.fact
        : null;
    return fact?.kind === 'port-refused' ? (fact.port ?? 'own') : null;
  };
  const { hangMs = HANG_MS } = options;
  const others: readonly Sensor[] = [
    ...(kind.foundBy === 'itself' ? [createDuplicatesSensor(runningNow)] : []),
    createStateSensor(kind, home),
    ...(probe
      ? [
          {
            name: 'probe',
            look: (now: Instant) => probe.look(now),
            refusals: () => probe.refusals?.() ?? [],
            close: () => probe.close(),
          },
        ]
      : []),
    pausedSensor,
    createLoopSensor({
      kind,
      home,
      process: () => state.process ?? null,
      isPaused: () => pausedSensor.isPaused(),
      ...(options.frozenAfterMs === undefined ? {} : { staleMs: options.frozenAfterMs }),
    }),
    throttled(kernelLinks, KERNEL_EVERY_MS),
    createPortHolderSensor({ kind, home, process: () => state.process, wanted: refusedPort }),
    // Behind those that tell how the gateway itself has ended.
    ...(keeper && kind.foundBy !== 'nobody' ? [keeper] : []),
    // The last one: it asks about what looks wrong by all that the others have found.
    createReachabilitySensor({ clock, hosts, reach: reachTogether, wanted: doubtful }),
  ];

  /** Goes on from the memory when the logs still hold all that was written since; begins anew otherwise. */
  const resume = async (): Promise<void> => {
    if (!recalled || (await logs.resume())) return;
    logger.info({ gateway }, 'the logs have a gap since the last run; what was known of the gateway is forgotten');
    state = initialState;
    logs = createLogSensor(kind, home);
  };
  let resumed: Promise<void> | null = null;
  const resuming = bounded({ name: 'logs', look: async () => (await (resumed ??= resume()), []) }, hangMs * LOGS_HANG);
  const logSensor = bounded(
    { name: 'logs', look: (now) => logs.look(now), close: () => logs.close?.() ?? Promise.resolve() },
    hangMs * LOGS_HANG,
  );
  const sensors = [
    ...(kind.foundBy === 'nobody' ? [] : [bounded(processSensor, hangMs)]),
    logSensor,
    ...others.map((sensor) => bounded(sensor, hangMs)),
  ];
  const hanging = (): readonly string[] =>
    [resuming, ...sensors].filter((sensor) => sensor.isHanging()).map(({ name }) => name);

  const remember = (at: number): void => {
    try {
      options.memory?.save(gateway, at, state, logs.cursors());
    } catch (error) {
      logger.warn(
        { gateway, error: errorText(error) },
        'what is known of the gateway could not be saved; the next look tries again',
      );
    }
  };

  /** What the kernel does not tell is no fault, but worth knowing once. */
  let said: string | null = null;
  const sayOnce = (problem: string | null): void => {
    if (problem !== null && problem !== said)
      logger.info({ gateway, problem }, 'the kernel cannot be asked about the links');
    said = problem ?? said;
  };

  /** Why sensors could not look the last time, for people. */
  let known: ReadonlySet<string> = new Set();

  const isBlind = (): boolean => resuming.isHanging() || logSensor.isHanging();
  const blind = (now: number): Judgement => judge(initialState, { gateway, policy: policy(), now, links });

  const noteAhead = ({ source, at }: Evidence, now: Instant): void => {
    if (!ahead.has(source))
      logger.warn({ gateway, source, aheadMs: at - now }, 'evidence is dated in the future; it is none');
    ahead.set(source, at - now);
  };

  /** What was known by the clock of before must not wait for it. */
  const noteSetBack = (now: Instant): void => {
    if (lookedAt !== null && now < lookedAt - AHEAD_MS) {
      logger.warn(
        { gateway, byMs: lookedAt - now },
        'the clock was set back; what is known of the gateway is dated by it',
      );
      state = notAfter(state, now);
    }
    lookedAt = now;
  };

  /** What cannot be understood must not keep the rest from being understood. @returns whether all was. */
  const takeIn = (found: readonly Evidence[]): boolean => {
    let whole = true;
    const now = nowOf(clock);
    for (const evidence of found) {
      try {
        const admitted = admit(evidence, now);
        if (admitted === null) {
          noteAhead(evidence, now);
          continue;
        }
        ahead.delete(evidence.source);
        state = advance(state, admitted);
      } catch (error) {
        whole = false;
        logger.error(
          { gateway, source: evidence.source, err: error },
          'a piece of evidence could not be taken in; the others are',
        );
        stages.failed(place('evidence'), error);
      }
    }
    return whole;
  };

  const lookOnce = async (): Promise<Look> => {
    const began = performance.now();
    const before = hanging();
    const refused: { readonly sensor: string; readonly reason: string }[] = [];
    let understood = true;
    noteSetBack(nowOf(clock));
    for (const sensor of [resuming, ...sensors]) {
      try {
        understood = takeIn(await sensor.look(nowOf(clock))) && understood;
        if (sensor.isHanging()) stages.failed(place('sensor', sensor.name), new Error('no answer'));
        else stages.worked(place('sensor', sensor.name));
      } catch (error) {
        if (error instanceof UserError) refused.push({ sensor: sensor.name, reason: error.message });
        else {
          logger.error({ gateway, sensor: sensor.name, err: error }, 'a sensor failed');
          stages.failed(place('sensor', sensor.name), error);
        }
      }
      if ((sensor === resuming || sensor === logSensor) && sensor.isHanging()) break;
    }
    if (understood) stages.worked(place('evidence'));
    if (state.process !== undefined) options.onProcess?.(state.process);
    const now = hanging();
    for (const sensor of now.filter((name) => !before.includes(name)))
      logger.warn({ gateway, sensor }, 'a sensor does not answer; the others go on without it');
    for (const each of refused)
      if (!known.has(each.reason))
        logger.warn({ gateway, ...each }, 'a sensor cannot look; the others go on without it');
    const refusals = refusalsOf([logs, ...others]);
    for (const refusal of refusals)
      if (!known.has(refusalText(refusal)))
        logger.warn({ gateway, reason: refusalText(refusal) }, 'a file of the gateway is no evidence and is not read');
    known = new Set([...refused.map(({ reason }) => reason), ...refusals.map(refusalText)]);
    const at = clock.now();
    // Without what the gateway wrote meanwhile, what it wrote before would be a false witness.
    const { verdicts, recheckAt } = isBlind()
      ? { verdicts: (last ?? blind(at)).verdicts, recheckAt: null }
      : judgeNow();
    // Its keeper is not done with it: whoever waits for a last word waits for that.
    const settlesAt = state.process === null && keeper?.isAtWork() === true ? at + AT_WORK_MS : null;
    const ownProblem = processSensor.problem();
    const problems = [
      ...logs.problems(),
      ...(ownProblem === null ? [] : [ownProblem]),
      ...now.map((name) => `${home}: ${name}: no answer`),
      ...known,
    ];
    const logDoubts = [
      ...logs.doubts(),
      ...[...ahead].map(([source, ms]): LogDoubt => ({
        path: source,
        why: 'ahead',
        text: String(Math.round(ms / 60_000)),
      })),
    ];
    last = {
      at,
      verdicts,
      vitals: {
        ...vitalsOf(state),
        unheard: logs.problems().length + (logs.refusals?.() ?? []).length + logDoubts.length > 0,
      },
      recheckAt: settlesAt === null ? recheckAt : Math.min(settlesAt, recheckAt ?? Infinity),
      problems,
      refused: refusals,
      logDoubts,
    };
    if (!isBlind()) remember(at);
    sayOnce(kernelLinks.problem());
    options.onLooked?.(performance.now() - began);
    afterDeath = false;
    cancelRecheck();
    cancelAgain();
    if (onLook) followProcess();
    if (onLook && recheckAt !== null) cancelRecheck = clock.timer(recheckAt - at + 1, report);
    return last;
  };

  /** A link that cannot be judged must not keep the gateway and its other links from being judged. */
  const judgeNow = (): Judgement => {
    const judgement = reported(stages, place('judgement'), judged);
    const failed = new Map(judgement.failed.map(({ link, error }) => [link, error]));
    for (const link of state.links.keys()) {
      if (failed.has(link)) stages.failed(place('judgement', link), failed.get(link));
      else stages.worked(place('judgement', link));
    }
    return judgement;
  };

  const reportedLook = (): Promise<Look> => reportedLater(stages, place('look'), lookOnce);

  const followProcess = (): void => {
    options.deathWatch?.follow(gateway, state.process ?? null, () => {
      afterDeath = true;
      report();
    });
    if (state.process !== null || keeper?.isAtWork() !== true) return;
    const timer = setTimeout(report, AT_WORK_MS);
    cancelAgain = () => clearTimeout(timer);
  };

  /** One look after the other: two at once would read the same bytes. */
  const look = (): Promise<Look> => {
    const next = looking.then(() => (options.turns ? options.turns.take(reportedLook) : reportedLook()));
    looking = next.catch(() => undefined);
    return next;
  };

  /** Causes that come while a look is under way ask for one more look, not for one each. */
  let reporting: 'no' | 'yes' | 'again' = 'no';
  const report = (): void => {
    if (reporting !== 'no') {
      reporting = 'again';
      return;
    }
    reporting = 'yes';
    look()
      .then(
        (result) => onLook?.(result),
        (error: unknown) => {
          logger.error({ gateway, err: error }, 'a look failed');
          onFailed();
        },
      )
      .finally(() => {
        const again = reporting === 'again';
        reporting = 'no';
        if (again && onLook) report();
      });
  };

  const rest = (): void => {
    onLook = null;
    cancelRecheck();
    cancelAgain();
    options.deathWatch?.follow(gateway, null, () => undefined);
    for (const stop of stops.splice(0)) stop();
  };

  return {
    look,
    note: (fact) => {
      state = advance(state, {
        at: nowOf(clock),
        source: 'lifeline',
        text: fact.kind === 'stopped-by-operator' ? `/stop by ${fact.by}` : fact.kind,
        link: null,
        fact,
      });
    },
    noteLink: (link) => {
      state = advance(state, {
        at: nowOf(clock),
        source: 'lifeline',
        text: 'restarted alone',
        link,
        fact: { kind: 'link-treated' },
      });
    },
    control: probe?.links ?? null,
    last: () => last,
    start: ({ pulseMs, firstPulseMs = pulseMs, followLogs, onLook: listener, onFailed: failed = () => undefined }) => {
      onLook = listener;
      onFailed = failed;
      let pulse = setTimeout(() => {
        pulse = setInterval(report, pulseMs);
        report();
      }, firstPulseMs);
      stops.push(() => clearInterval(pulse));
      if (followLogs) {
        let burst: NodeJS.Timeout | null = null;
        stops.push(() => burst && clearTimeout(burst));
        const watching = watchFolders(
          new Set(kind.logs.map((log) => dirname(resolve(home, log)))),
          () => {
            burst ??= setTimeout(() => {
              burst = null;
              report();
            }, BURST_MS);
          },
          (error) => logger.debug({ gateway, error }, 'log folder cannot be watched; the pulse reads it'),
        );
        stops.push(watching);
      }
      report();
    },
    rest,
    stop: async () => {
      rest();
      await looking;
      for (const sensor of sensors) await sensor.close?.();
    },
  };
};

/** Each once: a log and a state file may lie in the same folder. */
const refusalsOf = (sensors: readonly Sensor[]): readonly Refusal[] => [
  ...new Map(
    sensors.flatMap((sensor) => sensor.refusals?.() ?? []).map((refusal) => [refusalText(refusal), refusal]),
  ).values(),
];

const recall = ({ memory, gateway, clock, logger }: WatcherOptions): Recollection | null => {
  try {
    return memory?.load(gateway, clock.now()) ?? null;
  } catch (error) {
    logger.warn(
      { gateway, error: errorText(error) },
      'what was known of the gateway could not be read; it is judged anew',
    );
    return null;
  }
};

/** Change notification is a hint only; a folder that cannot be watched is still read on each pulse. */
const watchFolders = (
  folders: ReadonlySet<string>,
  onChange: () => void,
  onProblem: (error: string) => void,
): (() => void) => {
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', (error) => onProblem(errorText(error)));
      watchers.push(watcher);
    } catch (error) {
      onProblem(errorText(error));
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};
