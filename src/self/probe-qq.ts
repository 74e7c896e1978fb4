/**
 * Asks QQ whether the bot's credentials are right, and whether it may use the platform. Nobody gets a message for it.
 */
import { scaledClock } from '../base/clock.ts';
import { createApi } from '../channels/qq/api.ts';
import { createHttp } from '../channels/qq/http.ts';
import { createTokenSource } from '../channels/qq/token.ts';
import type { QqConfig } from '../config/config.ts';

export type QqProbe =
  | { readonly kind: 'good'; readonly sessions: { readonly left: number; readonly total: number } | null }
  /** `human`: somebody must change something, in the configuration (`wrong`) or in the console. */
  | { readonly kind: 'wrong' | 'barred' | 'unreachable'; readonly said: string };

const REQUEST_MS = 8_000;

export const probeQq = async (
  { appId, clientSecret, apiBase, tokenUrl }: QqConfig,
  signal: AbortSignal,
): Promise<QqProbe> => {
  const http = createHttp(REQUEST_MS, signal);
  const tokens = createTokenSource({
    appId,
    clientSecret: clientSecret.reveal(),
    tokenUrl,
    http,
    clock: scaledClock(0, 1),
    pauseMs: 0,
  });
  const token = await tokens.get();
  if (!token.ok) return { kind: token.cure === 'human' ? 'wrong' : 'unreachable', said: token.reason };
  const answer = await createApi(apiBase, tokens, http)('GET', '/gateway/bot');
  if (answer.kind !== 'answered') return { kind: 'unreachable', said: answer.text };
  if (typeof answer.body?.['url'] === 'string')
    return { kind: 'good', sessions: sessionsIn(answer.body['session_start_limit']) };
  // A refusal with a code is QQ's own answer: no permission, banned, an address that is not on its list
  // (docs/facts/qq.md 1.2, 1.3).
  return {
    kind: answer.code !== null && answer.status < 500 && answer.status !== 429 ? 'barred' : 'unreachable',
    said: answer.text,
  };
};

const sessionsIn = (limit: unknown): { readonly left: number; readonly total: number } | null => {
  const { remaining, total } = (typeof limit === 'object' && limit !== null ? limit : {}) as {
    readonly remaining?: unknown;
    readonly total?: unknown;
  };
  return typeof remaining === 'number' && typeof total === 'number' && total > 0 ? { left: remaining, total } : null;
};
