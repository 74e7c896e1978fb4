/** The bots that a Hermes gateway itself uses (docs/facts/hermes.md 7): Lifeline must have others. */
import { MOST_BYTES } from '../../base/open-foreign.ts';
import { MOST_YAML, parseYaml } from '../../base/yaml.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { AppFile, OwnApp } from '../gateway-kind.ts';
import { PLATFORMS } from '../platforms/index.ts';
import { readVariables } from '../variables.ts';

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
