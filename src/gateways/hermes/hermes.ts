import { NO_PATIENCE, type GatewayKind } from '../gateway-kind.ts';
import { PLATFORM_HOSTS, traitsFor } from '../platforms/index.ts';
import { HERMES_APP_FILES } from './app-ids.ts';
import { HERMES_CHANGING } from './changing.ts';
import { parseHead } from './log-line.ts';
import { hermesLogReader } from './log-reader.ts';
import { parseGatewayCommand, servedByHermes } from './process-rule.ts';
import { hermesRestartCommand } from './restart-command.ts';
import { hermesServices } from './services.ts';
import { siblingHomes } from './siblings.ts';
import { SIDECAR_LOGS, sidecarReader } from './sidecar.ts';
import { PROCESS_RECORDS, readHeartbeat, STATE_FILES } from './state-files.ts';

/** Hermes Agent's `hermes gateway` (docs/facts/hermes.md). */
export const hermes: GatewayKind = {
  name: 'hermes',
  trustedUsers: [],
  // The SDK's lines are only in agent.log and errors.log; the adapters' are in all (docs/facts/hermes.md 1.4).
  // gateway.error.log is launchd's: the gateway's stderr, each line with a time before it.
  logs: ['logs/gateway.log', 'logs/errors.log', 'logs/agent.log', 'logs/gateway.error.log', ...SIDECAR_LOGS],
  mainLogs: ['logs/gateway.log'],
  parseLine: parseHead,
  newLogReader: (source, writtenAt) => sidecarReader(source) ?? hermesLogReader(source, writtenAt),
  foundBy: 'itself',
  records: PROCESS_RECORDS,
  lockFile: 'gateway.lock',
  port: null,
  livesInHome: false,
  servedBy: servedByHermes,
  mayBeCommand: (argv) => parseGatewayCommand(argv)?.subcommand === 'restart',
  homeVariables: ['HERMES_HOME'],
  stateFiles: STATE_FILES,
  loop: {
    heartbeat: 'state/gateway.heartbeat',
    readHeartbeat,
    socket: (pid) => `state/gateway.loop-tick.${pid}.sock`,
    answer: '1',
  },
  openProbe: null,
  patience: NO_PATIENCE,
  platforms: traitsFor('hermes'),
  platformHosts: PLATFORM_HOSTS,
  appFiles: HERMES_APP_FILES,
  graceful: { signal: 'SIGUSR1', command: hermesRestartCommand },
  services: hermesServices,
  siblingHomes,
  changing: HERMES_CHANGING,
};
