/**
 * A custom bot of a Feishu group as a one-way last resort: it needs no app, no token and no long connection, so it
 * works when those do not. It cannot hear anything, and there is no telling a repeated message from a new one.
 */
import { processClock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { callJson, jsonBody, type JsonAnswer } from '../../base/http.ts';
import type { Channel, ChannelStatus, SendResult } from '../channel.ts';
import { createRateLimiter, TooMany } from '../feishu/send/rate-limit.ts';
import { isCardRefusal, webhookOutcome } from './outcome.ts';
import { cardBody, webhookText } from './body.ts';
import { checkUrl, type WebhookOptions } from './options.ts';
import { signature } from './sign.ts';

export type { WebhookOptions } from './options.ts';

const WINDOWS = [
  { name: '1s', limit: { count: 5, perMs: 1_000 } },
  { name: '1m', limit: { count: 100, perMs: 60_000 } },
];
const AFTER_NO_ANSWER_MS = 2_000;

/** @throws UserError for an address that cannot be one. */
export const createWebhookChannel = ({
  url,
  secret,
  clock = processClock(),
  logger,
  locale = 'zh-CN',
  httpTimeoutMs = 10_000,
  http = callJson,
}: WebhookOptions): Channel => {
  checkUrl(url);
  const rateLimiter = createRateLimiter();
  /** Ends the calls that are under way; a new one with each start. */
  let running = new AbortController();
  let status: ChannelStatus = { link: 'stopped', since: clock.now(), lastInboundAt: null, problem: null };

  const change = (link: ChannelStatus['link'], problem: string | null): void => {
    status = { ...status, link, problem, since: link === status.link ? status.since : clock.now() };
  };

  const post = (body: object, signal: AbortSignal): Promise<JsonAnswer> => {
    return rateLimiter.run(WINDOWS, signal, () => {
      // Signed for each try: the time in it must not be old.
      const signed =
        secret === undefined || secret === ''
          ? body
          : { ...signature(Math.floor(clock.now() / 1_000), secret), ...body };
      return http({ method: 'POST', url, body: jsonBody(signed), timeoutMs: httpTimeoutMs, signal });
    });
  };

  const deliver = async (message: Parameters<Channel['send']>[1], signal: AbortSignal): Promise<SendResult> => {
    try {
      const card = await post(cardBody(message, locale), signal);
      return webhookOutcome(isCardRefusal(card) ? await post(webhookText(message), signal) : card, clock.now());
    } catch (error) {
      return {
        outcome: 'retry',
        reason: errorText(error),
        afterMs: error instanceof TooMany ? error.afterMs : AFTER_NO_ANSWER_MS,
      };
    }
  };

  return {
    name: 'webhook',
    start: async () => {
      if (status.link === 'stopped') change('waiting', null);
    },
    stop: async () => {
      running.abort();
      running = new AbortController();
      change('stopped', null);
    },
    send: async (_to, message) => {
      const { signal } = running;
      const result = await deliver(message, signal);
      if (result.outcome !== 'ok') logger.debug({ reason: result.reason }, 'webhook: not taken');
      if (!signal.aborted)
        change(result.outcome === 'ok' ? 'connected' : 'waiting', result.outcome === 'ok' ? null : result.reason);
      return result;
    },
    status: () => status,
  };
};
