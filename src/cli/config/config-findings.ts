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
import { mendingOf, shownPath } from '../../base/refused-file.ts';
import { foreignFileText } from '../../text/common/foreign-files.ts';
import { accessText } from '../../text/fleet/hub-trouble.ts';
import { homeWords } from '../../text/setup/homes.ts';
import type { ParsedConfig } from '../../config/load.ts';
import { pathText } from '../../config/problems.ts';
import { createPairedOperators, type PairedOperator } from '../../store/operators.ts';
import { ownApps } from '../../monitor/own-apps.ts';
import { urgentUse } from '../../notify/escalation/escalation-store.ts';
import { homeProblem, writeProblem } from './config-disk.ts';
import { inBoth, type ConfigFinding, type Path } from './config-finding.ts';
import { gatewayDoubts } from './gateway-doubts.ts';
import { logFindings } from './config-logs.ts';
import { isAlways } from './config-schedule.ts';
import { openToRead } from '../../store/beside.ts';
import { unreachable } from '../reachable.ts';

const PING_TIMEOUT_MS = 5_000;

export interface LocatedFinding extends ConfigFinding {
  readonly at: { readonly line: number; readonly column: number } | null;
  /** Written as `gateways[0].home`. */
  readonly key: string | null;
}

export interface ExaminedConfig {
  /** In the order of the file; what is about the whole file comes first. */
  readonly findings: readonly LocatedFinding[];
  readonly paired: readonly PairedOperator[];
  /** What was used of Feishu's paid quota this month; null: nobody knows. */
  readonly urgent: ReturnType<typeof urgentUse> | null;
}

export const examineConfig = async ({ config, at }: ParsedConfig, now: number): Promise<ExaminedConfig> => {
  const { paired, urgent, problems } = storedOf(config, now);
  const found: readonly ConfigFinding[] = [
    // People who were paired are operators as well.
    ...config.warnings.filter(({ holds }) => holds(paired)),
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
  const placed = found.map((finding): LocatedFinding => ({
    ...finding,
    at: finding.path && at(finding.path),
    key: finding.path && pathText(finding.path),
  }));
  const order = (finding: LocatedFinding): number => (finding.at ? finding.at.line * 10_000 + finding.at.column : 0);
  return { findings: placed.sort((a, b) => order(a) - order(b)), paired, urgent };
};

const storedOf = (
  { dataDir }: Config,
  now: number,
): Pick<ExaminedConfig, 'paired' | 'urgent'> & { readonly problems: readonly ConfigFinding[] } => {
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
    const problem = {
      code: 'store_unreadable',
      path: ['data_dir'],
      what: {
        'zh-CN': '读不了数据库，不知道谁已配对',
        en: 'the database cannot be read, so nobody knows who was paired',
      },
      todo: { 'zh-CN': error.message, en: error.message },
    };
    return { paired: [], urgent: null, problems: [problem] };
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
const openFiles = (config: Config): readonly ConfigFinding[] =>
  openFilesOf(config).map((refusal) => {
    const path = shownPath(refusal.path);
    const command = mendingOf(refusal);
    return {
      code: 'own_file_open',
      path: null,
      what: {
        'zh-CN': `别人能改 Lifeline 自己的文件：${path} ${foreignFileText('zh-CN').why(refusal)}`,
        en: `others could change a file of Lifeline itself: ${path}: ${foreignFileText('en').why(refusal)}`,
      },
      todo: {
        'zh-CN': `${command === null ? '改成属于 Lifeline 的用户，' : `运行：${command}；`}再看看里面的操作员和命令还是不是你写的`,
        en: `${command === null ? "make it belong to Lifeline's user" : `run: ${command}`}, and see that the operators and commands in it are still yours`,
      },
    };
  });

const writable = (path: string, kind: 'folder' | 'file', key: string): readonly ConfigFinding[] => {
  const reason = writeProblem(path, kind);
  if (reason === null) return [];
  return [
    {
      code: 'cannot_write',
      path: [key],
      what: { 'zh-CN': `写不了 ${path}（${reason}）`, en: `${path} cannot be written (${reason})` },
      todo: {
        'zh-CN': '换一个目录，或者改它的权限；如果 Lifeline 用别的用户运行，就用那个用户来检查',
        en: 'choose another place, or change its mode; if Lifeline runs as another user, check as that one',
      },
    },
  ];
};

const gatewayFindings = (gateway: GatewayConfig, path: Path, now: number): readonly ConfigFinding[] => {
  const { name, maintenance } = gateway;
  const always: ConfigFinding = {
    code: 'always_maintenance',
    path: [...path, 'maintenance'],
    what: {
      'zh-CN': `${name} 一直在维护中：每段维护没结束，下一段就开始了`,
      en: `${name} is always in maintenance: each window lasts until the next begins`,
    },
    todo: {
      'zh-CN': '缩短 duration，或者让 schedule 少来几次；不然 Lifeline 什么都不做、不说',
      en: 'make the duration shorter or the schedule rarer; as it is, Lifeline does nothing and says nothing',
    },
  };
  const strangers = gateway.trustedUsers.flatMap((user, index): readonly ConfigFinding[] =>
    user === EVERYBODY || /^\d+$/.test(user) || systemAccounts().uidOf(user) !== null
      ? []
      : [
          {
            code: 'user_unknown',
            path: [...path, 'trusted_users', index],
            what: {
              'zh-CN': `/etc/passwd 里没有用户 ${user}，写了不起作用`,
              en: `/etc/passwd has no user ${user}, so it has no effect`,
            },
            todo: {
              'zh-CN': '写对用户名；目录服务（LDAP 等）里的用户，写它的 uid 数字',
              en: 'correct the name; of a user whom a directory service keeps, write the number (uid)',
            },
          },
        ],
  );
  return [
    ...homeFindings(gateway, [...path, 'home']),
    ...(isAlways(maintenance, now) ? [always] : []),
    ...strangers,
    ...gatewayDoubts(gateway, path),
  ];
};

const homeFindings = ({ kind, home }: GatewayConfig, path: Path): readonly ConfigFinding[] => {
  const reason = homeProblem(home);
  if (reason === null) return [];
  const what = {
    absent: {
      'zh-CN': `没有 ${home} 这个目录：网关会被当成没有运行`,
      en: `there is no folder ${home}: the gateway would look as if it did not run`,
    },
    no_folder: { 'zh-CN': `${home} 不是目录`, en: `${home} is no folder` },
    forbidden: { 'zh-CN': `当前用户读不了 ${home}`, en: `this user may not read ${home}` },
  }[reason];
  const [zh, en] = [homeWords(kind, 'zh-CN'), homeWords(kind, 'en')];
  const todo =
    reason === 'forbidden'
      ? { 'zh-CN': '用网关所属的用户来运行 Lifeline', en: 'run Lifeline as the user who owns the gateway' }
      : {
          'zh-CN': `写网关所在的目录${zh === null ? '' : `；${zh}`}`,
          en: `write the gateway's home${en === null ? '' : `; ${en}`}`,
        };
  return [{ code: 'home_missing', path, what, todo }];
};

/** What `lifeline run` refuses at its start. */
const foreignApps = async ({ gateways, channels: { feishu, qq } }: Config): Promise<readonly ConfigFinding[]> => {
  const apps = await ownApps(gateways, silentLogger());
  const of = (link: string, channel: string, appId: string | undefined): readonly ConfigFinding[] =>
    appId === undefined || !apps.some((app) => app.link === link && app.appId === appId)
      ? []
      : [
          {
            code: 'foreign_app',
            path: ['channels', channel, 'app_id'],
            what: {
              'zh-CN': `${appId} 是网关自己的机器人，两边会互相抢消息，Lifeline 不会启动`,
              en: `${appId} is the gateway's own bot: the two would take each other's messages, and Lifeline does not start`,
            },
            todo: {
              'zh-CN': '给 Lifeline 另建一个机器人，写它的 id 和密钥',
              en: 'create another bot for Lifeline, and write its id and secret',
            },
          },
        ];
  return [...of('feishu', 'feishu', feishu?.appId), ...of('qqbot', 'qq', qq?.appId)];
};

const pingFindings = async ({ alerts: { pingUrl } }: Config): Promise<readonly ConfigFinding[]> => {
  const reason = pingUrl && (await unreachable(new URL(pingUrl.reveal()), PING_TIMEOUT_MS));
  if (reason === null) return [];
  // Only the host is ever shown: the rest of the URL is the secret.
  const host = (pingUrl && hostOf(pingUrl.reveal())) ?? '';
  return [
    {
      code: 'ping_unreachable',
      path: ['alerts', 'ping_url'],
      what: { 'zh-CN': `连不上 ${host}：${reason}`, en: `${host} cannot be reached: ${reason}` },
      todo: {
        'zh-CN': '检查地址，以及这台机器能不能上网；没有发出 ping',
        en: 'look at the address, and whether this machine reaches the network; no ping was sent',
      },
    },
  ];
};

/** The bot starts with them, and says in its log that it is in no fleet; a hub does not start. */
const fleetFindings = async ({ fleet }: Config): Promise<readonly ConfigFinding[]> =>
  (fleet ? await accessProblems(fleet.access) : []).map((problem) => ({
    code: 'fleet_access',
    path: ['fleet', problem.key],
    what: inBoth((locale) => accessText(locale).what(problem)),
    todo: inBoth((locale) => accessText(locale).todo(problem)),
  }));

/** The bot starts without the invalid own commands, and says so only in its log. */
const ownCommandFindings = ({ ownCommands, locale }: Config): readonly ConfigFinding[] => {
  const { problems } = loadOwnCommands(ownCommands, builtIn, { locale, logger: silentLogger() });
  return problems.map(({ where, what }) => {
    const isDeclared = where.startsWith('commands[');
    return {
      code: 'own_command',
      path: isDeclared ? stepsOf(where) : ['commands_dir'],
      what: isDeclared ? inBoth(() => what) : { 'zh-CN': `${where}：${what}`, en: `${where}: ${what}` },
      todo: {
        'zh-CN': '改好之前，这条命令不生效；写法见 docs/commands.zh-CN.md',
        en: 'it is left out until that is mended; docs/commands.md says how it is written',
      },
    };
  });
};

/** @returns the steps of `commands[2].params.path`. */
const stepsOf = (where: string): Path =>
  [...where.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key = '']) =>
    index === undefined ? key : Number(index),
  );
