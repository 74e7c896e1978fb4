/** The sensors of one gateway, in the order in which they are asked, each with a limit of its own. */
import type { Clock } from '../../base/clock.ts';
import { fileRefusalText, type Refusal } from '../../base/refused-file.ts';
import type { Instant } from '../../base/instant.ts';
import type { Logger } from '../../base/logger.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { MemoryRules } from '../../diagnosis/memory-rules.ts';
import { REFUSED_WINDOW_MS } from '../../diagnosis/rules/duplicate.ts';
import type { GatewayState } from '../../diagnosis/state.ts';
import type { GatewayKind, LinkControl, LogDoubt } from '../../gateways/gateway-kind.ts';
import { bounded, type BoundedSensor } from '../../sensors/bounded.ts';
import { createDuplicatesSensor } from '../../sensors/process/duplicates.ts';
import { createKernelLinksSensor } from '../../sensors/network/kernel-links.ts';
import { createLogSensor, type LogCursors } from '../../sensors/logs/logs.ts';
import { createLoopSensor } from '../../sensors/event-loop.ts';
import { createHaltedSensor } from '../../sensors/process/halted.ts';
import { createPausedSensor } from '../../sensors/process/paused.ts';
import { platformHosts } from '../../sensors/network/platform-hosts.ts';
import { createPortHolderSensor } from '../../sensors/network/port-holder.ts';
import { createProcessSensor, type Running } from '../../sensors/process/process.ts';
import { createReachabilitySensor, reachTogether } from '../../sensors/network/reachability.ts';
import { createResourcesSensor, type SamplesOf } from '../../sensors/resources/resources.ts';
import { createSidecarsSensor } from '../../sensors/process/sidecars.ts';
import { throttled } from '../../sensors/throttled.ts';
import type { Sensor } from '../../sensors/sensor.ts';
import { createStateSensor } from '../../sensors/state.ts';
import type { GatewayKnowledge } from './gateway-knowledge.ts';
import type { KeeperSensor } from './keeper-sensor.ts';

export interface GatewaySensorsOptions {
  readonly gateway: string;
  readonly kind: GatewayKind;
  readonly home: string;
  /** Where a link's platform is reached, `host:port`, by link; it beats what the log tells. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** How old a heartbeat may be before the loop is asked. */
  readonly frozenMs: number;
  readonly memory: MemoryRules;
  /** The figures of the last days; null: none are kept. */
  readonly samples: SamplesOf | null;
  /** How long one sensor may take until the others go on without it, of real time. */
  readonly hangMs: number;
  readonly knowledge: GatewayKnowledge;
  /** What runs of the gateway. */
  readonly findProcess: () => Promise<Running>;
  /** Asks who keeps it; null: nobody is asked. */
  readonly keeper: KeeperSensor | null;
  /** The gateway itself has told something new. */
  readonly onNews: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface GatewaySensors {
  /** All, in the order in which they are asked. */
  readonly inOrder: readonly BoundedSensor[];
  /** Those that have not answered in time, by name. */
  hanging(): readonly string[];
  /** Whether the logs do not answer. */
  isBlind(): boolean;
  /** Whether no sensor is asked after this one: it reads the logs and does not answer. */
  endsLook(sensor: BoundedSensor): boolean;
  cursors(): LogCursors;
  /** Why logs or the process could not be looked at, for people. */
  problems(): readonly string[];
  /** Whether what the gateway logs cannot be heard: its logs cannot be read or are no evidence. */
  isUnheard(): boolean;
  logDoubts(): readonly LogDoubt[];
  /** Why files of the gateway are no evidence, each once. */
  refusals(): readonly Refusal[];
  /** Why the kernel cannot be asked about the links; null: it can. */
  kernelProblem(): string | null;
  /** Restarts one link alone; null where the gateway offers that not. */
  readonly control: LinkControl | null;
  close(): Promise<void>;
}

const KERNEL_EVERY_MS = 60_000;
const SIDECARS_EVERY_MS = 60_000;
/** Reading what was written in Lifeline's absence takes its time. */
const LOGS_HANG = 3;

export const createGatewaySensors = (options: GatewaySensorsOptions): GatewaySensors => {
  const { gateway, kind, home, hangMs, knowledge, findProcess, keeper, clock, logger } = options;
  const { recalled, state } = knowledge;
  let logs = createLogSensor(kind, home, recalled?.cursors, recalled?.at);
  const processSensor = createProcessSensor(findProcess);
  const pausedSensor = createPausedSensor({
    process: () => state().process ?? null,
    byKeeper: () => keeper?.isPaused() ?? null,
  });
  const hosts = platformHosts(
    kind,
    (link) => options.hosts[link] ?? options.hosts[platformOf(link)] ?? state().links.get(link)?.hosts ?? [],
  );
  const kernelLinks = createKernelLinksSensor({
    pid: () => state().process?.pid ?? null,
    links: () => [...state().links.keys()],
    hosts,
  });
  const probe =
    kind.openProbe?.({
      home,
      process: () => state().process,
      held: () => ({ isPaused: state().paused !== null, resumedAt: state().resumedAt }),
      frozenMs: options.frozenMs,
      onNews: options.onNews,
      clock,
      logger: logger.child({ gateway }),
    }) ?? null;
  const others: readonly Sensor[] = [
    ...(kind.foundBy === 'itself' ? [createDuplicatesSensor(findProcess)] : []),
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
    createHaltedSensor(() => state().process ?? null),
    createLoopSensor({
      kind,
      home,
      process: () => state().process ?? null,
      isPaused: () => pausedSensor.isPaused(),
      frozenMs: options.frozenMs,
    }),
    throttled(kernelLinks, KERNEL_EVERY_MS),
    createPortHolderSensor({
      kind,
      home,
      process: () => state().process,
      wanted: (now) => refusedPort(state(), now),
    }),
    createResourcesSensor({
      home,
      process: () => state().process ?? null,
      rules: options.memory,
      samples: options.samples,
    }),
    throttled(
      createSidecarsSensor({ home, process: () => state().process ?? null, links: () => [...state().links.keys()] }),
      SIDECARS_EVERY_MS,
    ),
    // Behind those that tell how the gateway itself has ended.
    ...(keeper && kind.foundBy !== 'nobody' ? [keeper] : []),
    // The last one: it asks about what looks wrong by all that the others have found.
    createReachabilitySensor({ clock, hosts, reach: reachTogether, wanted: () => knowledge.linksInDoubt() }),
  ];

  /** Goes on from the memory when the logs still hold all that was written since; begins anew otherwise. */
  const resume = async (): Promise<void> => {
    kernelLinks.foresee();
    if (!recalled || (await logs.resume())) return;
    logger.info({ gateway }, 'the logs have a gap since the last run; what was known of the gateway is forgotten');
    knowledge.forget();
    logs = createLogSensor(kind, home);
  };
  let resumed: Promise<void> | null = null;
  const resuming = bounded({ name: 'logs', look: async () => (await (resumed ??= resume()), []) }, hangMs * LOGS_HANG);
  const logSensor = bounded(
    { name: 'logs', look: (now) => logs.look(now), close: () => logs.close?.() ?? Promise.resolve() },
    hangMs * LOGS_HANG,
  );
  const inOrder = [
    resuming,
    ...(kind.foundBy === 'nobody' ? [] : [bounded(processSensor, hangMs)]),
    logSensor,
    ...others.map((sensor) => bounded(sensor, hangMs)),
  ];

  return {
    inOrder,
    hanging: () => inOrder.filter((sensor) => sensor.isHanging()).map(({ name }) => name),
    isBlind: () => resuming.isHanging() || logSensor.isHanging(),
    endsLook: (sensor) => (sensor === resuming || sensor === logSensor) && sensor.isHanging(),
    cursors: () => logs.cursors(),
    problems: () => [...logs.problems(), ...[processSensor.problem()].filter((problem) => problem !== null)],
    isUnheard: () => logs.problems().length + (logs.refusals?.() ?? []).length > 0,
    logDoubts: () => logs.doubts(),
    // A log and a state file may lie in the same folder.
    refusals: () => [
      ...new Map(
        [logs, ...others].flatMap((sensor) => sensor.refusals?.() ?? []).map((each) => [fileRefusalText(each), each]),
      ).values(),
    ],
    kernelProblem: () => kernelLinks.problem(),
    control: probe?.links ?? null,
    close: async () => {
      for (const sensor of inOrder) await sensor.close?.();
    },
  };
};

/** @returns the port that was refused not long ago; null: none. Of a gateway that runs, it is no matter. */
const refusedPort = ({ otherInstance, process, portRefused }: GatewayState, now: number): number | 'own' | null => {
  if (otherInstance.some((refused) => now - refused.at < REFUSED_WINDOW_MS)) return 'own';
  const fact =
    process === null && portRefused !== null && now - portRefused.at < REFUSED_WINDOW_MS ? portRefused.fact : null;
  return fact?.kind === 'port-refused' ? (fact.port ?? 'own') : null;
};
