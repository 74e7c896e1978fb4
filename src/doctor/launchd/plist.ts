/** One launchd definition of a gateway. XML and binary property lists are both read; both end up as XML here. */
import type { PlistValue } from 'plist';
import { plist } from '../../base/lazy-packages.ts';

export interface GatewayPlist {
  readonly path: string;
  /** As XML, whatever the file is. */
  readonly xml: string;
  readonly label: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `conditional`: revived only after some ends. */
  readonly keepAlive: 'on' | 'off' | 'conditional';
  /** Seconds from SIGTERM to SIGKILL; 0: never; null: launchd's own default. */
  readonly exitTimeout: number | null;
}

const keepAliveOf = (value: PlistValue | undefined): GatewayPlist['keepAlive'] => {
  if (isDictionary(value)) return 'conditional';
  return value === true ? 'on' : 'off';
};

export type PlistDictionary = Readonly<Record<string, PlistValue>>;

/** @returns the text of the file, a binary one's as XML. @throws when it is no property list. */
export const xmlOf = (bytes: Buffer): string =>
  bytes.subarray(0, 6).toString('latin1') === 'bplist' ? plist().build(plist().parse(bytes)) : bytes.toString('utf8');

/** Whether a file was not cut off: the parser also writes to the console what is wrong with one that was. */
export const isWholePlist = (xml: string): boolean => /<plist[\s>]/.test(xml) && xml.trimEnd().endsWith('</plist>');

/** @returns the top level. @throws when the text is no property list. */
export const parseDictionary = (xml: string): PlistDictionary => {
  if (!isWholePlist(xml)) throw new Error('it is no complete property list');
  const value = plist().parse(xml);
  if (!isDictionary(value)) throw new Error('it holds no dictionary');
  return value;
};

/** @throws when it is no property list of a job. */
export const parseGatewayPlist = (path: string, xml: string): GatewayPlist => {
  const job = parseDictionary(xml);
  const label = job['Label'];
  if (typeof label !== 'string' || label === '') throw new Error('it has no Label');
  const words = Array.isArray(job['ProgramArguments'])
    ? job['ProgramArguments'].filter((word) => typeof word === 'string')
    : [];
  const program = job['Program'];
  const timeout = job['ExitTimeOut'];
  return {
    path,
    xml,
    label,
    // `Program` is what is executed; the first word is then only a name.
    argv: typeof program === 'string' ? [program, ...words.slice(1)] : words,
    env: stringsOf(job['EnvironmentVariables']),
    keepAlive: keepAliveOf(job['KeepAlive']),
    exitTimeout: typeof timeout === 'number' ? timeout : null,
  };
};

const isDictionary = (value: PlistValue | undefined): value is Record<string, PlistValue> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

const stringsOf = (value: PlistValue | undefined): Record<string, string> =>
  isDictionary(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};
