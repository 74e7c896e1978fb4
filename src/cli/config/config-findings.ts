/** Finds what in a valid configuration does not hold on this machine now. Changes nothing and sends nothing. */
import { commands as builtIn } from '../../../commands/index.ts';
import { UserError } from '../../base/errors.ts';
import { systemAccounts } from '../../base/account.ts';
import { EVERYBODY } from '../../base/file-trust.ts';
import { silentLogger } from '../../base/logger.ts';
import { hostOf } from '../../base/endpoint.ts';
import { loadOwnCommands } from '../../chat/own-commands/load.ts';
import type { Config, GatewayConfig } from '../../config/config.ts';
import { accessProblems } from '../../config/fleet-access.ts';
import { openFilesOf } from '../../config/own-files.ts';
import type { ParsedConfig } from '../../config/load.ts';
import { pathText } from '../../config/problems.ts';
import { createPairedOperators, type PairedOperator } from '../../store/operators.ts';
import { ownApps } from '../../monitor/own-apps.ts';
import { urgentUse } from '../../notify/escalation/escalation-store.ts';
import { homeProblem, writeProblem } from './config-disk.ts';
import type { LocatedFinding, ConfigFindingFacts } from './config-finding.ts';
import { gatewayDoubts } from './gateway-doubts.ts';
import { logFindings } from './config-logs.ts';
import { isAlways } from './config-schedule.ts';
import { openToRead } from '../../store/beside.ts';
import { unreachable } from '../reachable.ts';

const PING_TIMEOUT_MS = 5_000;

type Path = readonly PropertyKey[];
interface Found {
  readonly path: Path | null;
  readonly facts: ConfigFindingFacts;
}

export interface ExaminedConfig {
  /** In the order of the file; what is about the whole file comes first. */
  readonly findings: readonly LocatedFinding[];
  readonly paired: readonly PairedOperator[];
  /** What was used of Feishu's paid quota this month; null: nobody knows. */
  readonly urgent: ReturnType<typeof urgentUse> | null;
}

export const examineConfig = async (parsed: ParsedConfig, now: number): Promise<ExaminedConfig> => {
  const { config } = parsed;
  const { paired, urgent, problems } = storedOf(config, now);
  const found: readonly Found[] = [
    // People who were paired are operators as well.
    ...config.warnings.filter(({ holds }) => holds(paired)).map((facts) => ({ path: facts.path, facts })),
    ...problems,
    ...openFiles(config),
    ...ownCommandFindings(config),
    ...config.gateways.flatMap((gateway, index) => gatewayFindings(gateway, ['gateways', index], now)),
    ...writable(config.dataDir, 'folder', 'data_dir'),
    ...(config.logFile === null ? [] : writable(config.logFile, 'file', 'log_file')),
    ...(
      await Promise.all([
        foreignApps(config),
        pingFindings(config),
        fleetFindings(config),
        ...config.gateways.map((gateway, index) => logFindings(gateway, ['gateways', index], now)),
      ])
    ).flat(),
  ];
  const placed = found.map(({ path, facts }): LocatedFinding => ({
    facts,
    at: path && placeOf(parsed, path),
    key: path && pathText(path),
  }));
  const order = ({ at }: LocatedFinding): number => (at ? at.line * 10_000 + at.column : 0);
  return { findings: placed.sort((a, b) => order(a) - order(b)), paired, urgent };
};

const placeOf = ({ at }: ParsedConfig, path: Path): { readonly line: number; readonly column: number } => {
  const { line, column } = at(path);
  return { line, column };
};

const storedOf = (
  { dataDir }: Config,
  now: number,
): Pick<ExaminedConfig, 'paired' | 'urgent'> & { readonly problems: readonly Found[] } => {
  try {
    const db = openToRead(dataDir);
    try {
      return {
        paired: db ? createPairedOperators(db).list() : [],
        urgent: db && urgentUse(db, monthOf(now)),
        problems: [],
      };
    } finally {
      db?.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      paired: [],
      urgent: null,
      problems: [{ path: ['data_dir'], facts: { code: 'store_unreadable', reason: error.message } }],
    };
  }
};

/** When the month of this moment began. */
const monthOf = (now: number): number => {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
};

/**
 * Finds files that others can write: whoever can write them commands Lifeline. `lifeline run` mends what it can at its
 * start; here nothing is changed.
 */
const openFiles = (config: Config): readonly Found[] =>
  openFilesOf(config).map((refusal) => ({ path: null, facts: { code: 'own_file_open', refusal } }));

const writable = (path: string, kind: 'folder' | 'file', key: string): readonly Found[] => {
  const reason = writeProblem(path, kind);
  return reason === null ? [] : [{ path: [key], facts: { code: 'cannot_write', path, reason } }];
};

const gatewayFindings = (gateway: GatewayConfig, path: Path, now: number): readonly Found[] => {
  const { name, kind, home, maintenance } = gateway;
  const reason = homeProblem(home);
  return [
    ...(reason === null
      ? []
      : [{ path: [...path, 'home'], facts: { code: 'home_missing', kind, home, reason } as const }]),
    ...(isAlways(maintenance, now)
      ? [{ path: [...path, 'maintenance'], facts: { code: 'always_maintenance', gateway: name } as const }]
      : []),
    ...gateway.trustedUsers.flatMap((user, index): readonly Found[] =>
      user === EVERYBODY || /^\d+$/.test(user) || systemAccounts().uidOf(user) !== null
        ? []
        : [{ path: [...path, 'trusted_users', index], facts: { code: 'user_unknown', user } }],
    ),
    ...gatewayDoubts(gateway).map(({ path: below, doubt }): Found => ({
      path: [...path, ...below],
      facts: { code: 'gateway_doubt', doubt },
    })),
  ];
};

/** What `lifeline run` refuses at its start. */
const foreignApps = async ({ gateways, channels: { feishu, qq } }: Config): Promise<readonly Found[]> => {
  const apps = await ownApps(gateways, silentLogger());
  const isForeign = (link: string, appId: string): boolean =>
    apps.some((app) => app.link === link && app.appId === appId);
  return [
    ...(feishu && isForeign('feishu', feishu.appId)
      ? [{ path: ['channels', 'feishu', 'app_id'], facts: { code: 'foreign_app', appId: feishu.appId } as const }]
      : []),
    ...(qq && isForeign('qqbot', qq.appId)
      ? [{ path: ['channels', 'qq', 'app_id'], facts: { code: 'foreign_app', appId: qq.appId } as const }]
      : []),
  ];
};

const pingFindings = async ({ alerts: { pingUrl } }: Config): Promise<readonly Found[]> => {
  if (pingUrl === null) return [];
  const reason = await unreachable(new URL(pingUrl.reveal()), PING_TIMEOUT_MS);
  // Only the host is ever shown: the rest of the URL is the secret.
  return reason === null
    ? []
    : [
        {
          path: ['alerts', 'ping_url'],
          facts: { code: 'ping_unreachable', host: hostOf(pingUrl.reveal()) ?? '', reason },
        },
      ];
};

/** The bot starts with them, and says in its log that it is in no fleet; a hub does not start. */
const fleetFindings = async ({ fleet }: Config): Promise<readonly Found[]> =>
  fleet === null
    ? []
    : (await accessProblems(fleet.access)).map((problem) => ({
        path: ['fleet', problem.key],
        facts: { code: 'fleet_access', problem },
      }));

/** The bot starts without the invalid own commands, and says so only in its log. */
const ownCommandFindings = ({ ownCommands, locale }: Config): readonly Found[] => {
  const { problems } = loadOwnCommands(ownCommands, builtIn, { locale, logger: silentLogger() });
  return problems.map(({ where, what }) => {
    const isDeclared = where.startsWith('commands[');
    return {
      path: isDeclared ? stepsOf(where) : ['commands_dir'],
      facts: { code: 'own_command', file: isDeclared ? null : where, what },
    };
  });
};

/** @returns the steps of `commands[2].params.path`. */
const stepsOf = (where: string): Path =>
  [...where.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key = '']) =>
    index === undefined ? key : Number(index),
  );
