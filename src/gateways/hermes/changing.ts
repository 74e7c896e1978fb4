/** By which of its files a change of Hermes shows (docs/facts/hermes.md 1.5). */
import { section } from '../../base/parsed-section.ts';
import { MOST_YAML, parseYaml } from '../../base/yaml.ts';
import type { ChangingFiles, PluginsNamed } from '../changing-files.ts';
import { readVersion } from './version.ts';

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

export const HERMES_CHANGING: ChangingFiles = {
  version: { file: 'gateway_state.json', read: readVersion },
  configs: [{ file: 'config.yaml' }, { file: '.env' }],
  plugins: [{ folder: 'plugins', manifest: 'plugin.yaml', read: pluginNamed }],
};
