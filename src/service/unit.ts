/** Lifeline's unit of systemd, as text. Each setting says why it is there, to whoever reads the file. */
import { sealed, sealLine } from './seal.ts';
import { programOf, WATCHDOG_SECONDS, type ServiceSpec } from './spec.ts';

/** More than this, and systemd ends it: 2.5 times what it ever needs. */
export const MEMORY_MAX_MB = 512;

export const unitText = (spec: ServiceSpec): string =>
  sealed(`${[...head(spec), ...service(spec), ...guard(spec), ...install(spec)].join('\n')}\n`);

const head = ({ scope }: ServiceSpec): readonly string[] => [
  '# Lifeline, which watches a chat gateway. Written by "lifeline service install", and written anew by it: put your own',
  `# settings beside it with: ${scope === 'user' ? 'systemctl --user edit' : 'sudo systemctl edit'} lifeline.service`,
  sealLine('unit'),
  '',
  '[Unit]',
  'Description=Lifeline: keeps a chat gateway alive',
  "# No word of the gateway's unit: what rescues it starts, lives and ends apart from it.",
  '# However often it had to be started, systemd never gives up on it.',
  'StartLimitIntervalSec=0',
  // When Lifeline ends, the network is still there, so that a last message gets out.
  ...(scope === 'system' ? ['After=network.target'] : []),
  '',
];

const service = (spec: ServiceSpec): readonly string[] => [
  '[Service]',
  ...(spec.scope === 'system' ? [`User=${spec.account.name}`] : []),
  ...startAndWatchdog(spec),
  `ExecStart=${[...programOf(spec), 'run', '--config', spec.configFile].map(execWord).join(' ')}`,
  '# Reads the configuration anew; one that is wrong leaves the old one in force.',
  'ExecReload=/bin/kill -HUP $MAINPID',
  `WorkingDirectory=${plain(spec.account.home)}`,
  `Environment=${word(`PATH=${spec.path}`)}`,
  ...(spec.envFile === null
    ? []
    : [
        '# The secrets that the configuration names as ${NAME}. Only its owner may read it.',
        `EnvironmentFile=-${plain(spec.envFile)}`,
      ]),
  'SyslogIdentifier=lifeline',
  'Restart=always',
  'RestartSec=5',
  '# A stop takes Lifeline some seconds: what is under way is written down.',
  'TimeoutStopSec=30',
  '# A gateway that nothing else keeps is started by Lifeline itself, and must not end with it.',
  'KillMode=process',
  '# One of its children that runs out of memory is not the end of Lifeline.',
  'OOMPolicy=continue',
];

const startAndWatchdog = ({ notify }: ServiceSpec): readonly string[] =>
  notify
    ? [
        '# It says itself when it watches, by systemd-notify, which is a child of it: hence "all".',
        'Type=notify',
        'NotifyAccess=all',
        '# A large database may be checked and copied first.',
        'TimeoutStartSec=10min',
        `# It gives a sign of life every ${WATCHDOG_SECONDS / 3} s, but only while all its loops turn; else it is started anew.`,
        `WatchdogSec=${WATCHDOG_SECONDS}`,
        '# What hangs is ended at once, and leaves no core dump with secrets in it.',
        'WatchdogSignal=SIGKILL',
      ]
    : [
        '# No watchdog: systemd-notify is not here, or older than systemd 246. Install it and run "lifeline service install" again.',
        'Type=exec',
      ];

const guard = (spec: ServiceSpec): readonly string[] => {
  if (spec.guard === 'none') {
    return [
      '',
      '# Nothing is limited or forbidden here: a gateway that Lifeline starts as a bare process would inherit all of it.',
      '# Where a service manager keeps every gateway, "lifeline service install" adds limits and hardening.',
    ];
  }
  return [
    '',
    '# It needs less than 200 MB. Reached, it is slowed down first, then ended and started again.',
    'MemoryHigh=384M',
    `MemoryMax=${MEMORY_MAX_MB}M`,
    'TasksMax=256',
    ...oom(spec),
    '# Its memory holds secrets.',
    'LimitCORE=0',
    ...(spec.guard === 'rights'
      ? rights(spec)
      : ['', '# Own commands may need sudo or any right that its owner has: nothing is forbidden.']),
  ];
};

/**
 * When memory is short, the gateway goes before its rescuer. A user's unit cannot be better off than its manager, which
 * is 100.
 */
const oom = ({ scope, defaultOomScore }: ServiceSpec): readonly string[] => {
  const score = scope === 'system' ? -900 : 100;
  return score < defaultOomScore ? ['# When memory is short, others go first.', `OOMScoreAdjust=${score}`] : [];
};

/**
 * Not here, since Lifeline could not do its work: PrivateTmp, ProtectHome and ProtectProc (logs, state and processes of
 * the gateway), MemoryDenyWriteExecute (Node compiles). A user's unit gets what needs no namespaces: in one of its own
 * the kernel would hide the gateway's environment from Lifeline.
 */
const rights = ({ scope }: ServiceSpec): readonly string[] => [
  '',
  '# It reads /proc, sends signals, asks systemctl and ss, writes its own folder and talks to the network; no more.',
  'NoNewPrivileges=yes',
  'RestrictSUIDSGID=yes',
  'RestrictRealtime=yes',
  'RestrictNamespaces=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  ...(scope === 'system'
    ? [
        'ProtectSystem=full',
        'ProtectKernelTunables=yes',
        'ProtectKernelModules=yes',
        'ProtectKernelLogs=yes',
        'ProtectControlGroups=yes',
        'ProtectClock=yes',
        'ProtectHostname=yes',
      ]
    : []),
];

const install = ({ scope }: ServiceSpec): readonly string[] => [
  '',
  '[Install]',
  `WantedBy=${scope === 'user' ? 'default.target' : 'multi-user.target'}`,
];

/** `%` would name one of systemd's specifiers. */
const plain = (text: string): string => text.replaceAll('%', '%%');
const word = (text: string): string => `"${plain(text).replace(/["\\]/g, '\\$&')}"`;
/** Only in a command line does `$` name a variable. */
const execWord = (text: string): string => word(text.replaceAll('$', '$$$$'));
