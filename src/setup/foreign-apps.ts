/** The bots that gateways of this machine use themselves. With one of them Lifeline would take their messages away. */
import type { Logger } from '../base/logger.ts';
import { kindOfHome } from '../gateways/index.ts';
import type { KindName } from '../gateways/names.ts';
import { ownApps } from '../monitor/own-apps.ts';

export interface ForeignApp {
  readonly appId: string;
  /** The home of the gateway that uses it. */
  readonly home: string;
}

/**
 * Files that cannot be read tell nothing. Never throws. @param gateways without a kind, the home shows the kind
 */
export const foreignApps = async (
  gateways: readonly { readonly kind?: KindName; readonly home: string }[],
  logger: Logger,
): Promise<readonly ForeignApp[]> => {
  const kinds = new Map(gateways.map(({ kind, home }) => [home, kind ?? kindOfHome(home)]));
  const found = await Promise.all(
    [...kinds].map(async ([home, kind]) =>
      kind === null ? [] : (await ownApps([{ kind, home }], logger)).map(({ appId }) => ({ appId, home })),
    ),
  );
  return found.flat();
};
