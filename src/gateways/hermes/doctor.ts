/** What the doctor asks of Hermes. */
import { stripVTControlCharacters } from 'node:util';
import { UNKNOWN_KIND, type Complaint, type DoctorKind, type DoctorOutput } from '../doctor-kind.ts';
import { HERMES_SETTINGS } from './lint.ts';
import { otherHermesProgram } from './other-program.ts';
import { hermesSymptom } from './symptoms.ts';
import { readVersion } from './version.ts';

/**
 * Hermes's rows with ✗, and its own list of what is to be done. Its rows with ⚠ name each tool and login that is merely
 * not used; it always exits 0 (docs/facts/hermes.md 8.3).
 */
const readOwnDoctor = ({ stdout, exitCode }: DoctorOutput): readonly Complaint[] => {
  const lines = stripVTControlCharacters(stdout)
    .split('\n')
    .map((line) => line.trim());
  if (exitCode !== 0 || !lines.some((line) => line.startsWith('◆')))
    throw new Error(`it ended with code ${exitCode} and no report`);
  const failed = lines.flatMap((line) => (line.startsWith('✗ ') ? [line.slice(2)] : []));
  const heading = lines.findIndex((line) => /^Found \d+ issue/.test(line));
  const issues = heading < 0 ? [] : lines.slice(heading).filter((line) => /^\d+\. /.test(line));
  return [
    ...failed.map((said): Complaint => ({ severity: 'warning', said, advice: null })),
    ...issues.map((line): Complaint => ({ severity: 'info', said: line.slice(line.indexOf(' ') + 1), advice: null })),
  ];
};

export const HERMES_DOCTOR: DoctorKind = {
  ...UNKNOWN_KIND,
  settings: HERMES_SETTINGS,
  symptom: async () => hermesSymptom,
  otherProgram: otherHermesProgram,
  ownFiles: [
    '.env',
    'config.yaml',
    'gateway_state.json',
    'gateway.pid',
    'gateway.lock',
    'logs',
    'logs/gateway.log',
    'logs/errors.log',
    'state',
  ],
  cleanStop: '.clean_shutdown',
  version: { file: 'gateway_state.json', read: readVersion, update: 'hermes update' },
  unrotatedLogs: [
    'logs/gateway.error.log',
    'logs/gateway-exit-diag.log',
    'logs/gateway-shutdown-diag.log',
    'logs/gateway-shutdown-watchdog.log',
    'logs/launchd-reload.log',
  ],
  // To restart it while it updates would tear that apart (docs/facts/hermes.md 3.3).
  updateMarkers: ['.update_pending.json', '.update_pending.claimed.json'],
  // Then it runs detached (docs/facts/hermes.md 3.3, 5.2).
  launchdRefused: '.gateway-launchd-unsupported',
  named: /hermes/i,
  // QQ's adapter knows all of these, Feishu's SDK the last four (docs/facts/hermes.md 7).
  proxies: {
    qqbot: ['WSS_PROXY', 'wss_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'],
    feishu: ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
  },
  // docs/facts/hermes.md 5.1, 5.2: 60 s or more to stop.
  installs: {
    systemd: { leastStopMs: 30_000, stopSeconds: 60, restartSeconds: 5, isLimited: false },
    launchdStopSeconds: 25,
  },
  gatewayDoctor: { words: ['doctor'], read: readOwnDoctor },
};
