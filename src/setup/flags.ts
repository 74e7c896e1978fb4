/** The command line of `lifeline init`, read and checked. Nothing secret is ever one of its words. */
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseDuration } from '../base/duration.ts';
import { errorText, UserError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { trimEndOf } from '../base/trim-end.ts';
import { DIGESTS, LOCALES } from '../config/config.ts';
import type { Locale } from '../text/locale.ts';
import type { NamedHome } from './find-gateways.ts';
import { userHomeOf, type Variables } from './paths.ts';
import { QQ_TOKEN_PATH } from './try-credentials.ts';

/** As commander hands it over. */
export interface InitOptions {
  readonly config?: string;
  readonly locale?: string;
  readonly yes?: boolean;
  readonly dataDir?: string;
  readonly gateway?: readonly string[];
  readonly channels?: string;
  readonly feishuAppId?: string;
  readonly feishuAppSecretFile?: string;
  readonly feishuDomain?: string;
  readonly qqAppId?: string;
  readonly qqClientSecretFile?: string;
  readonly qqApiBase?: string;
  readonly qqTokenUrl?: string;
  readonly operatorName?: string;
  readonly operatorFeishu?: string;
  readonly operatorQq?: string;
  readonly wait?: string;
  /** `--no-pair` and `--no-test` make them false. */
  readonly pair?: boolean;
  readonly test?: boolean;
  readonly service?: string;
  readonly pingUrl?: string;
  readonly digest?: string;
}

export const CHANNEL_CHOICES = ['feishu', 'lark', 'qq'] as const;
export type ChannelChoice = (typeof CHANNEL_CHOICES)[number];
/** Feishu and Lark are one channel with two platforms. */
export const channelOf = (choice: ChannelChoice): 'feishu' | 'qq' => (choice === 'qq' ? 'qq' : 'feishu');
export const SERVICE_CHOICES = ['user', 'system', 'no'] as const;
export type ServiceChoice = (typeof SERVICE_CHOICES)[number];

export interface Flags {
  readonly locale: Locale | null;
  readonly dataDir: string | null;
  readonly gateways: readonly NamedHome[];
  /** null: not given. */
  readonly channels: readonly ChannelChoice[] | null;
  readonly feishu: { readonly appId: string | null; readonly secret: string | null; readonly domain: string | null };
  readonly qq: {
    readonly appId: string | null;
    readonly secret: string | null;
    readonly apiBase: string | null;
    readonly tokenUrl: string | null;
  };
  readonly operator: { readonly name: string | null; readonly feishu: string | null; readonly qq: string | null };
  readonly waitMs: number | null;
  readonly pair: boolean;
  readonly test: boolean;
  readonly service: ServiceChoice | null;
  /** null: not given. */
  readonly pingUrl: string | null;
  /** null: not given. */
  readonly digest: (typeof DIGESTS)[number] | null;
}

const fail = (code: string, message: string): never => {
  throw new UserError(`USAGE_${code}`, message);
};

const oneOf = <Word extends string>(flag: string, given: string, words: readonly Word[]): Word => {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  const near = suggest(given, words);
  return fail('FLAG', `${flag} knows ${words.join(', ')}, not "${given}".${near ? ` Did you mean ${near}?` : ''}`);
};

/** @throws UserError `USAGE_…` that names the flag. */
export const readFlags = (options: InitOptions, env: Variables): Flags => {
  const channels =
    options.channels?.split(',').map((name) => oneOf('--channels', name.trim(), CHANNEL_CHOICES)) ?? null;
  if (channels?.includes('feishu') && channels.includes('lark'))
    fail('FLAG', '--channels takes feishu or lark, not both: one app belongs to one of them.');
  const qqApiBase = options.qqApiBase === undefined ? null : trimEndOf(options.qqApiBase, '/');
  return {
    locale: options.locale === undefined ? null : oneOf('--locale', options.locale, LOCALES),
    dataDir: options.dataDir === undefined ? null : wholePath(options.dataDir, env),
    gateways: (options.gateway ?? []).map((given) => readGateway(given, env)),
    channels,
    feishu: {
      appId: options.feishuAppId?.trim() ?? null,
      secret: readSecret('--feishu-app-secret-file', options.feishuAppSecretFile, env['LIFELINE_FEISHU_SECRET']),
      domain: options.feishuDomain ?? null,
    },
    qq: {
      appId: options.qqAppId?.trim() ?? null,
      secret: readSecret('--qq-client-secret-file', options.qqClientSecretFile, env['LIFELINE_QQ_SECRET']),
      apiBase: qqApiBase,
      tokenUrl: options.qqTokenUrl ?? (qqApiBase === null ? null : `${qqApiBase}${QQ_TOKEN_PATH}`),
    },
    operator: {
      name: options.operatorName?.trim() ?? null,
      feishu: options.operatorFeishu?.trim() ?? null,
      qq: options.operatorQq?.trim() ?? null,
    },
    waitMs:
      options.wait === undefined
        ? null
        : (parseDuration(options.wait) ??
          fail('FLAG', `--wait takes a duration such as 90s or 5m, not "${options.wait}".`)),
    pair: options.pair !== false,
    test: options.test !== false,
    pingUrl:
      options.pingUrl === undefined || isAddress(options.pingUrl)
        ? (options.pingUrl ?? null)
        : fail('FLAG', '--ping-url takes an address such as https://hc-ping.com/….'),
    digest: options.digest === undefined ? null : oneOf('--digest', options.digest, DIGESTS),
    service: options.service === undefined ? null : oneOf('--service', options.service, SERVICE_CHOICES),
  };
};

export const isAddress = (typed: string): boolean => /^https?:$/.test(URL.parse(typed)?.protocol ?? '');

/** `HOME` or `NAME=HOME`. */
const readGateway = (given: string, env: Variables): NamedHome => {
  const [, name, home = given] = /^([\p{L}\p{N}][\p{L}\p{N}._-]{0,63})=(.+)$/u.exec(given) ?? [];
  return { name: name ?? null, home: wholePath(home, env) };
};

export const wholePath = (path: string, env: Variables): string => {
  const given = path.trim();
  if (given === '~' || given.startsWith('~/')) return resolve(userHomeOf(env), given.slice(2));
  return isAbsolute(given) ? resolve(given) : resolve(given);
};

/** The file that is named, else the environment. An error does not repeat the text. */
const readSecret = (flag: string, file: string | undefined, fromEnv: string | undefined): string | null => {
  const text = file === undefined ? fromEnv : readText(flag, file);
  const secret = text?.trim() ?? '';
  if (secret === '') return file === undefined ? null : fail('FLAG', `${flag}: ${file} is empty.`);
  if (/\s/.test(secret))
    fail(
      'FLAG',
      `${file === undefined ? 'the secret in the environment' : `${flag}: what is in ${file}`} must be a single word.`,
    );
  return secret;
};

const readText = (flag: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return fail('FLAG', `${flag}: cannot read ${file}: ${errorText(error)}`);
  }
};
