/** The secrets of the configuration: `${ENV}`, `file:PATH`, or the value itself. */
import { inspect } from 'node:util';
import { errorText } from '../base/errors.ts';
import { ANYBODY, MOST_BYTES, readForeignNow } from '../base/open-foreign.ts';
import { neverShow } from '../base/redact/redact.ts';
import { Complaint, curly, field, readPath, readUrl, type Folders } from './fields.ts';

/** Where a secret was written: in the YAML itself, in an environment variable or in a file of its own. */
export type SecretOrigin = 'literal' | 'env' | 'file';

/** Printing, logging or serialising a secret shows `***`; only `reveal()` gives the value. */
export class Secret {
  readonly origin: SecretOrigin;
  readonly #value: string;

  constructor(value: string, origin: SecretOrigin) {
    this.#value = value;
    neverShow(value);
    this.origin = origin;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** The text of a secret file, and whether others than its owner may read it. */
export interface SecretFile {
  readonly text: string;
  readonly exposed: boolean;
}

export interface SecretSources extends Folders {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws when the file cannot be read. */
  readonly readSecret: (path: string) => SecretFile;
  /** Told of each secret file that others can read. */
  readonly exposed: (path: string) => void;
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
  if (file.exposed) sources.exposed(path);
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

const readSecret = (value: unknown, sources: SecretSources): Secret => read(value, sources, checked);

const EXAMPLES = ['${NAME}', 'file:~/.config/lifeline/name.secret'];

const FORM = { json: { type: 'string', minLength: 1, examples: EXAMPLES }, 'zh-CN': '密钥', en: 'a secret' } as const;

export const secretFields = (sources: SecretSources) => ({
  secret: field((value) => readSecret(value, sources), FORM),
  /** A seed, or the text of a creds file, which has several lines. */
  credentials: field(
    (value) =>
      read(value, sources, (given) => (given.startsWith('-----BEGIN NATS USER JWT-----') ? given : checked(given))),
    FORM,
  ),
  secretUrl: field(
    (value) => {
      const given = readSecret(value, sources);
      // The complaint does not repeat the value: whoever reads the URL can pretend to be Lifeline.
      if (!URL.canParse(given.reveal()) || !/^https?:/.test(given.reveal()))
        throw new Complaint('must be a whole URL that begins with https://');
      return new Secret(readUrl(given.reveal()), given.origin);
    },
    {
      json: {
        type: 'string',
        minLength: 1,
        examples: ['https://hc-ping.com/00000000-0000-0000-0000-000000000000', ...EXAMPLES],
      },
      'zh-CN': '密钥：一个 https 地址',
      en: 'a secret: an https address',
    },
  ),
});
