import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/config.ts';
import { UserError } from '../base/errors.ts';
import { lookedFor } from '../text/setup/homes.ts';
import { usualConfig } from '../setup/paths.ts';
import { watchOnly } from './watch-only.ts';

/**
 * The configuration of this run: the named file, else the one in the usual place, else none: then the gateways on
 * this machine are watched, and nothing is restarted.
 * @throws UserError when the file is unreadable or invalid, or when there is nothing to watch.
 */
export const findConfig = (named: string | undefined): { readonly config: Config; readonly fromFile: boolean } => {
  const usual = usualConfig(process.env);
  const file = named ?? (existsSync(usual) ? usual : null);
  if (file !== null) return { config: loadConfig(file), fromFile: true };
  const config = watchOnly(homedir(), process.env);
  if (!config) {
    throw new UserError(
      'CONFIG_MISSING',
      `There is no configuration (${usual}), and no gateway that Lifeline knows has its home on this machine: ${lookedFor('en')}. Run: lifeline init. To see what it does first: lifeline demo`,
    );
  }
  return { config, fromFile: false };
};
