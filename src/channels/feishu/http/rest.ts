/** The few REST calls that the channel needs, with one cached token. */
import { neverShow } from '../../../base/redact/redact.ts';
import { growingLimit } from '../../../base/growing-limit.ts';
import { foreignNumber } from '../../../base/foreign-number.ts';
import { callJson, HttpFailure, jsonBody, type HttpBody, type JsonAnswer } from '../../../base/http.ts';
import { within } from '../../../base/time-limit.ts';
import type { Settings } from '../options.ts';
import { isTokenRefusal } from './refusals.ts';
import type { Reply } from './reply.ts';

export interface Rest {
  /**
   * Calls with a token, and once more with a new one when the platform refuses the token.
   * @throws NoTokenYet when there is no token within `tokenWithinMs`; Error when there is no answer in time.
   */
  call(method: string, path: string, body: HttpBody | undefined, signal: AbortSignal): Promise<Reply>;
  /** Holds a token ready until the signal, so that an alert need not wait for one. */
  keepToken(signal: AbortSignal): void;
  /** The bot's own open_id. @throws Error when it cannot be had now. */
  botId(signal: AbortSignal): Promise<string>;
  /** As far as it was asked before; null: it was not. */
  knownBotId(): string | null;
}

interface Token {
  readonly value: string;
  /** By `performance.now()`: a jump of the clock must not keep a dead token. */
  readonly until: number;
}

/** The platform has given no token in the time that a call may wait for one. It is still being fetched. */
export class NoTokenYet extends Error {
  override readonly name = 'NoTokenYet';
  readonly afterMs = 5_000;

  constructor() {
    super('Feishu has given no access token yet');
  }
}

const TOKEN_MARGIN_S = 300;
/** When holding a token ready failed. */
const TOKEN_AGAIN_MS = 60_000;
const MAX_WAIT_MS = 60_000;

const replyOf = ({ status, headers, body }: JsonAnswer): Reply => {
  const resetS = Number(headers['x-ogw-ratelimit-reset']);
  const code = body?.['code'];
  return {
    status,
    code: typeof code === 'number' ? code : null,
    text: typeof body?.['msg'] === 'string' ? body['msg'] : '',
    body: body ?? {},
    retryAfterMs: resetS > 0 ? Math.min(resetS * 1_000, MAX_WAIT_MS) : null,
  };
};

export type RestSettings = Pick<Settings, 'origin' | 'appId' | 'appSecret' | 'httpTimeoutMs'> & {
  /** So long a call waits for a token. Absent: `httpTimeoutMs`. */
  readonly tokenWithinMs?: number;
};

/**
 * @param onCall hears of each call that the tenant's quota counts: all but those for a token (docs/facts/feishu.md
 * 4.1).
 */
export const createRest = (
  { origin, appId, appSecret, httpTimeoutMs, tokenWithinMs }: RestSettings,
  onCall: () => void = () => undefined,
): Rest => {
  const tokenLimit = growingLimit(httpTimeoutMs);
  let token: Token | null = null;
  let fetching: Promise<Token | Reply> | null = null;
  let botId: string | null = null;
  let asking: Promise<string> | null = null;

  const fetchToken = async (signal: AbortSignal): Promise<Token | Reply> => {
    const url = `${origin}/open-apis/auth/v3/tenant_access_token/internal`;
    const answer = await callJson({
      method: 'POST',
      url,
      body: jsonBody({ app_id: appId, app_secret: appSecret }),
      timeoutMs: tokenLimit.ms(),
      signal,
    }).catch((error: unknown) => {
      // A token that comes late is a token: the next try waits longer for it.
      if (error instanceof HttpFailure && error.why === 'late') tokenLimit.late();
      throw error;
    });
    tokenLimit.answered();
    const value = answer.body?.['tenant_access_token'];
    const lifeS = foreignNumber(answer.body?.['expire']);
    if (answer.body?.['code'] !== 0 || typeof value !== 'string') return replyOf(answer);
    neverShow(value);
    token = { value, until: performance.now() + Math.max(0, lifeS - TOKEN_MARGIN_S) * 1_000 };
    return token;
  };

  /** A token, or the platform's refusal to give one. Many calls at once ask for it once. */
  const currentToken = async (signal: AbortSignal): Promise<Token | Reply> => {
    if (token && token.until > performance.now()) return token;
    fetching ??= fetchToken(signal).finally(() => (fetching = null));
    if (tokenWithinMs === undefined) return fetching;
    const current = await within(fetching, tokenWithinMs);
    if (current === null) throw new NoTokenYet();
    return current;
  };

  const keepToken = (signal: AbortSignal): void => {
    let timer: NodeJS.Timeout | undefined;
    const keep = async (): Promise<void> => {
      const current = await currentToken(signal).catch(() => null);
      if (signal.aborted) return;
      const leftMs = current && 'until' in current ? current.until - performance.now() + 1 : 0;
      timer = setTimeout(() => void keep(), leftMs > 0 ? leftMs : TOKEN_AGAIN_MS).unref();
    };
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    void keep();
  };

  const callOnce = async (
    method: string,
    path: string,
    body: HttpBody | undefined,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const current = await currentToken(signal);
    if ('status' in current) return current;
    const headers = { authorization: `Bearer ${current.value}` };
    onCall();
    const reply = replyOf(
      await callJson({
        method,
        url: origin + path,
        headers,
        timeoutMs: httpTimeoutMs,
        signal,
        ...(body ? { body } : {}),
      }),
    );
    // Forgets only the token that was refused: another call may have fetched a new one meanwhile.
    if (isTokenRefusal(reply) && token === current) token = null;
    return reply;
  };

  const call: Rest['call'] = async (method, path, body, signal) => {
    const reply = await callOnce(method, path, body, signal);
    return isTokenRefusal(reply) ? callOnce(method, path, body, signal) : reply;
  };

  const fetchBotId = async (signal: AbortSignal): Promise<string> => {
    const { code, body, text } = await call('GET', '/open-apis/bot/v3/info', undefined, signal);
    // This old call has its answer in `bot`, not in `data`.
    const bot = body['bot'] as { readonly open_id?: unknown } | null | undefined;
    if (typeof bot?.open_id !== 'string')
      throw new Error(`the platform did not say who the bot is (code ${code}: ${text})`);
    botId = bot.open_id;
    return botId;
  };

  return {
    call,
    keepToken,
    botId: async (signal) => {
      if (botId !== null) return botId;
      asking ??= fetchBotId(signal).finally(() => (asking = null));
      return asking;
    },
    knownBotId: () => botId,
  };
};
