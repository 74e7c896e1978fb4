/**
 * Finds the launchd definitions that run a gateway: by what they run, and by the names that its installer gives them.
 */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorText } from '../../base/errors.ts';
import { readForeignBytes } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { trustIn, type Trust } from '../../base/foreign/trust.ts';
import { servedByDefinition, type GatewayKind, type ServiceName } from '../../gateways/gateway-kind.ts';
import { parseGatewayPlist, xmlOf, type GatewayPlist } from './plist.ts';

export type PlistFile =
  | { readonly ok: true; readonly plist: GatewayPlist }
  | { readonly ok: false; readonly path: string; readonly problem: string };

export interface PlistQuery {
  readonly home: string;
  readonly kind: GatewayKind;
  readonly services: readonly ServiceName[];
  readonly userHome: string;
}

/** Returns the definitions in the order of their names. An unreadable file counts only under a name of this gateway. */
export const readGatewayPlists = async ({
  home,
  kind,
  services,
  userHome,
}: PlistQuery): Promise<readonly PlistFile[]> => {
  const own = new Set(services.filter(({ supervisor }) => supervisor === 'launchd').map(({ path }) => path));
  const folders = new Set([join(userHome, 'Library', 'LaunchAgents'), ...[...own].map((path) => dirname(path))]);
  const trust = trustIn(home, kind.trustedUsers);
  const found: PlistFile[] = [];
  for (const folder of folders) {
    for (const path of await plistsIn(folder)) {
      const file = await readOne(path, trust);
      const isOurs = file.ok ? homeOf(file.plist, kind, userHome) === home : own.has(path);
      // A definition under this gateway's name that runs something unknown, such as a launcher of the owner's, is this
      // gateway's.
      if (isOurs || (file.ok && own.has(path) && homeOf(file.plist, kind, userHome) === null)) found.push(file);
    }
  }
  return found;
};

/** Returns the home of the gateway that a definition runs; null when the definition runs none that the kind knows. */
const homeOf = ({ argv, env }: GatewayPlist, kind: GatewayKind, userHome: string): string | null =>
  servedByDefinition(kind, argv, { HOME: userHome, ...env })?.home ?? null;

const plistsIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.plist'))
    .sort()
    .map((name) => join(folder, name));
};

const readOne = async (path: string, trust: Trust): Promise<PlistFile> => {
  try {
    return {
      ok: true,
      plist: parseGatewayPlist(
        path,
        xmlOf((await readForeignBytes(path, { trust, mostBytes: MOST_BYTES.definition })).bytes),
      ),
    };
  } catch (error) {
    return { ok: false, path, problem: errorText(error) };
  }
};
