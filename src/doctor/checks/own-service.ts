/** What keeps Lifeline itself, and what runs: the rescuer must be harder to kill than the gateway. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../base/errors.ts';
import { programFile, programText } from '../../base/program-files.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { cannotAsk, finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { OwnService, SelfContext } from '../context.ts';
import { findLifelines } from '../lifelines.ts';

type Check = DoctorCheck<SelfContext>;

const INSTALL = ['lifeline service install'];

/** Whether Lifeline runs in a container, where the container's engine keeps it. */
const inContainer = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');

export const service: Check = {
  name: 'service',
  title: { 'zh-CN': 'Lifeline 的系统服务', en: "Lifeline's own service" },
  run: async ({ config, fromFile, service: ask }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const state = await ask();
    if (state.kind === 'unreachable') throw new UserError('SERVICE_UNREACHABLE', state.problem);
    if (state.kind !== 'none') return [...judge(state), ...otherConfig(state, config.file)];
    return inContainer()
      ? { skip: 'in_container' }
      : [
          finding(null, 'warning', 'own_service_none', {
            'zh-CN': ['Lifeline 没有装成系统服务', '退出登录、崩溃或机器重启以后，没有人把它拉起来'],
            en: [
              'Lifeline is not installed as a service',
              'after a logout, a crash or a restart of the machine nothing starts it again',
            ],
            commands: INSTALL,
          }),
        ];
  },
};

type Installed = Exclude<OwnService, { readonly kind: 'none' | 'unreachable' }>;

const judge = (state: Installed): readonly DoctorFinding[] => {
  const { unit, active, definition } = state;
  const found: DoctorFinding[] = [];
  if (typeof active === 'string' ? !['active', 'activating', 'reloading'].includes(active) : !active) {
    const how = typeof active === 'string' ? active : 'not running';
    found.push(
      finding(null, 'error', 'own_service_down', {
        'zh-CN': [`${unit} 没有在运行（${how}）`, '没有人看护网关'],
        en: [`${unit} does not run (${how})`, 'nobody watches the gateway'],
        unit,
        state: how,
        commands: startOf(state),
      }),
    );
  }
  if (!state.enabled)
    found.push(
      finding(null, 'warning', 'own_service_not_enabled', {
        'zh-CN': [`${unit} 没有设成自动启动`, '机器重启以后，Lifeline 不会自己启动'],
        en: [`${unit} does not start by itself`, 'after a restart of the machine Lifeline stays down'],
        unit,
        commands: INSTALL,
      }),
    );
  if (definition !== 'current') {
    const isOld = definition === 'outdated';
    found.push(
      finding(null, isOld ? 'warning' : 'info', 'own_service_definition', {
        'zh-CN': [
          isOld ? `${unit} 是旧版 Lifeline 写的` : `${unit} 被人改过`,
          isOld ? '缺少新版的保护；重新安装一次' : '有意改的就不用管；重新安装会恢复原样',
        ],
        en: [
          isOld ? `${unit} was written by an older Lifeline` : `somebody has changed ${unit}`,
          isOld
            ? "it lacks today's protection; install it again"
            : 'if the change was meant, leave it; installing again undoes it',
        ],
        unit,
        age: definition,
        commands: INSTALL,
      }),
    );
  }
  return state.kind === 'systemd' ? [...found, ...judgeUnit(state)] : found;
};

const judgeUnit = ({
  unit,
  user,
  linger,
  lingerProblem,
  watchdogMs,
}: Extract<Installed, { readonly kind: 'systemd' }>): readonly DoctorFinding[] => [
  ...(linger === false
    ? [
        finding(null, 'warning', 'own_service_no_linger', {
          'zh-CN': [
            `${unit} 是用户服务，但用户 ${user} 没有开启 linger`,
            '退出登录时 Lifeline 会被停掉，机器重启后也不会自己启动',
          ],
          en: [
            `${unit} is a user's service, and lingering is off for ${user}`,
            'Lifeline is stopped when that user logs out, and does not start with the machine',
          ],
          unit,
          user,
          commands: [commandLine(['sudo', 'loginctl', 'enable-linger', user])],
        }),
      ]
    : []),
  ...(lingerProblem === null ? [] : [cannotAsk(null, lingerProblem)]),
  ...(watchdogMs === null
    ? [
        finding(null, 'warning', 'own_service_no_watchdog', {
          'zh-CN': [`${unit} 没有设 WatchdogSec`, 'Lifeline 自己卡死时，systemd 发现不了'],
          en: [`${unit} has no WatchdogSec`, 'systemd does not notice when Lifeline itself hangs'],
          unit,
          commands: INSTALL,
        }),
      ]
    : []),
];

const startOf = (state: Installed): readonly string[] =>
  state.kind === 'launchd'
    ? INSTALL
    : [
        commandLine([
          ...(state.scope === 'system' ? ['sudo'] : []),
          'systemctl',
          ...(state.scope === 'user' ? ['--user'] : []),
          'start',
          state.unit,
        ]),
      ];

const otherConfig = ({ unit, configFile }: Installed, examined: string): readonly DoctorFinding[] => {
  const file = resolve(examined);
  return configFile === null || resolve(configFile) === file
    ? []
    : [
        finding(null, 'info', 'own_service_other_config', {
          'zh-CN': [`${unit} 用的是另一个配置文件 ${configFile}`, `刚才检查的是 ${file}；想检查那个，加上 --config`],
          en: [
            `${unit} uses another configuration, ${configFile}`,
            `what was examined is ${file}; --config examines the other`,
          ],
          unit,
          configFile,
          file,
        }),
      ];
};

/** The package.json of this installation: of the sources, or of the published package. */
const PACKAGE = fileURLToPath(programFile('package.json'));

/** Whether a Lifeline runs, and only one, and the one that is installed. */
export const instances: Check = {
  name: 'instances',
  title: { 'zh-CN': '只有一个 Lifeline 在运行', en: 'one Lifeline runs' },
  run: async ({ config, fromFile, service: ask }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const running = await findLifelines(config.gateways.map(({ home }) => home));
    const [first, ...others] = running;
    const state = await ask();
    // The check of the service says more of a Lifeline that is down.
    if (!first)
      return state.kind === 'systemd' || state.kind === 'launchd'
        ? []
        : [
            finding(null, 'warning', 'own_not_running', {
              'zh-CN': ['Lifeline 没有在运行', '没有人看护网关'],
              en: ['Lifeline does not run', 'nobody watches the gateway'],
              commands: inContainer() ? ['lifeline run'] : INSTALL,
            }),
          ];
    if (others.length > 0) {
      const pids = running.map(({ pid }) => pid);
      return [
        finding(null, 'error', 'own_second', {
          'zh-CN': [
            `有 ${pids.length} 个 Lifeline 在看护同一个网关：${pids.join('、')}`,
            '它们会各自重启网关，告警也会重复；只留一个',
          ],
          en: [
            `${pids.length} Lifelines watch the same gateway: ${pids.join(', ')}`,
            'each judges it by itself, so restarts and alerts come twice; keep one',
          ],
          pids,
          commands: others.map(({ pid }) => `kill ${pid}`),
        }),
      ];
    }
    const { pid, startedAt, argv } = first;
    const isOurs = argv.some((word) => word.startsWith(`${dirname(PACKAGE)}/`));
    if (!isOurs || startedAt >= (await stat(PACKAGE)).mtimeMs) return [];
    return [
      finding(null, 'info', 'own_update_pending', {
        'zh-CN': [`Lifeline 更新过，但运行着的（pid ${pid}）还是旧的`, '重启它才会用上新版本'],
        en: [
          `Lifeline was updated, and the one that runs (pid ${pid}) is the old one`,
          'restart it to use the new version',
        ],
        pid,
        commands: [
          state.kind === 'systemd'
            ? `systemctl ${state.scope === 'user' ? '--user ' : ''}restart ${state.unit}`
            : `kill ${pid}`,
        ],
      }),
    ];
  },
};

export const node: Check = {
  name: 'node',
  title: { 'zh-CN': 'Node.js 的版本', en: 'version of Node.js' },
  run: async () => {
    const { engines } = JSON.parse(programText('package.json')) as { readonly engines?: { readonly node?: string } };
    const wanted = engines?.node ?? '';
    const [, major = 0, minor = 0] = (/(\d+)(?:\.(\d+))?/.exec(wanted) ?? []).map(Number);
    const version = process.versions.node;
    const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
    return ownMajor < major || (ownMajor === major && ownMinor < (minor || 0))
      ? [
          finding(null, 'error', 'own_node', {
            'zh-CN': [`Node.js ${version} 太旧`, `Lifeline 需要 ${wanted}`],
            en: [`Node.js ${version} is too old`, `Lifeline needs ${wanted}`],
            version,
            wanted,
          }),
        ]
      : [];
  },
};
