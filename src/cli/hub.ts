/**
 * `lifeline hub`: waits for the lease with a copy of the store of whoever holds it, speaks for as long as it holds the lease
 * itself, and begins anew after that. A hub keeps nothing that is not in the hubs' log.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHub, type Hub } from '../app/hub.ts';
import { processClock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Config, FleetConfig } from '../config/config.ts';
import { accessProblems } from '../config/fleet-access.ts';
import { loadConfig } from '../config/load.ts';
import { createStandbyWord, STANDBY_WORD_MS, type Standby } from '../fleet/hub/standby.ts';
import { clocks, createLeaseBucket, LEASE, takeLease, type Lease } from '../fleet/lease.ts';
import { createStoreCopy, LogUnreadable } from '../fleet/log-reader.ts';
import { createLogStream, type LogStream } from '../fleet/log-stream.ts';
import { createLogWriter } from '../fleet/log-writer.ts';
import { connectTo, ensureStreams, serverAccess, type Connection } from '../fleet/nats.ts';
import { HUB_INBOX } from '../fleet/subjects.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { usualConfig } from '../setup/paths.ts';
import { accessText } from '../text/fleet/hub-trouble.ts';
import { databaseIn } from '../store/files.ts';
import { openStore } from '../store/store.ts';
import { createSystemdNotifier } from '../service/systemd-notify.ts';
import { hubFolder, hubFolders, noteHub } from './beside-bot/hub-here.ts';
import { createExposition, type Exposition } from './run/exposition.ts';
import { createOwnLog } from './run/own-log.ts';
import { listenForSignals } from './run/signals.ts';
import { applyTimezone } from './timezone.ts';

export interface HubRunOptions {
  readonly config?: string;
  readonly version: string;
}

const END_MS = 5_000;
const STOP_MS = 3_500;
/** How often a hub that waits looks whether the lease is free. */
const LOOK_MS = 1_000;
const CATCH_UP_MS = 10_000;
const AFTER_FAILURE_MS = 2_000;
const AFTER_MISTAKE_MS = 15_000;

/** Never resolves: SIGINT or SIGTERM end the process. @throws UserError when the configuration is none of a hub. */
export const runHub = async ({ config: file, version }: HubRunOptions): Promise<void> => {
  const config = loadConfig(file ?? usualConfig(process.env));
  const { fleet } = config;
  if (fleet?.hub !== true)
    throw new UserError(
      'CONFIG_NOT_A_HUB',
      `${config.file} is not the configuration of a hub. Set "hub: true" under "fleet", or run: lifeline run`,
    );
  const [broken] = await accessProblems(fleet.access);
  if (broken !== undefined) {
    const text = accessText(config.locale);
    throw new UserError(
      'FLEET_ACCESS',
      `${config.file}: fleet.${broken.key}: ${text.what(broken)}. ${text.todo(broken)}`,
    );
  }
  if (config.alerts.digest !== null)
    throw new UserError(
      'CONFIG_HUB_DIGEST',
      `${config.file}: a hub has no digest of its own. Take "digest" out of "alerts" here, and set it in the configuration of each host.`,
    );
  applyTimezone(config);
  const log = createOwnLog({ level: config.logLevel, file: config.logFile });
  const { logger } = log;
  const ending = new AbortController();
  const { signal } = ending;
  const systemd = createSystemdNotifier({ env: process.env, stuck: () => [], logger });
  listenForSignals(
    {
      stop: () => {
        ending.abort();
        setTimeout(() => process.exit(1), END_MS);
      },
      hurry: () => process.exit(1),
      reload: () => logger.warn('a hub reads its configuration only when it starts'),
    },
    { fromFile: true },
  );
  const folder = await ownFolder(config.dataDir);
  const exposition = createExposition(version, logger);
  let connection: Connection | null = null;
  try {
    await exposition.use(config.metrics?.listen ?? null);
    exposition.ask(waiting(fleet.host));
    connection = await connectTo({
      access: serverAccess(fleet.access),
      name: `lifeline hub ${fleet.host}`,
      inbox: HUB_INBOX,
      logger,
      signal,
    });
    systemd.ready();
    while (!signal.aborted) {
      try {
        await ensureStreams(connection.nc, fleet.access.servers.length);
        await holdOnce({ ...config, dataDir: folder }, fleet, connection, {
          version,
          exposition,
          logger,
          signal,
          dataDir: config.dataDir,
        });
      } catch (error) {
        if (signal.aborted) break;
        // A channel that cannot be set up here may work at another hub, which gets the lease meanwhile.
        const isMistake = error instanceof UserError;
        if (isMistake) logger.error({ reason: error.message }, 'this hub cannot speak; it tries again');
        else logger.warn({ reason: errorText(error) }, 'this hub begins anew');
        await pause(isMistake ? AFTER_MISTAKE_MS : AFTER_FAILURE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      await exposition.stop();
      await connection?.close();
      await log.close();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  systemd.stopping();
  await exposition.stop();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
  await log.close();
  process.exit(0);
};

/** What a hub shows that does not hold the lease. */
const waiting = (hub: string): Parameters<Exposition['ask']>[0] => ({
  stuck: () => [],
  failing: () => [],
  figures: () => ({
    gateways: [],
    channels: [],
    openIncidents: 0,
    undelivered: 0,
    oldestUndeliveredAt: null,
    now: Date.now(),
    startedAt: Date.now() - process.uptime() * 1_000,
    lastRoundAt: null,
    storeProblem: null,
    failing: [],
    loops: [],
    stuck: [],
    fleet: { hub, speaks: false, hosts: [] },
  }),
});

interface HoldOptions {
  readonly version: string;
  readonly exposition: Exposition;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Where what `lifeline status` says is noted. */
  readonly dataDir: string;
}

/** Follows until the lease is free, holds it, and resolves when it is over. */
const holdOnce = async (
  config: Config,
  fleet: FleetConfig,
  connection: Connection,
  { version, exposition, logger, signal, dataDir }: HoldOptions,
): Promise<void> => {
  const { nc } = connection;
  const bucket = await createLeaseBucket(nc, fleet.host);
  const stream = await createLogStream(nc);
  let hub: Hub | null = null;
  const say = await createStandbyWord(nc, fleet.host, version);
  const following = await follow(stream, databaseIn(config.dataDir), logger);
  let lease: Lease | null = null;
  let last = 0;
  let saidAt = -Infinity;
  try {
    while (lease === null) {
      if (signal.aborted) return;
      const problem = following.problem();
      if (performance.now() - saidAt >= STANDBY_WORD_MS) {
        saidAt = performance.now();
        const leader = await say(problem).catch(() => null);
        noteHub(dataDir, { hub: fleet.host, version, leader, since: null, problem, standbys: [] });
      }
      // One that is too old goes on to say so: it could not read what it would take over.
      if (problem !== 'too_old') {
        following.check();
        lease = await takeLease({ bucket, times: LEASE, now: clocks, onLastWord: () => hub?.lastWord(), logger }).catch(
          (error: unknown) => {
            logger.debug({ reason: errorText(error) }, 'the lease cannot be looked at');
            return null;
          },
        );
      }
      if (lease === null) await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
    logger.info({ fence: lease.fence }, 'this hub holds the lease');
    const end = await stream.end();
    last = end.last;
    if (!end.isEmpty) await following.catchUp(end.last);
  } catch (error) {
    await lease?.release();
    throw error;
  } finally {
    await following.stop();
  }
  const held = lease;
  const store = openStore(config.dataDir, { logger });
  const writer = createLogWriter({
    db: store.db,
    folder: config.dataDir,
    stream,
    last,
    onLost: () => held.lose('taken'),
    logger,
  });
  let noting: NodeJS.Timeout | undefined;
  const aborted = new Promise<'aborted'>((resolve) =>
    signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
  );
  try {
    const started = await startHub(config, {
      version,
      store,
      lease,
      log: writer,
      connection,
      clock: processClock(),
      logger,
      say: (text) => void process.stderr.write(`${text}\n`),
      meter: exposition.meter,
      ending: signal,
    });
    hub = started;
    exposition.ask(started);
    const since = Date.now();
    const note = (): void =>
      noteHub(dataDir, {
        hub: fleet.host,
        version,
        leader: fleet.host,
        since,
        problem: null,
        standbys: started.standbys(),
      });
    note();
    noting = setInterval(note, STANDBY_WORD_MS);
    const why = await Promise.race([
      lease.ended,
      aborted,
      ...(signal.aborted ? [Promise.resolve('aborted' as const)] : []),
      started.outdated.then(() => 'outdated' as const),
    ]);
    logger.warn({ why }, 'this hub falls silent');
    exposition.ask(waiting(fleet.host));
    await started.stop(STOP_MS);
    if (lease.mayBegin()) await Promise.race([writer.flush().catch(() => undefined), pause(1_000)]);
  } finally {
    clearInterval(noting);
    writer.stop();
    await Promise.race([lease.release(), pause(1_000)]);
    store.close();
  }
};

/** Keeps a copy of the store, and brings it up to the end of the log. */
const follow = async (
  stream: LogStream,
  path: string,
  logger: Logger,
): Promise<{
  check(): void;
  problem(): Standby['problem'];
  catchUp(last: number): Promise<void>;
  stop(): Promise<void>;
}> => {
  const copy = createStoreCopy(path);
  let failure: unknown = null;
  let wake = (): void => undefined;
  const reader = await stream.read(
    (entry) => {
      if (failure !== null) return;
      try {
        copy.take(entry);
      } catch (error) {
        failure = error;
        if (problem() === 'too_old')
          logger.error(
            { reason: errorText(error) },
            'a newer Lifeline holds the lease; this hub is too old to take over',
          );
      }
      wake();
    },
    (error) => {
      failure ??= error ?? new Error('the log is not read any more');
      wake();
    },
  );
  const problem = (): Standby['problem'] => {
    if (failure === null) return null;
    return failure instanceof LogUnreadable && failure.why === 'newer' ? 'too_old' : 'log';
  };
  const check = (): void => {
    if (failure !== null) throw failure instanceof Error ? failure : new Error(errorText(failure));
  };
  return {
    problem,
    check,
    catchUp: async (last) => {
      const limit = Date.now() + CATCH_UP_MS;
      while (copy.last < last) {
        check();
        if (Date.now() > limit) throw new Error('the log could not be read to its end in time');
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await Promise.race([promise, pause(100)]);
      }
      check();
    },
    stop: async () => {
      await reader.stop();
      copy.close();
    },
  };
};

/** A folder for this process alone, which goes with it; those of hubs that were killed are removed. */
const ownFolder = async (dataDir: string): Promise<string> => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const { name, pid } of hubFolders(dataDir))
    if ((await seeProcess(pid)) === null) rmSync(join(dataDir, name), { recursive: true, force: true });
  const folder = join(dataDir, hubFolder(process.pid));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};
