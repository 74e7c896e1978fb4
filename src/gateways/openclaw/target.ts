/** Where the running gateway listens, and with what it may be asked: by its own files and its environment. */
import { join } from 'node:path';
import type { Trust } from '../../base/file-trust.ts';
import { readForeign, MOST_BYTES } from '../../base/open-foreign.ts';
import { variablesOf } from '../variables.ts';
import { accessOf, type GatewayAccess } from './access.ts';
import { createLinkNames, type LinkNames } from './accounts.ts';
import { CONFIG_FILE, configOf } from './config-file.ts';
import { readStateOwner } from './lock-file.ts';
import { lockFileOf } from './places.ts';

export interface Target {
  readonly pid: number;
  readonly port: number;
  readonly access: GatewayAccess;
  readonly names: LinkNames;
}

/** Never throws: without a file the usual port is asked. */
export const readTarget = async (home: string, pid: number, trust: Trust): Promise<Target> => {
  const text = (path: string, mostBytes: number): Promise<string | null> =>
    readForeign(path, { trust, mostBytes }).then(
      ({ text: found }) => found,
      () => null,
    );
  const { root, port } = configOf(await text(join(home, CONFIG_FILE), MOST_BYTES.config));
  const owner = readStateOwner((await text(join(home, lockFileOf(home)), MOST_BYTES.record)) ?? '');
  // What it was started with beats its `.env`.
  const env = new Map([
    ...variablesOf((await text(join(home, '.env'), MOST_BYTES.variables)) ?? ''),
    ...environment((await text(`/proc/${pid}/environ`, MOST_BYTES.config)) ?? ''),
  ]);
  return {
    pid,
    port: (owner?.pid === pid ? owner.port : null) ?? port,
    access: accessOf(root, env),
    names: createLinkNames(root),
  };
};

/** @returns the port of the configuration, or the usual one; null where there is no configuration to read. */
export const configuredPort = async (home: string, trust: Trust): Promise<number | null> => {
  const text = await readForeign(join(home, CONFIG_FILE), { trust, mostBytes: MOST_BYTES.config }).then(
    (found) => found.text,
    () => null,
  );
  return text === null ? null : configOf(text).port;
};

const environment = (environ: string): readonly (readonly [string, string])[] =>
  environ
    .split('\0')
    .flatMap((entry) =>
      entry.includes('=') ? [[entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const] : [],
    );
