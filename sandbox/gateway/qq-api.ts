/** The QQ platform's HTTP side, as Hermes's adapter uses it (docs/facts/qq.md 1, 4). */
import type { Clock } from '../../src/base/clock.ts';
import { errorText } from '../../src/base/errors.ts';
import { callJson, onThisRoad } from './http.ts';
import type { GatewaySettings } from './settings.ts';

export interface QqApi {
  /** A token with at least a minute left. @throws Error in Hermes's words. */
  token(): Promise<string>;
  forgetToken(): void;
  /** @throws Error in Hermes's words. */
  gatewayUrl(): Promise<string>;
  /** @throws Error when the platform refuses. */
  send(openid: string, text: string, messageId: string | null): Promise<void>;
}

const REFRESH_AHEAD_MS = 60_000;

/** `refreshed` hears how long a new token lives, in seconds. */
export const createQqApi = (
  { appId, secret, url }: GatewaySettings['qq'],
  clock: Clock,
  refreshed: (seconds: number) => void,
): QqApi => {
  let current: { readonly value: string; readonly expiresAt: number } | null = null;

  const fetchToken = async (): Promise<string> => {
    const { body } = await callJson({
      method: 'POST',
      url: `${url}/app/getAppAccessToken`,
      body: { appId, clientSecret: secret },
    });
    const value = body['access_token'];
    if (typeof value !== 'string')
      throw new Error(`QQ Bot token response missing access_token: code=${String(body['code'])}`);
    const seconds = Number(body['expires_in']);
    current = { value, expiresAt: clock.now() + seconds * 1_000 };
    refreshed(seconds);
    return value;
  };

  const token = async (): Promise<string> => {
    if (current && current.expiresAt - clock.now() > REFRESH_AHEAD_MS) return current.value;
    try {
      return await fetchToken();
    } catch (error) {
      throw new Error(`Failed to get QQ Bot access token: ${errorText(error)}`, { cause: error });
    }
  };

  const authorised = async (): Promise<Record<string, string>> => ({ authorization: `QQBot ${await token()}` });

  const fetchGatewayUrl = async (): Promise<string> => {
    const { status, body } = await callJson({ method: 'GET', url: `${url}/gateway`, headers: await authorised() });
    if (status >= 500) throw new Error(`Server error '${status} Internal Server Error' for url '${url}/gateway'`);
    if (typeof body['url'] !== 'string')
      throw new Error(`QQ Bot gateway response missing url: code=${String(body['code'])}`);
    return onThisRoad(body['url'], url);
  };

  return {
    token,
    forgetToken: () => {
      current = null;
    },
    gatewayUrl: async () => {
      try {
        return await fetchGatewayUrl();
      } catch (error) {
        throw new Error(`Failed to get QQ Bot gateway URL: ${errorText(error)}`, { cause: error });
      }
    },
    send: async (openid, text, messageId) => {
      const reply = messageId === null ? {} : { msg_id: messageId, msg_seq: 1 };
      const { status, body } = await callJson({
        method: 'POST',
        url: `${url}/v2/users/${openid}/messages`,
        headers: await authorised(),
        body: { msg_type: 0, content: text, ...reply },
      });
      if (typeof body['id'] !== 'string')
        throw new Error(`QQ Bot API error [${status}] code=${String(body['code'])}: ${String(body['message'])}`);
    },
  };
};
