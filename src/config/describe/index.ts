/**
 * Every key, in the order of the reference. A key of the schema that is missing here is a type error: give it its
 * words.
 */
import type { Description, KeyPath } from './description.ts';
import { COMMANDS, GENERAL, METRICS } from './general.ts';
import { FLEET } from './fleet.ts';
import { GATEWAYS } from './gateways.ts';
import { ALERTS, CHANNEL_KEYS, GROUPS, OPERATORS } from './people.ts';
import { HEALING, WATCH } from './watch.ts';

export const DESCRIPTIONS: Readonly<Record<KeyPath, Description>> = {
  ...GENERAL,
  ...GATEWAYS,
  ...WATCH,
  ...HEALING,
  ...CHANNEL_KEYS,
  ...OPERATORS,
  ...GROUPS,
  ...ALERTS,
  ...METRICS,
  ...FLEET,
  ...COMMANDS,
};

/** @throws when the schema has a key that the types do not know: a mistake of Lifeline's own. */
export const describe = (path: string): Description => {
  const found: Description | undefined = (DESCRIPTIONS as Readonly<Record<string, Description>>)[path];
  if (!found) throw new Error(`the key ${path} has no description in src/config/describe/`);
  return found;
};
