/** Where the running gateway listens, and the token that it wants: by its own files and its environment. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { CONFIG_FILE, parseOpenClawConfig } from './config-file.ts';
import { readStateOwner } from './lock-file.ts';

export interface Target {
  readonly pid: number;
  readonly port: number;
  readonly token: string | null;
}

/** Never throws: without a file the usual port is asked. */
export const readTarget = async (home: string, pid: number): Promise<Target> => {
  const text = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
  const config = await text(join(home, CONFIG_FILE)).then((found) => parseOpenClawConfig(found ?? '{}')).catch(() => parseOpenClawConfig('{}'));
  const owner = readStateOwner((await text(join(home, 'tmp', `openclaw-${userInfo().uid}`, 'gateway.state.lock'))) ?? '');
  const env = variablesOf((await text(`/proc/${pid}/environ`)) ?? '');
  const { token } = config;
  const named = token === null ? 'OPENCLAW_GATEWAY_TOKEN' : /^\$\{(\w+)\}$/.exec(token)?.[1];
  return { pid, port: (owner?.pid === pid ? owner.port : null) ?? config.port, token: named === undefined ? token : (env.get(named) ?? null) };
};

const variablesOf = (environ: string): ReadonlyMap<string, string> =>
  new Map(environ.split('\0').flatMap((entry) => (entry.includes('=') ? [[entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]] : [])));
