import type { GatewaySpec } from '../entry.ts';
import { NO_EXAM } from '../exam.ts';
import type { GatewayKind } from '../gateway-kind.ts';

/** Any service: what is to be known of it stands in the configuration. */
export const genericKind = ({ generic }: GatewaySpec): GatewayKind => ({
  name: 'generic',
  logs: generic?.logs ?? [],
  mainLog: generic?.logs[0] ?? 'bot.log',
  parseLine: () => null,
  newLogReader: () => ({ line: () => null }),
  foundBy: 'supervisor',
  pidFile: null,
  readPidFile: () => null,
  lockFile: null,
  servedBy: () => null,
  isRestartCommand: () => false,
  homeVariables: [],
  stateFiles: [],
  loop: null,
  openProbe: null,
  patience: { ownHealingMs: 0, connectMs: null, drainMs: 0, linkRestarts: null, kills: null },
  platformHosts: {},
  appFiles: [],
  graceful: null,
  services: () => [],
  exam: NO_EXAM,
});
