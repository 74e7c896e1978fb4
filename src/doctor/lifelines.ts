/** The Lifelines that run on this machine and watch one of these homes. */
import { join, resolve } from 'node:path';
import { userHome as ownHome } from '../base/account.ts';
import { readForeign, MOST_BYTES, ANYBODY } from '../base/open-foreign.ts';
import { withoutSlashes } from '../base/trim-end.ts';
import { parseYaml } from '../base/yaml.ts';
import { findHomes, KINDS } from '../gateways/index.ts';
import { KIND_NAMES, type KindName } from '../gateways/names.ts';
import { isAlive, listProcesses, processEnvironment, processPlace } from '../sensors/process/proc.ts';
import type { ProcessSnapshot } from '../sensors/process/process-table.ts';

export const findLifelines = async (homes: readonly string[]): Promise<readonly ProcessSnapshot[]> => {
  const running = (await listProcesses()).filter((process) => isAlive(process) && isLifelineRun(process.argv));
  const watched = await Promise.all(running.map(homesOf));
  return running
    .filter((_process, at) => watched[at]?.some((home) => homes.includes(home)))
    .sort((one, other) => one.startedAt - other.startedAt);
};

/** Returns whether a command line is `lifeline run`, by any of its names, with or without the interpreter before it. */
export const isLifelineRun = (argv: readonly string[]): boolean => {
  const at = argv.findIndex(
    (word) => /(?:^|\/)(?:lifeline|gateway-lifeline)$/.test(word) || /(?:^|\/)src\/(?:main|bin)\.[jt]s$/.test(word),
  );
  const isProgram = at === 0 || (at > 0 && /(?:^|\/)(?:node|nodejs|bun)$/.test(argv[0] ?? ''));
  return isProgram && argv.slice(at + 1).find((word) => !word.startsWith('-')) === 'run';
};

const USUAL_HOMES: ReadonlyMap<unknown, string> = new Map(
  KIND_NAMES.flatMap((name): (readonly [KindName, string])[] =>
    KINDS[name].usualHome === null ? [] : [[name, KINDS[name].usualHome]],
  ),
);

/**
 * Returns the homes of the process's configuration, which is read without being judged. Another user's process that may
 * not be looked at watches nothing known: its folders are not those of the same names here.
 */
const homesOf = async ({ pid, uid, argv }: ProcessSnapshot): Promise<readonly string[]> => {
  const env = (await processEnvironment(pid)) ?? {};
  const userHome = env['HOME'] ?? (uid === process.getuid?.() ? ownHome() : null);
  if (userHome === null) return [];
  const flag = argv.indexOf('--config');
  const named =
    (flag > 0 ? argv[flag + 1] : argv.find((word) => word.startsWith('--config='))?.slice('--config='.length)) ??
    env['LIFELINE_CONFIG'];
  const folder = env['XDG_CONFIG_HOME'] ?? join(userHome, '.config');
  const cwd = (await processPlace(pid)).folder ?? userHome;
  const text = await readForeign(named ? resolve(cwd, named) : join(folder, 'lifeline', 'config.yaml'), {
    trust: ANYBODY,
    mostBytes: MOST_BYTES.config,
  }).then(
    (read) => read.text,
    () => null,
  );
  if (text !== null) return homesIn(text, userHome);
  // The usual homes count in any case: they may have existed when the process began.
  return [
    ...[...USUAL_HOMES.values()].map((home) => wholePath(home, userHome)),
    ...findHomes(env, userHome).map(({ home }) => home),
  ];
};

const homesIn = (text: string, userHome: string): readonly string[] => {
  try {
    const { gateways = [] } = parseYaml(text) as {
      readonly gateways?: readonly { readonly kind?: unknown; readonly home?: unknown }[];
    };
    return gateways.flatMap(({ kind, home }) => {
      const named = typeof home === 'string' ? home : USUAL_HOMES.get(kind);
      return named === undefined ? [] : [wholePath(named, userHome)];
    });
  } catch {
    return [];
  }
};

const wholePath = (path: string, userHome: string): string => withoutSlashes(path.replace(/^~(?=\/|$)/, userHome));
