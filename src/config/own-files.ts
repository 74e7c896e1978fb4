/** The files that Lifeline believes as its own: whoever can write one commands Lifeline, or pretends to be it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OWN_FILES, seeForeignNow } from '../base/open-foreign.ts';
import { fileRefusalOf, fileRefusalText, type Refusal } from '../base/refused-file.ts';
import type { Config } from './config.ts';

/** The secrets that a service gets as its environment. */
export const envFileOf = (configFile: string): string => join(dirname(configFile), 'lifeline.env');

/** Returns all files of Lifeline but those of the database, whether they exist or not. */
export const allFilesOf = (
  config: Pick<Config, 'file' | 'secretFiles' | 'logFile' | 'ownCommands'>,
): readonly string[] => [
  ...ownFilesOf(config),
  ...(config.logFile === null
    ? []
    : [config.logFile, ...[1, 2, 3, 4].map((number) => `${config.logFile ?? ''}.${number}`)]),
  ...(config.ownCommands.folder === null ? [] : [config.ownCommands.folder]),
];

/** Returns the files that exist. */
export const ownFilesOf = ({ file, secretFiles }: Pick<Config, 'file' | 'secretFiles'>): readonly string[] =>
  [file, ...secretFiles, envFileOf(file)].filter((path) => existsSync(path));

/** How others can change these files; a folder above several of them is open once. */
export const openFilesOf = (config: Pick<Config, 'file' | 'secretFiles'>): readonly Refusal[] => {
  const refusals = ownFilesOf(config)
    .map(openness)
    .filter((refusal) => refusal !== null);
  return [...new Map(refusals.map((refusal) => [fileRefusalText(refusal), refusal])).values()];
};

/** How others can change a file of Lifeline's own; null: they cannot, or it is not there, or its reader tells why not. */
const openness = (path: string): Refusal | null => {
  try {
    seeForeignNow(path, OWN_FILES);
    return null;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    return refusal?.why === 'owner' || refusal?.why === 'writable' || refusal?.why === 'second_name' ? refusal : null;
  }
};
