/** By which of its files a change of OpenClaw shows (docs/facts/openclaw.md 1.1). */
import { section } from '../../base/parsed-section.ts';
import { packageNamed, packagesInstalled, type ChangingFiles } from '../changing-files.ts';
import { CONFIG_FILE, configOf, parseOpenClawConfig, wordOf } from './config-file.ts';

/** What wrote the configuration last. */
export const readVersion = (text: string): string | null =>
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

export const OPENCLAW_CHANGING: ChangingFiles = {
  version: { file: CONFIG_FILE, read: readVersion },
  configs: [{ file: CONFIG_FILE, essence: withoutMeta }],
  plugins: [
    { folder: 'extensions', manifest: 'package.json', read: packageNamed },
    { folder: 'npm/projects', manifest: 'package.json', read: packagesInstalled },
  ],
};
