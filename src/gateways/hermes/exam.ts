import type { KindExam } from '../exam.ts';
import { MOST_YAML, parseYaml } from '../../base/yaml.ts';
import { section } from '../../base/parsed-section.ts';
import type { PluginsNamed } from '../changing-files.ts';
import { HERMES_SETTINGS } from './lint.ts';
import { otherHermesProgram } from './other-program.ts';
import { siblingHomes } from './siblings.ts';
import { readVersion } from './version.ts';
import { hermesSymptom } from './symptoms.ts';

/** What the doctor asks of Hermes. */
export const HERMES_EXAM: KindExam = {
  settings: HERMES_SETTINGS,
  symptom: hermesSymptom,
  otherProgram: otherHermesProgram,
  siblingHomes,
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
  // docs/facts/hermes.md 1.5
  changing: {
    version: { file: 'gateway_state.json', read: readVersion },
    configs: [{ file: 'config.yaml' }, { file: '.env' }],
    plugins: [{ folder: 'plugins', manifest: 'plugin.yaml', read: (text, folder) => pluginNamed(text, folder) }],
  },
};

const LONGEST = 60;

/** The name of its folder is what people install it by. */
const pluginNamed = (text: string, folder: string): PluginsNamed => {
  try {
    const version = text.length > MOST_YAML ? null : section(parseYaml(text))['version'];
    return typeof version === 'string' || typeof version === 'number'
      ? { plugins: [{ name: folder, version: String(version).slice(0, LONGEST) }] }
      : { plugins: [] };
  } catch {
    return { plugins: [] };
  }
};
