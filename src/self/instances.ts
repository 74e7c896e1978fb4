/** The Lifelines that run on this machine and watch one of these homes. */
import { readFile, readlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isAlive, listProcesses, processVariable } from '../sensors/proc.ts';
import type { ProcessSnapshot } from '../sensors/process-table.ts';

export const findLifelines = async (homes: readonly string[]): Promise<readonly ProcessSnapshot[]> => {
  const running = (await listProcesses()).filter((process) => isAlive(process) && isLifelineRun(process.argv));
  const watched = await Promise.all(running.map(homesOf));
  return running.filter((_process, at) => watched[at]?.some((home) => homes.includes(home))).sort((one, other) => one.startedAt - other.startedAt);
};

/** `lifeline run`, by whichever of its names; the interpreter stands before it. */
export const isLifelineRun = (argv: readonly string[]): boolean => {
  const at = argv.findIndex((word) => /(?:^|\/)(?:lifeline|gateway-lifeline)$/.test(word) || /\/src\/(?:main|bin)\.[jt]s$/.test(word));
  const isProgram = at === 0 || (at > 0 && /(?:^|\/)(?:node|nodejs|bun)$/.test(argv[0] ?? ''));
  return isProgram && argv.slice(at + 1).find((word) => !word.startsWith('-')) === 'run';
};

/** Of its configuration, read without judging it; a process that may not be looked at watches nothing known. */
const homesOf = async ({ pid, argv }: ProcessSnapshot): Promise<readonly string[]> => {
  const variable = (name: string): Promise<string | null> => processVariable(pid, name);
  const userHome = (await variable('HOME')) ?? homedir();
  const flag = argv.indexOf('--config');
  const named = (flag > 0 ? argv[flag + 1] : argv.find((word) => word.startsWith('--config='))?.slice('--config='.length)) ?? (await variable('LIFELINE_CONFIG'));
  const folder = (await variable('XDG_CONFIG_HOME')) ?? join(userHome, '.config');
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => userHome);
  const text = await readFile(named ? resolve(cwd, named) : join(folder, 'lifeline', 'config.yaml'), 'utf8').catch(() => null);
  const usual = (await variable('HERMES_HOME')) || join(userHome, '.hermes');
  return text === null ? [usual] : homesIn(text, userHome);
};

const homesIn = (text: string, userHome: string): readonly string[] => {
  try {
    const { gateways = [] } = parse(text) as { readonly gateways?: readonly { readonly home?: unknown }[] };
    return gateways.map(({ home }) => (typeof home === 'string' ? home : '~/.hermes').replace(/^~(?=\/|$)/, userHome).replace(/(.)\/+$/, '$1'));
  } catch {
    return [];
  }
};
