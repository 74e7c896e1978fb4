/**
 * Saves the results of a set-up: secrets and configuration as files, who has paired in the database. Checks them first,
 * and saves all or nothing.
 */
import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText, UserError } from '../base/errors.ts';
import { replaceAllWhole } from '../base/write-whole.ts';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { readSecretFile } from '../config/secret.ts';
import { openDatabase } from '../store/database.ts';
import { databaseIn } from '../store/files.ts';
import { createPairedOperators, type PairedOperator } from '../store/operators.ts';
import { openBeside } from '../store/beside.ts';
import { transaction } from '../store/transaction.ts';
import { changeConfig } from './edit-document.ts';
import type { ConfigChanges } from './answers.ts';
import { newConfig } from './new-config.ts';
import { secretFileOf, userHomeOf, withTilde, type Variables } from './paths.ts';

export interface Saved {
  readonly text: string;
  readonly config: Config;
  /** What has changed. */
  readonly changed: { readonly files: boolean; readonly people: boolean };
}

/**
 * @param before the text of the configuration that is there; null: there is none.
 * @param paired who is to be on the list from now on, beside those who are.
 * @throws UserError `CONFIG_INVALID` for a configuration that Lifeline itself would refuse, `SETUP_WRITE`.
 */
export const save = (
  file: string,
  before: string | null,
  changes: ConfigChanges,
  paired: readonly PairedOperator[],
  env: Variables,
): Saved => {
  const home = userHomeOf(env);
  const shorten = (path: string): string => withTilde(path, env);
  const text = before === null ? newConfig(file, changes, shorten) : changeConfig(file, before, changes, shorten);
  const secrets = new Map([
    ...changes.channels.map(({ channel, secret }) => [secretFileOf(file, channel), secret] as const),
    ...(changes.pingUrl === null ? [] : [[secretFileOf(file, 'ping'), changes.pingUrl] as const]),
  ]);
  const config = parseConfig(text, {
    file,
    env,
    home,
    readSecret: (path) => {
      const staged = secrets.get(path);
      return staged === undefined ? readSecretFile(path) : { text: staged, exposed: false };
    },
  });
  const newSecrets = [...secrets].filter(([path, secret]) => read(path) !== secret);
  const files = [
    ...newSecrets.map(([path, secret]) => ({ path, text: `${secret}\n` })),
    ...(text === before ? [] : [{ path: file, text }]),
  ];
  if (files.length > 0) writeFiles(files);
  if (paired.length > 0) remember(config.dataDir, paired);
  return { text, config, changed: { files: files.length > 0, people: paired.length > 0 } };
};

const read = (path: string): string | null => {
  try {
    return readSecretFile(path).text.trim();
  } catch {
    return null;
  }
};

/** Removes the id that a person had with another bot on this channel: the id means nothing to this bot. */
const remember = (dataDir: string, people: readonly PairedOperator[]): void => {
  const db = openBeside(dataDir);
  try {
    const paired = createPairedOperators(db);
    transaction(db, () => {
      for (const person of people) {
        const isOld = ({ name, channel, user }: PairedOperator): boolean =>
          name === person.name && channel === person.channel && user !== person.user;
        const same = paired.list().filter(({ name }) => name === person.name);
        if (same.some(isOld))
          for (const kept of paired.revoke(person.name, person.pairedAt)) if (!isOld(kept)) paired.add(kept);
        paired.add(person);
      }
    });
  } finally {
    db.close();
  }
};

/** Who is on the list of the database; nobody while there is none. */
export const pairedIn = (dataDir: string): readonly PairedOperator[] => {
  const path = databaseIn(dataDir);
  if (!existsSync(path)) return [];
  const db = openDatabase(path);
  try {
    return createPairedOperators(db).list();
  } finally {
    db.close();
  }
};

/**
 * Writes the configuration and its secrets, all or nothing, as far as a file system allows. A link stays one: people
 * keep such files elsewhere. @throws UserError `SETUP_WRITE`
 */
export const writeFiles = (files: readonly { readonly path: string; readonly text: string }[]): void => {
  try {
    for (const { path } of files) makeFolder(dirname(path));
    replaceAllWhole(files.map(({ path, text }) => ({ path: existsSync(path) ? realpathSync(path) : path, text })));
  } catch (error) {
    throw new UserError(
      'SETUP_WRITE',
      `The configuration could not be written: ${errorText(error)}. Nothing was changed.`,
      { cause: error },
    );
  }
};

/** A folder that was there keeps its mode: it may hold other things. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
};
