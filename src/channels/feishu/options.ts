/** The options of the Feishu channel, with their checks and defaults. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Admit } from '../../chat/access/admission.ts';
import type { Locale } from '../../text/locale.ts';

export interface FeishuOptions {
  readonly appId: string;
  readonly appSecret: string;
  /** `feishu` (China), `lark` (elsewhere), or the address of a platform such as the sandbox's. */
  readonly domain: string;
  readonly clock?: Clock;
  readonly logger: Logger;
  /** The language of the few words that the channel adds itself. */
  readonly locale?: Locale;
  /** Where calls are counted and chats remembered; without it both are forgotten at the end of the process. */
  readonly db?: DatabaseSync;
  /** Who is let in. By default everybody, as an operator. */
  readonly admit?: Admit;
  /** Rings the phone for critical alerts. The app needs the permission `im:message.urgent`. */
  readonly buzz?: boolean;
  /**
   * The apps of the gateways that are watched: with one of these Lifeline would take the gateway's own messages away.
   */
  readonly foreignAppIds?: readonly string[];
  /**
   * Folders that all Lifelines of this user share. Of two with the same app each would get only a part of the
   * messages (docs/facts/feishu.md 3.5), so `start` refuses to be the second. Without them nothing is checked.
   */
  readonly lockFolders?: readonly string[];
  /** A link that is not there after this is given up and begun anew. */
  readonly connectTimeoutMs?: number;
  /**
   * A ping that stays unanswered this long ends the link, whatever ping interval the platform names: the SDK's own
   * watch works only below that (docs/facts/feishu.md 0.1), Lifeline's always.
   */
  readonly pongTimeoutMs?: number;
  /**
   * A quiet line is tried with a WebSocket ping this often. With the pong limit it bounds how long a dead one goes
   * unnoticed.
   */
  readonly heartbeatMs?: number;
  /** Limit for each HTTP call. */
  readonly httpTimeoutMs?: number;
  /** The first wait before a new try; it doubles up to `maxBackoffMs`. */
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** A link that held this long was a good one: the next wait is the first again. */
  readonly stableMs?: number;
}

export type Settings = Required<Omit<FeishuOptions, 'clock' | 'logger' | 'domain' | 'db' | 'lockFolders' | 'admit'>> & {
  /** Without a slash at the end. */
  readonly origin: string;
};

const ORIGINS: Readonly<Record<string, string>> = {
  feishu: 'https://open.feishu.cn',
  lark: 'https://open.larksuite.com',
};

const originOf = (domain: string): string => {
  const known = ORIGINS[domain];
  if (known) return known;
  if (!/^https?:\/\//.test(domain) || !URL.canParse(domain)) {
    throw new UserError(
      'FEISHU_DOMAIN',
      `The Feishu domain must be "feishu", "lark" or an http(s) address, not "${domain}".`,
    );
  }
  return new URL(domain).origin;
};

/** @throws UserError for an app id or a domain of the wrong form, and for an app that belongs to a gateway. */
export const settingsOf = ({
  clock: _clock,
  logger: _logger,
  db: _db,
  lockFolders: _lockFolders,
  admit: _admit,
  domain,
  ...options
}: FeishuOptions): Settings => {
  // The SDK checks this form too, but then only logs a line and stays deaf (docs/facts/feishu.md 1.1).
  if (!/^cli_[0-9a-fA-F]{16}$/.test(options.appId)) {
    throw new UserError(
      'FEISHU_APP_ID',
      `"${options.appId}" is no Feishu App ID: it is "cli_" and 16 hexadecimal digits. Copy it from the developer console, Credentials & Basic Info.`,
    );
  }
  if (options.appSecret === '')
    throw new UserError(
      'FEISHU_APP_SECRET',
      'The Feishu App Secret is empty. Copy it from the developer console, Credentials & Basic Info.',
    );
  if (options.foreignAppIds?.includes(options.appId)) {
    throw new UserError(
      'FEISHU_APP_FOREIGN',
      `${options.appId} is the gateway's own app: the platform would hand each message to either of the two at random. Create another app for Lifeline in the developer console.`,
    );
  }
  return {
    locale: 'zh-CN',
    buzz: false,
    foreignAppIds: [],
    heartbeatMs: 20_000,
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

/** The longest step of the link that is in order: a try, a pause, or a quiet line until its ping is missed. */
export const stuckAfterMs = ({
  connectTimeoutMs,
  httpTimeoutMs,
  maxBackoffMs,
  heartbeatMs,
  pongTimeoutMs,
}: Settings): number => 3 * Math.max(connectTimeoutMs + httpTimeoutMs, maxBackoffMs, heartbeatMs + pongTimeoutMs);
