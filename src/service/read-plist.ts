/** Reads the fields of an agent of launchd that Lifeline wrote; null for a field that is not there. */
import type { PlistValue } from 'plist';
import * as plist from 'plist';
import { isWholePlist } from '../doctor/plist.ts';
import type { DefinitionFields } from './read-unit.ts';

export const readPlist = (text: string): DefinitionFields => {
  const job = read(text);
  const words = Array.isArray(job['ProgramArguments']) ? job['ProgramArguments'] : [];
  const at = words.indexOf('--config');
  const variables = job['EnvironmentVariables'];
  const path = isDictionary(variables) ? variables['PATH'] : null;
  const configFile = at < 0 ? null : words[at + 1];
  return {
    configFile: typeof configFile === 'string' ? configFile : null,
    path: typeof path === 'string' ? path : null,
    user: null,
  };
};

const read = (text: string): Readonly<Record<string, PlistValue>> => {
  if (!isWholePlist(text)) return {};
  try {
    const value = plist.parse(text);
    return isDictionary(value) ? value : {};
  } catch {
    return {};
  }
};

const isDictionary = (value: PlistValue | undefined): value is Record<string, PlistValue> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
