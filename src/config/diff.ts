/** What two configurations differ in, for people: by key, without a secret. */
import type { Config } from './config.ts';
import { asWritten } from './show.ts';

/** `watch.pulse: 5s → 10s`, and only the key where the value is not for everybody's eyes; in the order of the file. */
export const changesBetween = (before: Config, after: Config): readonly string[] => {
  const [old, now] = [flat(asWritten(before)), flat(asWritten(after))];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const shown = keys
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => `${key}: ${old.get(key) ?? '–'} → ${now.get(key) ?? '–'}`);
  const hidden = Object.entries(HIDDEN)
    .filter(([key, read]) => read(before) !== read(after) && !shown.some((line) => line.startsWith(key)))
    .map(([key]) => key);
  return [...shown, ...hidden];
};

/** The values that `asWritten` hides or shortens: they may differ although they look the same. */
const HIDDEN: Readonly<Record<string, (config: Config) => string | undefined>> = {
  'channels.feishu.app_secret': ({ channels }) => channels.feishu?.appSecret.reveal(),
  'channels.qq.client_secret': ({ channels }) => channels.qq?.clientSecret.reveal(),
  'channels.webhook.url': ({ channels }) => channels.webhook?.url,
  'channels.webhook.secret': ({ channels }) => channels.webhook?.secret?.reveal(),
  'alerts.ping_url': ({ alerts }) => alerts.pingUrl?.reveal(),
  'fleet.credentials': ({ fleet }) => fleet?.access.credentials.reveal(),
  gateways: ({ gateways }) => JSON.stringify(gateways),
  operators: ({ operators }) => JSON.stringify(operators),
  commands: ({ ownCommands }) => JSON.stringify(ownCommands.declared),
};

/** Sections by their keys, entries of lists by their names; a list of plain values is one value. */
const flat = (value: unknown, path = ''): ReadonlyMap<string, string> => {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    return new Map(value.flatMap((item: unknown, index) => [...flat(item, `${path}[${nameOf(item) ?? index}]`)]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path, Array.isArray(value) ? `[${value.join(', ')}]` : String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, child]: [string, unknown]) => [
      ...flat(child, path === '' ? key : `${path}.${key}`),
    ]),
  );
};

const nameOf = (item: unknown): string | null =>
  typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : null;
