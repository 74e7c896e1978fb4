/** The bots that the watched gateways use themselves, as far as their files tell. */
import { join } from 'node:path';
import { errorText } from '../base/errors.ts';
import { readForeign, trustIn } from '../base/open-foreign.ts';
import type { Logger } from '../base/logger.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { OwnApp } from '../gateways/gateway-kind.ts';
import { kindAt } from '../gateways/index.ts';

/** Files that are not there or cannot be read tell nothing. Never throws. */
export const ownApps = async (
  gateways: readonly (Pick<GatewayConfig, 'kind' | 'home'> & Partial<Pick<GatewayConfig, 'trustedUsers'>>)[],
  logger: Logger,
): Promise<readonly OwnApp[]> => {
  const found: OwnApp[] = [];
  for (const { kind, home, trustedUsers } of gateways) {
    for (const { path, mostBytes, read } of kindAt(kind, home).appFiles) {
      try {
        found.push(
          ...read((await readForeign(join(home, path), { trust: trustIn(home, trustedUsers), mostBytes })).text),
        );
      } catch (error) {
        // Not the text: it may hold secrets.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          logger.debug(
            { path, error: errorText(error).split('\n')[0] },
            'a file of the gateway does not tell its bots',
          );
      }
    }
  }
  return found;
};
