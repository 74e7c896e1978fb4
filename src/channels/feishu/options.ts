/** What the channel is told, checked, with its defaults. */
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';

export interface FeishuOptions {
  readonly appId: string;
  readonly appSecret: string;
  /** `feishu` (China), `lark` (elsewhere), or the address of a platform such as the sandbox's. */
  readonly domain: string;
  readonly clock?: Clock;
  readonly logger: Logger;
  /** A link that is not there after this is given up and begun anew. */
  readonly connectTimeoutMs?: number;
  /**
   * A ping that stays unanswered this long ends the link. It works only below the platform's ping interval (120 s):
   * the SDK re-arms it with each ping (facts/feishu.md 0.1). A silence of three intervals ends the link in any case.
   */
  readonly pongTimeoutMs?: number;
  /** Limit for each HTTP call. */
  readonly httpTimeoutMs?: number;
  /** The first wait before a new try; it doubles up to `maxBackoffMs`. */
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** A link that held this long was a good one: the next wait is the first again. */
  readonly stableMs?: number;
}

export type Settings = Required<Omit<FeishuOptions, 'clock' | 'logger' | 'domain'>> & {
  /** Without a slash at the end. */
  readonly origin: string;
};

const ORIGINS: Readonly<Record<string, string>> = { feishu: 'https://open.feishu.cn', lark: 'https://open.larksuite.com' };

const originOf = (domain: string): string => {
  const known = ORIGINS[domain];
  if (known) return known;
  if (!/^https?:\/\//.test(domain) || !URL.canParse(domain)) {
    throw new UserError('FEISHU_DOMAIN', `The Feishu domain must be "feishu", "lark" or an http(s) address, not "${domain}".`);
  }
  return new URL(domain).origin;
};

/** @throws UserError for an app id or a domain of the wrong form. */
export const settingsOf = ({ clock: _clock, logger: _logger, domain, ...options }: FeishuOptions): Settings => {
  // The SDK checks this form too, but then only logs a line and stays deaf (facts/feishu.md 1.1).
  if (!/^cli_[0-9a-fA-F]{16}$/.test(options.appId)) {
    throw new UserError(
      'FEISHU_APP_ID',
      `"${options.appId}" is no Feishu App ID: it is "cli_" and 16 hexadecimal digits. Copy it from the developer console, Credentials & Basic Info.`,
    );
  }
  if (options.appSecret === '') throw new UserError('FEISHU_APP_SECRET', 'The Feishu App Secret is empty. Copy it from the developer console, Credentials & Basic Info.');
  return {
    connectTimeoutMs: 25_000,
    pongTimeoutMs: 15_000,
    httpTimeoutMs: 10_000,
    minBackoffMs: 1_000,
    maxBackoffMs: 60_000,
    stableMs: 60_000,
    ...options,
    origin: originOf(domain),
  };
};
