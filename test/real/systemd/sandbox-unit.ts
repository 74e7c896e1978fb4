/**
 * The sandbox gateway as the unit that Hermes installs for itself, today's or an older one (docs/facts/hermes.md 5.1).
 */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { quoted } from './unit-text.ts';
import type { UserSystemd } from './user-systemd.ts';

export interface SandboxUnitOptions {
  readonly home: string;
  /** Program and arguments, absolute: `sandbox.gateway.command`. */
  readonly command: readonly string[];
  /** The bot's clock and the like: `sandbox.env`. */
  readonly env?: Readonly<Record<string, string>>;
  /** `hermes-gateway.service` unless told. */
  readonly unit?: string;
  /** `old`: Restart=on-failure with a start limit of 5 in 600 s, as versions before the start limit was lifted. */
  readonly version?: 'today' | 'old';
  /** Hermes: 5 s today, 30 s of old; here 200 ms unless told, so that tests need not wait. */
  readonly restartSec?: string;
  /** Hermes: 70 s with its defaults. */
  readonly timeoutStopSec?: string;
  /** More lines for its `[Service]`, which beat those above them. */
  readonly extra?: readonly string[];
  /** More lines for its `[Unit]`. */
  readonly needs?: readonly string[];
}

/** @returns the unit's name; it is installed and enabled, not started. */
export const installSandboxUnit = async (systemd: UserSystemd, options: SandboxUnitOptions): Promise<string> => {
  const {
    home,
    command,
    unit = 'hermes-gateway.service',
    env = {},
    version = 'today',
    restartSec = '200ms',
    timeoutStopSec = '70',
    extra = [],
    needs = [],
  } = options;
  const wants = join(systemd.unitFolder, 'default.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink(`../${unit}`, join(wants, unit));
  // Without TZ its log would be in the machine's zone, and the test's is fixed.
  const { PATH = '/usr/bin:/bin', TZ } = process.env;
  const environment = {
    PATH,
    ...(TZ === undefined ? {} : { TZ }),
    ...env,
    HERMES_HOME: home,
    HERMES_SUPERVISED_CHILD: '1',
  };
  const output = join(systemd.dir, `${unit}.out`);
  const lines = [
    '[Unit]',
    'Description=Hermes Agent Gateway - Messaging Platform Integration (sandbox)',
    ...(version === 'today' ? ['StartLimitIntervalSec=0'] : ['StartLimitIntervalSec=600', 'StartLimitBurst=5']),
    ...needs,
    '[Service]',
    'Type=simple',
    `ExecStart=${command.map(quoted).join(' ')}`,
    `WorkingDirectory=${home.replaceAll('%', '%%')}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    `Restart=${version === 'today' ? 'always' : 'on-failure'}`,
    `RestartSec=${restartSec}`,
    'RestartForceExitStatus=75',
    ...(version === 'today' ? ['SuccessExitStatus=75', 'RestartPreventExitStatus=78'] : []),
    'KillMode=mixed',
    'KillSignal=SIGTERM',
    'ExecReload=/bin/kill -USR1 $MAINPID',
    `TimeoutStopSec=${timeoutStopSec}`,
    ...extra,
    `StandardOutput=append:${output}`,
    `StandardError=append:${output}`,
    '[Install]',
    'WantedBy=default.target',
  ];
  await systemd.writeUnit(unit, `${lines.join('\n')}\n`);
  return unit;
};
