/** What the doctor asks of OpenClaw (docs/facts/openclaw.md 1, 2, 6). */
import { isSection } from '../../base/parsed-section.ts';
import { UNKNOWN_KIND, type Complaint, type DoctorKind, type DoctorOutput } from '../doctor-kind.ts';
import { createLinkNames } from './accounts.ts';
import { readVersion } from './changing.ts';
import { CONFIG_FILE, configOf } from './config-file.ts';
import { OPENCLAW_SETTINGS } from './lint.ts';
import { otherOpenClawProgram } from './other-program.ts';
import { profileOf, userHomeOfState } from './places.ts';
import { readRefusal } from './refusal.ts';
import { openClawSymptom } from './symptoms.ts';

/** Its `findings`; with a finding it exits 1 (docs/facts/openclaw.md 2.1). */
const readOwnDoctor = ({ stdout, stderr, exitCode }: DoctorOutput): readonly Complaint[] => {
  const report = parsed(stdout);
  if (!isSection(report) || !Array.isArray(report['findings']))
    throw new Error(stderr.trim() || `it ended with code ${exitCode} and no report`);
  return (report['findings'] as readonly unknown[]).flatMap((each): readonly Complaint[] => {
    if (!isSection(each)) return [];
    const { severity, message, path, fixHint } = each;
    if (typeof message !== 'string' || (severity !== 'error' && severity !== 'warning')) return [];
    const where = typeof path === 'string' && path !== '' ? ` (${path})` : '';
    return [{ severity, said: `${message}${where}`, advice: typeof fixHint === 'string' ? fixHint : null }];
  });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

export const openClawDoctor = (home: string): DoctorKind => {
  const userHome = userHomeOfState(home);
  const profile = profileOf(home);
  return {
    ...UNKNOWN_KIND,
    settings: OPENCLAW_SETTINGS,
    symptom: async (text) => openClawSymptom(createLinkNames(configOf(await text(CONFIG_FILE)).root)),
    otherProgram: otherOpenClawProgram,
    ownFiles: [CONFIG_FILE, 'state', 'state/openclaw.sqlite', 'logs', 'tmp'],
    version: { file: CONFIG_FILE, read: readVersion, update: 'openclaw update' },
    // The second is launchd's: the gateway's output (docs/facts/openclaw.md 3.3).
    unrotatedLogs: [
      'logs/gateway-restart.log',
      ...(userHome === null
        ? []
        : [`${userHome}/Library/Logs/openclaw/gateway${profile === null ? '' : `-${profile}`}.log`]),
    ],
    named: /openclaw|clawdbot/i,
    // As its installer writes it today (docs/facts/openclaw.md 3.1, 3.3); older units had 30 s or 90 s to stop.
    installs: {
      systemd: { leastStopMs: 90_000, stopSeconds: 330, restartSeconds: 5, isLimited: true },
      launchdStopSeconds: 20,
    },
    refusal: readRefusal,
    gatewayDoctor: { words: ['doctor', '--lint', '--json'], read: readOwnDoctor },
  };
};
