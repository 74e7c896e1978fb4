/** Reads the existing definition of Lifeline's service, and compares it with what this Lifeline would write. */
import { readForeign, MOST_BYTES, OWN_FILES } from '../base/open-foreign.ts';
import { findAccount } from './accounts.ts';
import { configOfService, specOf } from './make-spec.ts';
import type { ServiceMachine } from './machine.ts';
import type { Manager } from './manager.ts';
import { plistText } from './plist.ts';
import { readPlist } from './read-plist.ts';
import { readUnit, type DefinitionFields } from './read-unit.ts';
import { isIntact } from './seal.ts';
import { unitText } from './unit.ts';

export interface Definition extends DefinitionFields {
  readonly text: string;
  /** As it is in `state.ts`. */
  readonly age: 'current' | 'outdated' | 'changed';
}

/**
 * @param manager null for launchd's. @returns null when there is none. @throws UserError when its manager cannot be
 * asked.
 */
export const readDefinition = async (
  path: string,
  manager: Manager | null,
  machine: ServiceMachine,
): Promise<Definition | null> => {
  const text = await readForeign(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.definition }).then(
    (read) => read.text,
    () => null,
  );
  if (text === null) return null;
  const fields = manager === null ? readPlist(text) : readUnit(text);
  return {
    text,
    ...fields,
    age: await ageOf(text, fields, manager, machine),
  };
};

const ageOf = async (
  text: string,
  fields: DefinitionFields,
  manager: Manager | null,
  machine: ServiceMachine,
): Promise<Definition['age']> => {
  if (!isIntact(text)) return 'changed';
  return (await wouldWrite(fields, manager, machine)) === text ? 'current' : 'outdated';
};

/** Returns the definition that this Lifeline would write; null when the configuration cannot be read. */
const wouldWrite = async (
  { configFile, path, user }: DefinitionFields,
  manager: Manager | null,
  machine: ServiceMachine,
): Promise<string | null> => {
  const account = user === null ? machine.self : await findAccount(user, machine);
  if (configFile === null || path === null || account === null) return null;
  try {
    const spec = await specOf({ config: configOfService(configFile, account), account, path, machine, manager });
    return manager === null ? plistText(spec) : unitText(spec);
  } catch {
    return null;
  }
};
