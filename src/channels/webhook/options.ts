/** The options of the webhook channel, and their checks. */
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { HttpCall, JsonAnswer } from '../../base/http.ts';
import type { Logger } from '../../base/logger.ts';
import type { Locale } from '../../text/locale.ts';

export interface WebhookOptions {
  /** The custom bot's whole address. Whoever knows it can write to the group, so it is a secret. */
  readonly url: string;
  /** Set when the bot's security settings ask for a signature. */
  readonly secret?: string;
  readonly clock?: Clock;
  readonly logger: Logger;
  readonly locale?: Locale;
  readonly httpTimeoutMs?: number;
  /** Makes one call; by default directly, whatever proxy variables say. */
  readonly http?: (call: HttpCall) => Promise<JsonAnswer>;
}

/** @throws UserError for an address that cannot be one; it does not repeat the address. */
export const checkUrl = (url: string): void => {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || new URL(url).pathname === '/') {
    throw new UserError(
      'WEBHOOK_URL',
      'The webhook address must be the whole one that Feishu shows for the custom bot: https://open.feishu.cn/open-apis/bot/v2/hook/ and a long id.',
    );
  }
};
