/** The bots that a Hermes gateway itself uses (docs/facts/hermes.md 7): Lifeline must have others. */
import { join } from 'node:path';
import { MOST_BYTES, readForeignNow, trustIn } from '../../base/open-foreign.ts';
import { MOST_YAML, parseYaml } from '../../base/yaml.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { namesIn } from '../entry.ts';
import type { AppFile, OwnApp } from '../gateway-kind.ts';
import { PLATFORMS } from '../platforms/index.ts';
import { readVariables } from '../variables.ts';
import { isYes, readSettings } from './settings.ts';

const VARIABLES: Readonly<Record<string, string>> = { FEISHU_APP_ID: 'feishu', QQ_APP_ID: 'qqbot' };

const isText = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || typeof value === 'number';

const fromEnv = (text: string): readonly OwnApp[] =>
  readVariables(text).flatMap(([name, appId]): OwnApp[] => {
    const link = VARIABLES[name];
    return link && appId ? [{ link, appId }] : [];
  });

const section = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

const fromConfig = (text: string): readonly OwnApp[] => {
  const platforms = section(parseYaml(text), 'platforms');
  return [
    ['feishu', 'feishu'],
    ['qqbot', 'qqbot'],
    ['qq', 'qqbot'],
  ].flatMap(([key = '', link = '']): OwnApp[] => {
    const appId = section(section(section(platforms, key), 'extra'), 'app_id');
    return isText(appId) ? [{ link, appId: String(appId) }] : [];
  });
};

const linksFromEnv = (text: string): readonly LinkName[] => {
  const set = new Set(
    readVariables(text).flatMap(([name, value]) => (value === '' || value === 'false' ? [] : [name])),
  );
  return PLATFORMS.filter(({ hermes }) => hermes?.variables.some((name) => set.has(name))).map(({ link }) => link);
};

const linksFromConfig = (text: string): readonly LinkName[] => {
  const platforms = section(parseYaml(text), 'platforms');
  return PLATFORMS.filter(
    ({ link, hermes }) => hermes !== null && section(section(platforms, link), 'enabled') === true,
  ).map(({ link }) => link);
};

export const HERMES_APP_FILES: readonly AppFile[] = [
  { path: '.env', mostBytes: MOST_BYTES.variables, read: fromEnv, links: linksFromEnv },
  { path: 'config.yaml', mostBytes: MOST_YAML, read: fromConfig, links: linksFromConfig },
];

/** The profile that a QQ app is of, or the app where no profile names it; null: it is the gateway's own. */
export type ProfileOf = (app: string) => string | null;

/** @returns null: the gateway serves no other profile, or which app is its own cannot be told. */
export const profilesIn = (home: string, trustedUsers: readonly string[]): ProfileOf | null => {
  const served = readSettings(null, textIn(home, 'config.yaml', trustedUsers)).key('gateway', 'multiplex_profiles');
  if (!(Array.isArray(served) ? served.length > 0 : isYes(served))) return null;
  const own = qqAppsIn(home, trustedUsers);
  if (own.length === 0) return null;
  const profiles = new Map(
    namesIn(join(home, 'profiles')).flatMap((name) =>
      qqAppsIn(join(home, 'profiles', name), trustedUsers).map((app) => [app, name] as const),
    ),
  );
  return (app) => (own.includes(app) ? null : (profiles.get(app) ?? app));
};

const textIn = (home: string, file: string, trustedUsers: readonly string[]): string | null => {
  try {
    return readForeignNow(join(home, file), { trust: trustIn(home, trustedUsers), mostBytes: MOST_YAML }).text;
  } catch {
    return null;
  }
};

const qqAppsIn = (home: string, trustedUsers: readonly string[]): readonly string[] =>
  HERMES_APP_FILES.flatMap(({ path, read }) => {
    try {
      return read(textIn(home, path, trustedUsers) ?? '');
    } catch {
      return [];
    }
  }).flatMap(({ link, appId }) => (link === 'qqbot' ? [appId] : []));
