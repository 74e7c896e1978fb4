/** Asks the platform whether a bot's credentials are right and Lifeline can use the bot. */
import { scaledClock } from '../base/clock.ts';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Fix } from '../channels/channel.ts';
import { preflight } from '../channels/feishu/preflight.ts';
import { createApi } from '../channels/qq/api.ts';
import { createHttp } from '../channels/qq/http.ts';
import { createGatewayAddress } from '../channels/qq/link/gateway-address.ts';
import { createTokenSource } from '../channels/qq/token.ts';
import type { ChannelAnswer, FeishuAnswer, QqAnswer } from './answers.ts';
import type { ForeignApp } from './foreign-apps.ts';

export const QQ_API_BASE = 'https://api.bot.qq.com';
export const QQ_TOKEN_PATH = '/app/getAppAccessToken';

export type CredentialsResult =
  /** `name`: what the platform calls the bot; empty where it does not say. */
  | { readonly kind: 'good'; readonly name: string }
  | { readonly kind: 'foreign'; readonly home: string }
  /** Other credentials are needed. */
  | { readonly kind: 'wrong'; readonly detail: string }
  /** The credentials are right, but something is to be done in the console first. */
  | { readonly kind: 'not_ready'; readonly detail: string; readonly fix: Fix | null }
  /** The platform could not be asked. */
  | { readonly kind: 'unreachable'; readonly detail: string };

const LIMIT_MS = 20_000;
const REQUEST_MS = 10_000;

export const tryCredentials = async (
  answer: ChannelAnswer,
  foreign: readonly ForeignApp[],
  logger: Logger,
  signal: AbortSignal,
): Promise<CredentialsResult> => {
  const owner = foreign.find(({ appId }) => appId === answer.appId);
  if (owner) return { kind: 'foreign', home: owner.home };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  return answer.channel === 'feishu' ? tryFeishu(answer, logger, limited) : tryQq(answer, limited);
};

const tryFeishu = async (
  { appId, secret, domain }: FeishuAnswer,
  logger: Logger,
  signal: AbortSignal,
): Promise<CredentialsResult> => {
  try {
    const { bot, problems } = await preflight({ appId, appSecret: secret, domain, logger }, { signal });
    const [first] = problems;
    if (!first) return { kind: 'good', name: bot?.name ?? '' };
    const detail = problems.map(({ text }) => text).join('; ');
    if (first.about === 'credentials') return { kind: 'wrong', detail };
    return first.about === 'platform'
      ? { kind: 'unreachable', detail }
      : { kind: 'not_ready', detail, fix: problems.find(({ fix }) => fix)?.fix ?? null };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'wrong', detail: error.message };
    return { kind: 'unreachable', detail: errorText(error) };
  }
};

/** A token proves the credentials; the gateway's address, that the bot may use the platform. */
const tryQq = async (
  { appId, secret, apiBase, tokenUrl }: QqAnswer,
  signal: AbortSignal,
): Promise<CredentialsResult> => {
  const http = createHttp(REQUEST_MS, signal);
  const base = apiBase ?? QQ_API_BASE;
  const tokens = createTokenSource({
    appId,
    clientSecret: secret,
    tokenUrl: tokenUrl ?? `${base}${QQ_TOKEN_PATH}`,
    http,
    clock: scaledClock(0, 1),
    pauseMs: 0,
  });
  const token = await tokens.get();
  if (!token.ok) return { kind: token.cure === 'human' ? 'wrong' : 'unreachable', detail: token.reason };
  const api = createApi(base, tokens, http);
  const address = await createGatewayAddress({ api, apiBase: base, clock: scaledClock(0, 1), everyMs: 0 }).get();
  if (!address.ok)
    return address.cure === 'human'
      ? { kind: 'not_ready', detail: address.reason, fix: null }
      : { kind: 'unreachable', detail: address.reason };
  const me = await api('GET', '/users/@me');
  const name = me.kind === 'answered' ? me.body?.['username'] : null;
  return { kind: 'good', name: typeof name === 'string' ? name : '' };
};
