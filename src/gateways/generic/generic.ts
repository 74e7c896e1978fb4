import { basename } from 'node:path';
import { MOST_BYTES, trustIn } from '../../base/open-foreign.ts';
import { nowOf, type Instant } from '../../base/instant.ts';
import type { GatewaySpec } from '../entry.ts';
import { NO_CHANGING_FILES } from '../changing-files.ts';
import { NO_PATIENCE, type GatewayKind } from '../gateway-kind.ts';
import { readableLine } from '../readable-line.ts';
import { lineFormat } from './line-format.ts';
import { createDoubtNoter } from './log-doubts.ts';
import { genericLogReader } from './log-reader.ts';
import { finder } from './pattern.ts';
import { createGenericProbe } from './probe.ts';
import { readPidText, servedByCommand } from './process-rule.ts';
import type { LivenessCheck, GenericSettings, LogSettings } from './settings.ts';
import { signsOf } from './signs.ts';

/** People type `pkill …; sleep 2; nohup …`. */
const HAND_MS = 10_000;

/** A home of which nothing more is known. */
const NOTHING: GenericSettings = {
  pidFile: null,
  starting: null,
  ready: null,
  stopping: null,
  fatal: null,
  logs: [],
  links: {},
  checks: [],
};

const NO_LOG: LogSettings = { path: 'bot.log', format: 'plain', dateOrder: null };

/** Any service: what is to be known of it stands in the configuration. */
export const genericKind = ({ home, unit, command, generic, trustedUsers = [] }: GatewaySpec): GatewayKind => {
  const settings = generic ?? NOTHING;
  const logs = settings.logs.map((log) => ({ ...log, read: lineFormat(log.format) }));
  const logOf = (source: string) =>
    logs.find(({ path }) => basename(path) === source) ?? logs[0] ?? { ...NO_LOG, read: lineFormat(NO_LOG.format) };
  const signs = signsOf(settings);
  const repeated = settings.checks.flatMap((check, place) =>
    check.kind === 'log' ? [{ place, finds: finder(check.pattern) }] : [],
  );
  /** By the place of the check: when a line last fitted its pattern. */
  const heardAt = new Map<number, number>();
  // The sandbox's time runs faster; which clock counts, the watcher tells when it opens the probe, before anything is
  // read.
  let now = (): Instant => nowOf(Date);
  const foundByCommand = command.length > 0 ? 'itself' : 'nobody';
  const foundBy = unit !== null ? 'supervisor' : foundByCommand;
  return {
    name: 'generic',
    trustedUsers,
    logs: logs.map(({ path }) => path),
    mainLogs: [logs[0]?.path ?? 'bot.log'],
    parseLine: (text) => {
      const { read, dateOrder } = logOf('');
      const line = read(text, { now: now(), after: -Infinity, dateOrder, isFresh: true });
      return (
        line && {
          at: line.at,
          level: line.level,
          ...(text.trimStart().startsWith('{') ? { text: readableLine(line.at, line.level, null, line.message) } : {}),
        }
      );
    },
    newLogReader: (source) => {
      const { read, dateOrder } = logOf(source);
      return genericLogReader({
        source,
        format: read,
        dateOrder,
        doubts: createDoubtNoter(),
        signs,
        heard: (message, at) => {
          for (const { place, finds } of repeated)
            if (finds(message)) heardAt.set(place, Math.max(at, heardAt.get(place) ?? -Infinity));
        },
        now: () => now(),
      });
    },
    foundBy,
    records:
      settings.pidFile === null
        ? []
        : [{ path: settings.pidFile, name: 'pid_file', mostBytes: MOST_BYTES.pidNumber, read: readPidText }],
    lockFile: null,
    port: async () => portOf(settings.checks),
    livesInHome: true,
    servedBy: unit === null ? servedByCommand(command, home) : () => null,
    mayBeCommand: () => false,
    homeVariables: [],
    stateFiles: [],
    loop: null,
    openProbe: ({ process, held, onNews, clock }) => {
      now = () => nowOf(clock);
      return createGenericProbe({
        settings,
        hasProcess: foundBy !== 'nobody',
        heardAt: (place) => heardAt.get(place) ?? null,
        home,
        trust: trustIn(home, trustedUsers),
        process,
        held,
        onNews,
        clock,
      });
    },
    // Without a pattern for its stop, nothing tells a stop by hand from a crash.
    patience: { ...NO_PATIENCE, quietEndMs: settings.stopping === null ? HAND_MS : 0 },
    platforms: {},
    platformHosts: {},
    appFiles: [],
    graceful: null,
    services: () => [],
    siblingHomes: () => ({ root: home, profiles: `${home}/profiles` }),
    changing: NO_CHANGING_FILES,
  };
};

/** The port of this machine that one of its checks asks; who listens there is the service. */
const portOf = (checks: readonly LivenessCheck[]): number | null => {
  for (const check of checks) {
    if (check.kind === 'tcp' && isLoopback(check.host)) return check.port;
    if (check.kind === 'http') {
      const { hostname, port, protocol } = new URL(check.url);
      const standard = protocol === 'https:' ? 443 : 80;
      if (isLoopback(hostname)) return port === '' ? standard : Number(port);
    }
  }
  return null;
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
