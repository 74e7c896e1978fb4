/** The bots that the watched gateways use themselves, as far as their files tell. */
import { join } from 'node:path';
import { readSmall } from '../base/read-small.ts';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { OwnApp } from '../gateways/gateway-kind.ts';
import { kindAt } from '../gateways/index.ts';

/** Files that are not there or cannot be read tell nothing. Never throws. */
export const ownApps = async (gateways: readonly Pick<GatewayConfig, 'kind' | 'home'>[], logger: Logger): Promise<readonly OwnApp[]> => {
  const found: OwnApp[] = [];
  for (const { kind, home } of gateways) {
    for (const { path, read } of kindAt(kind, home).appFiles) {
      try {
        found.push(...read((await readSmall(join(home, path))).text));
      } catch (error) {
        // Not the text: it may hold secrets.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') logger.debug({ path, error: errorText(error).split('\n')[0] }, 'a file of the gateway does not tell its bots');
      }
    }
  }
  return found;
};
