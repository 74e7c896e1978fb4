/**
 * Figures for Prometheus, in a registry of their own. Labels are names of the configuration and words of a fixed list,
 * never ids or texts. Every metric has its row in docs/running.md.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { GatewayCondition } from '../diagnosis/verdict.ts';
import type { ResourcesSeen } from '../diagnosis/vitals.ts';
import { AUTO } from '../monitor/gateway/treatment-runner.ts';
import type { Figures, FleetFigures, Meter } from '../monitor/meter.ts';

export interface Metrics {
  readonly meter: Meter;
  readonly contentType: string;
  /** All of them in Prometheus's text format, with what is read of the app now; null: it cannot be asked. */
  text(figures: Figures | null): Promise<string>;
  /** Ends the watch over the event loop. */
  stop(): void;
}

/** All conditions of a gateway; the type checker asks for a new one. */
const CONDITIONS = {
  healthy: true,
  starting: true,
  stopping: true,
  stopped: true,
  stopped_on_purpose: true,
  frozen: true,
  paused: true,
  broken_executor: true,
  crash_looping: true,
  misconfigured: true,
  duplicate: true,
  updating: true,
  network_down: true,
  unwell: true,
  unkept: true,
  unanswered: true,
  strained: true,
  unknown: true,
} satisfies Record<GatewayCondition, true>;

/** Of these there is no connection that could be up. */
const NO_LINK: ReadonlySet<string> = new Set(['disabled', 'listening']);

const GATEWAY_CONDITIONS = Object.keys(CONDITIONS) as readonly GatewayCondition[];

/** A look takes milliseconds; one that reads a whole log or asks a slow tool, much more. */
const LOOK_BUCKETS_S = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 180];
const LAG_RESOLUTION_MS = 100;

export const createMetrics = (version: string): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <const Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> => new Gauge({ name, help, labelNames: [...labelNames], registers });

  const treatments = new Counter({
    name: 'lifeline_treatments_total',
    help: 'Treatments that have ended, restarts among them, by what was done, how it ended and who wanted it.',
    labelNames: ['gateway', 'remedy', 'outcome', 'by'],
    registers,
  });
  const tries = new Counter({
    name: 'lifeline_notice_attempts_total',
    help: 'Tries to deliver an alert or a result, by channel and what became of them.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const looks = new Histogram({
    name: 'lifeline_look_duration_seconds',
    help: 'How long a look at a gateway takes.',
    labelNames: ['gateway'],
    buckets: LOOK_BUCKETS_S,
    registers,
  });
  gauge('lifeline_build_info', 'Always 1; the version of Lifeline and of Node.', ['version', 'node']).set(
    { version, node: process.version },
    1,
  );

  const start = gauge('lifeline_start_timestamp_seconds', 'When the bot was started or last reloaded.');
  const condition = gauge(
    'lifeline_gateway_condition',
    '1 for the condition in which a gateway is, 0 for all others.',
    ['gateway', 'condition'],
  );
  const links = gauge('lifeline_gateway_link_up', 'Whether a link of a gateway is up: 1 or 0.', ['gateway', 'link']);
  const held = gauge(
    'lifeline_gateway_memory_bytes',
    'Memory that all processes of a gateway hold together, by what it was told: pss, group or rss.',
    ['gateway', 'by'],
  );
  const ceiling = gauge(
    'lifeline_gateway_memory_limit_bytes',
    'How much memory a gateway could hold at most, by what sets the limit: group or machine.',
    ['gateway', 'of'],
  );
  const files = gauge('lifeline_gateway_open_files', 'Open files of the process nearest to its limit.', ['gateway']);
  const mostFiles = gauge('lifeline_gateway_open_files_limit', 'The limit of open files of that process.', ['gateway']);
  const free = gauge('lifeline_gateway_disk_free_bytes', "Room on the disk of a gateway's home.", ['gateway']);
  const channels = gauge('lifeline_channel_up', "Whether one of Lifeline's own channels is connected: 1 or 0.", [
    'channel',
  ]);
  const incidents = gauge('lifeline_incidents_open', 'Incidents that are open.');
  const undelivered = gauge('lifeline_outbox_undelivered', 'Messages that have reached nobody yet.');
  const oldest = gauge(
    'lifeline_outbox_oldest_age_seconds',
    'How long the oldest alert has waited that could go out and has reached nobody; 0: there is none.',
  );
  const round = gauge('lifeline_last_round_timestamp_seconds', 'When the last full round ended; 0: none yet.');
  const store = gauge('lifeline_store_ok', 'Whether the data folder can be used: 1 or 0.');
  const failing = gauge('lifeline_stages_failing', "How many stages of Lifeline's own work fail.");
  const loops = gauge('lifeline_loop_stuck', 'Whether a loop of Lifeline has stopped turning: 1 or 0.', ['loop']);

  const speaks = gauge('lifeline_fleet_hub_speaks', 'Whether this hub of a fleet holds the lease: 1 or 0.', ['hub']);
  const hostUp = gauge('lifeline_fleet_host_up', 'Whether a host of the fleet is heard: 1 or 0.', ['host']);
  const hostAge = gauge('lifeline_fleet_host_silent_seconds', 'How long ago a host of the fleet was last heard.', [
    'host',
  ]);
  const hostIncidents = gauge('lifeline_fleet_host_incidents_open', 'Incidents that are open on a host of the fleet.', [
    'host',
  ]);
  const hostGateway = gauge('lifeline_fleet_gateway_well', 'Whether a gateway of a host is well: 1 or 0.', [
    'host',
    'gateway',
  ]);
  const ofFleet = [speaks, hostUp, hostAge, hostIncidents, hostGateway];

  const memory = gauge('process_resident_memory_bytes', 'Resident memory.');
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'Processor time, user and system.', registers });
  const lag = gauge(
    'nodejs_eventloop_lag_max_seconds',
    'The longest that the event loop was held up since the last scrape.',
  );
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delay.enable();

  const readProcess = (): void => {
    const { user, system } = process.cpuUsage();
    memory.set(process.memoryUsage.rss());
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    lag.set(Number.isFinite(delay.max) ? Math.max(0, delay.max / 1e9 - LAG_RESOLUTION_MS / 1_000) : 0);
    delay.reset();
  };

  const readResources = (gateway: string, { memory, files: open, disk }: ResourcesSeen): void => {
    if (memory) held.set({ gateway, by: memory.by }, memory.bytes);
    if (memory?.of && memory.ceiling !== null) ceiling.set({ gateway, of: memory.of }, memory.ceiling);
    if (open) {
      files.set({ gateway }, open.open);
      mostFiles.set({ gateway }, open.most);
    }
    if (disk) free.set({ gateway }, disk.free);
  };

  const readFleet = ({ hub, speaks: holds, hosts }: FleetFigures): void => {
    speaks.set({ hub }, holds ? 1 : 0);
    for (const { host, silentMs, isSilent, openIncidents, gateways } of hosts) {
      hostUp.set({ host }, isSilent ? 0 : 1);
      if (silentMs !== null) hostAge.set({ host }, silentMs / 1_000);
      hostIncidents.set({ host }, openIncidents);
      for (const { name, isWell } of gateways) hostGateway.set({ host, gateway: name }, isWell ? 1 : 0);
    }
  };

  const readApp = (figures: Figures | null): void => {
    // What is gone from the configuration is gone from here.
    for (const each of [condition, links, channels, loops, held, ceiling, files, mostFiles, free, ...ofFleet])
      each.reset();
    if (figures === null) return;
    if (figures.fleet) readFleet(figures.fleet);
    start.set(figures.startedAt / 1_000);
    for (const { name, verdicts, resources = {} } of figures.gateways) {
      readResources(name, resources);
      const own = verdicts?.find(({ link }) => link === null)?.condition ?? 'unknown';
      for (const each of GATEWAY_CONDITIONS) condition.set({ gateway: name, condition: each }, each === own ? 1 : 0);
      for (const verdict of verdicts ?? [])
        if (verdict.link !== null && !NO_LINK.has(verdict.condition))
          links.set({ gateway: name, link: verdict.link }, verdict.condition === 'up' ? 1 : 0);
    }
    // The last resort has no link that could be down.
    for (const { name, link } of figures.channels)
      if (name !== 'webhook') channels.set({ channel: name }, link === 'connected' ? 1 : 0);
    incidents.set(figures.openIncidents);
    undelivered.set(figures.undelivered);
    oldest.set(
      figures.oldestUndeliveredAt === null ? 0 : Math.max(0, (figures.now - figures.oldestUndeliveredAt) / 1_000),
    );
    round.set((figures.lastRoundAt ?? 0) / 1_000);
    store.set(figures.storeProblem === null ? 1 : 0);
    failing.set(figures.failing.length);
    for (const loop of figures.loops) loops.set({ loop }, figures.stuck.some((each) => each.loop === loop) ? 1 : 0);
  };

  return {
    contentType: registry.contentType,
    meter: {
      tried: (channel, outcome) => tries.inc({ channel, outcome }),
      treated: (gateway, { remedy, outcome, requestedBy }) =>
        treatments.inc({ gateway, remedy, outcome, by: requestedBy === AUTO ? 'lifeline' : 'operator' }),
      looked: (gateway, tookMs) => looks.observe({ gateway }, tookMs / 1_000),
    },
    text: (figures) => {
      readProcess();
      readApp(figures);
      return registry.metrics();
    },
    stop: () => delay.disable(),
  };
};
