/** How a secret in the configuration is found: `${ENV}`, `file:PATH`, or the value itself. */
import { errorText } from '../base/errors.ts';
import { readForeignNow, MOST_BYTES, ANYBODY } from '../base/open-foreign.ts';
import { Complaint, curly, readPath, type Folders } from './fields.ts';
import { Secret } from './secret.ts';
import type { ConfigWarning } from './warnings.ts';

/** The text of a secret file, and whether others than its owner may read it. */
export interface SecretFile {
  readonly text: string;
  readonly exposed: boolean;
}

export interface SecretSources extends Folders {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws when the file cannot be read. */
  readonly readSecret: (path: string) => SecretFile;
  readonly warn: (warning: ConfigWarning) => void;
}

/** Whether a file's mode lets its group or everybody read it. Windows has no such modes. */
export const isExposed = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o044) !== 0;

/** @throws when the file cannot be read. */
export const readSecretFile = (path: string): SecretFile => {
  const { text, mode } = readForeignNow(path, { trust: ANYBODY, mostBytes: MOST_BYTES.secret });
  return { text, exposed: isExposed(mode) };
};

const fromEnv = (name: string, sources: SecretSources): string => {
  const value = Object.hasOwn(sources.env, name) ? sources.env[name]?.trim() : undefined;
  if (value === undefined)
    throw new Complaint(`the environment variable ${name} is not set; set it where Lifeline runs, or write file:PATH`);
  if (value === '') throw new Complaint(`the environment variable ${name} is empty`);
  return value;
};

const fromFile = (reference: string, sources: SecretSources): string => {
  const path = readPath(reference, sources);
  let file: SecretFile;
  try {
    file = sources.readSecret(path);
  } catch (error) {
    throw new Complaint(`cannot read the secret file ${path}: ${errorText(error)}`);
  }
  const value = file.text.replace(/^\uFEFF/, '').trim();
  if (value === '') throw new Complaint(`the secret file ${path} is empty`);
  if (file.exposed) sources.warn({ code: 'exposed_secret', file: path });
  return value;
};

/** No complaint repeats the value: it may be a secret in the wrong form. */
const checked = (value: string): string => {
  if (/[\s\u0000-\u001f\u007f]/.test(value)) throw new Complaint('must be a single word: it holds blanks or line ends');
  return value;
};

type Check = (value: string) => string;

const read = (value: unknown, sources: SecretSources, check: Check): Secret => {
  if (typeof value !== 'string') throw new Complaint('must be text; put it in quotes');
  const given = value.trim();
  if (given === '') throw new Complaint('is empty');
  if (given.startsWith('file:')) return new Secret(check(fromFile(given.slice('file:'.length), sources)), 'file');
  const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(given)?.[1];
  if (name !== undefined) return new Secret(check(fromEnv(name, sources)), 'env');
  if (given.includes('${')) throw new Complaint('must be exactly "${NAME}", file:PATH, or the secret itself');
  // Such a character would be taken for a part of the secret.
  if (curly(given)) throw new Complaint(`begins with a typographic quote${curly(given)}`);
  return new Secret(check(given), 'literal');
};

export const readSecret = (value: unknown, sources: SecretSources): Secret => read(value, sources, checked);

/** A seed, or the text of a creds file, which has several lines. */
export const readCredentials = (value: unknown, sources: SecretSources): Secret =>
  read(value, sources, (given) => (given.startsWith('-----BEGIN NATS USER JWT-----') ? given : checked(given)));
