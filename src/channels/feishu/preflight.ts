/** Checks before the start whether the app can do what Lifeline needs. Nobody gets a message for it. */
import { randomUUID } from 'node:crypto';
import { errorText } from '../../base/errors.ts';
import { jsonBody } from '../../base/http.ts';
import type { Fix } from '../channel.ts';
import { settingsOf, type FeishuOptions } from './options.ts';
import { sendResultOf } from './http/refusals.ts';
import type { Reply } from './http/reply.ts';
import { createRest, type RestSettings } from './http/rest.ts';

export interface Preflight {
  /** Null when the platform does not say. */
  readonly bot: { readonly name: string; readonly openId: string } | null;
  /** In words for people, each with what to do; empty when all is well. */
  readonly problems: readonly PreflightProblem[];
}

export interface PreflightProblem {
  readonly about: 'platform' | 'credentials' | 'bot' | 'sending';
  readonly text: string;
  readonly fix?: Fix;
}

/** The `activate_status` of a bot that works. The others mean switched off, not installed yet, or without a licence. */
const ACTIVE = 2;
/** The only refusal that shows the permission to be there: a bot cannot write to itself (docs/facts/feishu.md 3.2). */
const NO_AVAILABILITY = 230013;

/**
 * @param onCall hears of each call that the tenant's quota counts; there are two.
 * @throws UserError for an app id, secret or domain that cannot be right, or an app that is a gateway's.
 */
export const preflight = async (
  options: FeishuOptions,
  {
    signal = new AbortController().signal,
    onCall,
  }: { readonly signal?: AbortSignal; readonly onCall?: () => void } = {},
): Promise<Preflight> => {
  const settings: RestSettings = settingsOf(options);
  const rest = createRest(settings, onCall);
  const problemOf = (about: PreflightProblem['about'], reply: Reply): PreflightProblem => {
    const result = sendResultOf(reply, Date.now());
    return {
      about: isCredentials(reply) ? 'credentials' : about,
      text: result.outcome === 'ok' ? 'the platform did not say who the bot is' : result.reason,
      ...fixOf(result),
    };
  };
  try {
    const info = await rest.call('GET', '/open-apis/bot/v3/info', undefined, signal);
    const bot = botIn(info);
    if (!bot) return { bot: null, problems: [problemOf('bot', info)] };
    const inactive: PreflightProblem[] =
      bot.status === undefined || bot.status === ACTIVE
        ? []
        : [
            {
              about: 'bot',
              text: `the bot is not active (status ${bot.status}); publish a version of the app and let the tenant's admin install it`,
            },
          ];
    const probe = await rest.call(
      'POST',
      '/open-apis/im/v1/messages?receive_id_type=open_id',
      jsonBody(probeBody(bot.openId)),
      signal,
    );
    const sending = probe.code === NO_AVAILABILITY || probe.code === 0 ? [] : [problemOf('sending', probe)];
    return { bot: { name: bot.name, openId: bot.openId }, problems: [...inactive, ...sending] };
  } catch (error) {
    return { bot: null, problems: [{ about: 'platform', text: errorText(error) }] };
  }
};

const probeBody = (openId: string): object => ({
  receive_id: openId,
  msg_type: 'text',
  content: JSON.stringify({ text: 'Lifeline' }),
  uuid: randomUUID(),
});

const fixOf = (result: ReturnType<typeof sendResultOf>): { readonly fix?: Fix } =>
  result.outcome === 'refused' && result.fix ? { fix: result.fix } : {};

/** The token call's own refusals come through as the answer to the call that needed the token. */
const isCredentials = ({ code }: Reply): boolean => code === 10003 || code === 10014;

const botIn = ({
  code,
  body,
}: Reply): { readonly openId: string; readonly name: string; readonly status: number | undefined } | null => {
  // This old call has its answer in `bot`, not in `data`.
  const bot = body['bot'] as
    { readonly open_id?: unknown; readonly app_name?: unknown; readonly activate_status?: unknown } | null | undefined;
  if (code !== 0 || typeof bot?.open_id !== 'string') return null;
  return {
    openId: bot.open_id,
    name: typeof bot.app_name === 'string' ? bot.app_name : '',
    status: typeof bot.activate_status === 'number' ? bot.activate_status : undefined,
  };
};
