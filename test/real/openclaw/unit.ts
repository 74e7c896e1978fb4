/** The unit that OpenClaw's own installer writes (docs/facts/openclaw.md 3.1), with its output in a file. */
import { dirname } from 'node:path';
import { quoted } from '../systemd/unit-text.ts';

export interface OpenClawUnit {
  readonly entry: string;
  readonly port: number;
  /** Added to its environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly output: string;
}

export const UNIT = 'openclaw-gateway.service';

/** By this Node: OpenClaw needs 24.16, and the machine's may be older. */
export const unitText = ({ entry, port, variables, output }: OpenClawUnit): string => {
  const { PATH = '/usr/bin:/bin', TZ = 'UTC' } = process.env;
  const environment = {
    ...variables,
    PATH: `${dirname(process.execPath)}:${PATH}`,
    TZ,
    NO_COLOR: '1',
    NODE_OPTIONS: '',
    OPENCLAW_GATEWAY_PORT: String(port),
    OPENCLAW_SYSTEMD_UNIT: UNIT,
    OPENCLAW_SERVICE_MARKER: 'openclaw',
    OPENCLAW_SERVICE_KIND: 'gateway',
  };
  return [
    '[Unit]',
    'Description=OpenClaw Gateway',
    'StartLimitBurst=10',
    'StartLimitIntervalSec=300',
    '[Service]',
    `ExecStart=${[process.execPath, '--max-old-space-size=8192', entry, 'gateway', '--port', String(port)].map(quoted).join(' ')}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    'Restart=always',
    'RestartSec=5',
    'RestartPreventExitStatus=78',
    'SuccessExitStatus=0 143',
    'TimeoutStopSec=330',
    'TimeoutStartSec=30',
    'KillMode=mixed',
    'OOMPolicy=continue',
    `StandardOutput=append:${output}`,
    `StandardError=append:${output}`,
    '',
  ].join('\n');
};
