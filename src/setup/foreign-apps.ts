/** The bots that gateways of this machine use themselves. With one of them Lifeline would take their messages away. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import { ownApps } from '../watch/own-apps.ts';

export interface ForeignApp {
  readonly appId: string;
  /** The home of the gateway that uses it. */
  readonly home: string;
}

/** Files that cannot be read tell nothing. Never throws. */
export const foreignApps = async ({ hermes, openclaw }: { readonly hermes: readonly string[]; readonly openclaw: readonly string[] }, logger: Logger): Promise<readonly ForeignApp[]> => {
  const ofHermes = await Promise.all(hermes.map(async (home) => (await ownApps([{ kind: 'hermes', home }], logger)).map(({ appId }) => ({ appId, home }))));
  return [...ofHermes.flat(), ...openclaw.flatMap((home) => appIdsIn(read(join(home, 'openclaw.json'))).map((appId) => ({ appId, home })))];
};

/** The file is JSON5; an app id always stands after its key, as text or as a number. */
export const appIdsIn = (openclawConfig: string): readonly string[] => [...openclawConfig.matchAll(/\bappId["']?\s*:\s*["']?([\w-]+)/g)].map(([, appId = '']) => appId);

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
