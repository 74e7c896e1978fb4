/**
 * What a shell suggests of the operator's own things. Read as quickly as can be, for it is waited for at each press of
 * Tab.
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { userHome } from '../../base/account.ts';
import { parseYaml } from '../../base/yaml.ts';
import { DEFAULT_DATA_DIR } from '../../config/config.ts';
import { readConfigText } from '../../config/load.ts';
import { usualConfig } from '../../setup/paths.ts';
import { databaseIn } from '../../store/files.ts';

const MOST_INCIDENTS = 20;

interface Sketch {
  readonly data_dir?: unknown;
  readonly gateways?: readonly { readonly name?: unknown }[];
}

/** The configuration as it stands, not checked: the checks take longer than people wait. */
const sketch = (named: string | undefined): { readonly file: string; readonly keys: Sketch } | null => {
  const file = named?.replace(/^~(?=\/)/, userHome()) ?? process.env['LIFELINE_CONFIG'] ?? usualConfig(process.env);
  try {
    return { file, keys: (parseYaml(readConfigText(file).text) as Sketch | null) ?? {} };
  } catch {
    return null;
  }
};

export const gatewayNames = (config: string | undefined): readonly string[] => {
  const gateways = sketch(config)?.keys.gateways;
  return Array.isArray(gateways)
    ? gateways.flatMap((each: { readonly name?: unknown } | null) =>
        typeof each?.name === 'string' ? [each.name] : [],
      )
    : [];
};

/** Returns the last incidents, the newest first. */
export const incidentNumbers = (
  config: string | undefined,
): readonly { readonly id: number; readonly words: string }[] => {
  const found = sketch(config);
  const folder = typeof found?.keys.data_dir === 'string' ? found.keys.data_dir : DEFAULT_DATA_DIR;
  const home = folder.replace(/^~(?=\/)/, userHome());
  const path = databaseIn(isAbsolute(home) ? home : resolve(dirname(found?.file ?? '.'), home));
  if (!existsSync(path)) return [];
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    return db
      .prepare(
        `SELECT id, gateway, link, json_extract(verdict, '$.condition') AS condition FROM incidents ORDER BY id DESC LIMIT ${MOST_INCIDENTS}`,
      )
      .all()
      .map(({ id, gateway, link, condition }) => ({
        id: Number(id),
        words: [gateway, link, condition].filter((word) => word !== null).join(' '),
      }));
  } catch {
    return [];
  } finally {
    db?.close();
  }
};
