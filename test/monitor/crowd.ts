/**
 * Very many gateways under real monitors, one database and one notifier: homes with logs that a test writes, a small process for
 * each that needs one, which its pid file names, and a phone that notes what comes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { NO_REPORT } from '../../src/base/stage-report.ts';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { createRestartLedger } from '../../src/healing/ledger.ts';
import { createBlips } from '../../src/incidents/blips.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { readProcess } from '../../src/sensors/process/proc.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createSilences } from '../../src/store/silences.ts';
import { createWatched } from '../../src/store/watched.ts';
import { createWatchdog } from '../../src/monitor/watchdog.ts';
import { createMonitors, watchGapMs } from '../../src/monitor/monitors.ts';
import { line, TEN } from '../diagnosis/story.ts';

export type CrowdKind = 'hermes' | 'generic';

export interface CrowdOptions {
  readonly names: readonly string[];
  readonly kindOf?: (name: string) => CrowdKind;
  readonly healOf?: (name: string) => 'auto' | '"off"';
  /** More keys of one gateway, as YAML that begins with a comma. */
  readonly keysOf?: (name: string) => string;
  /** Checks of one of the generic kind, as YAML. */
  readonly checksOf?: (name: string) => string;
  /** More keys of the configuration. */
  readonly settings?: string;
  readonly clock: Clock;
  readonly dryRun?: boolean;
  readonly onLooked?: (name: string, tookMs: number) => void;
  /** After the homes are made, before anybody looks. */
  readonly prepare?: (homeOf: (name: string) => string) => void;
}

const HERMES_UP = [
  'INFO Starting Hermes Gateway...',
  'INFO Gateway running with 1 platform(s)',
  'INFO [QQBot:1001] Ready, session_id=a',
];
const BOT_UP = ['INFO bot is ready', 'INFO telegram: logged in'];
const HERMES = 'supervisor: process';
const generic = (checks: string): string =>
  `generic: { logs: [{ path: logs/bot.log, format: python }], ready: "bot is ready", links: { telegram: { up: "logged in", lost: "connection lost", gave_up: "no more tries" } }, checks: [${checks}] }`;

export type Crowd = Awaited<ReturnType<typeof createCrowd>>;

export const createCrowd = async ({
  names,
  kindOf = () => 'hermes',
  healOf = () => '"off"',
  keysOf = () => '',
  checksOf = () => '',
  settings = '',
  clock,
  dryRun = false,
  onLooked,
  prepare,
}: CrowdOptions) => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-crowd-'));
  const homeOf = (name: string): string => join(dir, name);
  const processes = new Map<string, ChildProcess>();
  const platform = await startPlatform();
  const write = (name: string, ...texts: readonly string[]): void => {
    const file = kindOf(name) === 'hermes' ? 'gateway.log' : 'bot.log';
    appendFileSync(
      join(homeOf(name), 'logs', file),
      texts.map((text) => `${line((clock.now() - TEN) / 1_000, text)}\n`).join(''),
    );
  };
  for (const name of names) {
    mkdirSync(join(homeOf(name), 'logs'), { recursive: true });
    if (kindOf(name) === 'hermes') processes.set(name, await startGateway(homeOf(name)));
    write(name, ...(kindOf(name) === 'hermes' ? HERMES_UP : BOT_UP));
  }
  prepare?.(homeOf);

  const entry = (name: string): string =>
    `  - { name: ${name}, kind: ${kindOf(name)}, home: ${homeOf(name)}, heal: ${healOf(name)}, ${kindOf(name) === 'hermes' ? HERMES : generic(checksOf(name))}, hosts: { ${kindOf(name) === 'hermes' ? 'qqbot' : 'telegram'}: ["127.0.0.1:${platform.port}"] }${keysOf(name)} }`;
  const entries = names.map(entry).join('\n');
  const text = `data_dir: ${join(dir, 'data')}\ngateways:\n${entries}\nchannels: { webhook: { url: "http://127.0.0.1:1/x" } }\n${settings}`;
  const config = parseConfig(text, {
    file: 'crowd.yaml',
    env: {},
    home: dir,
    readSecret: () => ({ text: '', exposed: false }),
  });

  const db = openDatabase(join(dir, 'data', 'lifeline.db'));
  const logger = silentLogger();
  const told: Message[] = [];
  const phone: Channel = {
    name: 'webhook',
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    send: (_to, message) => (
      told.push(message),
      Promise.resolve({ outcome: 'ok', messageId: String(told.length) } as const)
    ),
    status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
  };
  const book = createIncidentBook(db);
  const ledger = createRestartLedger(db);
  const silences = createSilences(db);
  const watched = createWatched(db, watchGapMs(5_000));
  const policy = DEFAULT_INCIDENT_POLICY;
  const notifier = createNotifier({
    db,
    config,
    channels: [phone],
    people: () => [{ person: 'me', ways: [{ channel: 'webhook', user: 'me' }] }],
    book,
    incidentPolicy: policy,
    ledger,
    attachButtonTokens: (message) => message,
    report: NO_REPORT,
    clock,
    logger,
  });
  notifier.start();
  const monitors = createMonitors({
    config,
    db,
    stores: { ledger, book, silences, watched, blips: createBlips(db) },
    policy,
    incidentTeller: notifier.incidentTeller,
    teller: notifier.teller,
    dryRun,
    restUntil: () => null,
    watchdog: createWatchdog(),
    alarm: { report: NO_REPORT, sees: () => undefined, concluded: () => undefined },
    meter: { treated: () => undefined, looked: (name, tookMs) => onLooked?.(name, tookMs) },
    clock,
    logger,
  });

  return {
    monitors,
    notifier,
    db,
    book,
    ledger,
    silences,
    watched,
    told,
    write,
    homeOf,
    /** The gateways as the configuration has them. */
    entries,
    /** `name/link condition` of each incident that is open, sorted. */
    open: (): readonly string[] =>
      book
        .open()
        .map(({ gateway: name, link, verdict }) => `${name}${link === null ? '' : `/${link}`} ${verdict.condition}`)
        .toSorted(),
    platform,
    /** Ends the process of this one. */
    lose: async (name: string): Promise<void> => {
      const process = processes.get(name);
      if (!process) throw new Error(`${name} has no process`);
      const gone = once(process, 'exit');
      process.kill('SIGKILL');
      await gone;
    },
    end: async (): Promise<void> => {
      await monitors.stop();
      await notifier.stop();
      db.close();
      for (const process of processes.values()) process.kill('SIGKILL');
      await platform.cutOff();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** Something that answers, and can be cut off: what all the links' platforms are reached at. */
const startPlatform = async () => {
  let server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cutOff: () => new Promise<void>((resolve) => void server.close(() => resolve())),
    restore: async (): Promise<void> => {
      server = createServer((socket) => socket.destroy());
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
};

/** As small as a process can be: a shell that waits for a line that never comes, and ends with whoever started it. */
const startGateway = async (home: string): Promise<ChildProcess> => {
  const child = spawn('/bin/sh', ['-c', 'read _', 'gateway', 'run'], {
    argv0: 'hermes',
    env: { HERMES_HOME: home },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const { pid = 0 } = child;
  writeFileSync(join(home, 'gateway.pid'), JSON.stringify({ pid, start_time: (await readProcess(pid))?.startTime }));
  return child;
};
