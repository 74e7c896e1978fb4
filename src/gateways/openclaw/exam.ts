import { section } from '../../base/parsed-section.ts';
import { NO_EXAM, type KindExam } from '../exam.ts';
import { packageNamed, packagesInstalled } from '../changing-files.ts';
import type { LinkNames } from './accounts.ts';
import { CONFIG_FILE, configOf, parseOpenClawConfig, wordOf } from './config-file.ts';
import { OPENCLAW_SETTINGS } from './lint.ts';
import { otherOpenClawProgram } from './other-program.ts';
import { profileOf, userHomeOfState } from './places.ts';
import { OPENCLAW_INSTALLS } from './services.ts';
import { openClawSymptom } from './symptoms.ts';

/** What wrote the configuration last. */
const readVersion = (text: string): string | null =>
  wordOf(section(configOf(text).root['meta'])['lastTouchedVersion'])?.slice(0, 40) ?? null;

/** OpenClaw notes there when it wrote the file itself. A text that is none of its own is an edit all the same. */
const withoutMeta = (text: string): string => {
  try {
    const { meta: _, ...rest } = parseOpenClawConfig(text).root;
    return JSON.stringify(rest);
  } catch {
    return text;
  }
};

/** What the doctor asks of a gateway of OpenClaw (docs/facts/openclaw.md 1, 2, 6). */
export const openClawExam = (home: string, names: LinkNames): KindExam => {
  const userHome = userHomeOfState(home);
  const profile = profileOf(home);
  return {
    ...NO_EXAM,
    settings: OPENCLAW_SETTINGS,
    symptom: openClawSymptom(names),
    otherProgram: otherOpenClawProgram,
    siblingHomes: () =>
      userHome === null
        ? NO_EXAM.siblingHomes(home)
        : { root: `${userHome}/.openclaw`, profiles: userHome, isOne: (name) => /^\.openclaw-[\w-]+$/.test(name) },
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
    installs: OPENCLAW_INSTALLS,
    // docs/facts/openclaw.md 1.1
    changing: {
      version: { file: CONFIG_FILE, read: readVersion },
      configs: [{ file: CONFIG_FILE, essence: withoutMeta }],
      plugins: [
        { folder: 'extensions', manifest: 'package.json', read: packageNamed },
        { folder: 'npm/projects', manifest: 'package.json', read: packagesInstalled },
      ],
    },
  };
};
