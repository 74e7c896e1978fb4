/** The Feishu platform's HTTP side, as far as the gateway uses it (docs/facts/feishu.md 4). */
import type { Clock } from '../../src/base/clock.ts';
import { callJson, type JsonAnswer } from './http.ts';
import type { GatewaySettings } from './settings.ts';

export interface FeishuApi {
  /** @throws Error when the platform refuses. */
  reply(messageId: string, text: string): Promise<void>;
  /** @throws Error when the platform refuses. */
  send(openId: string, text: string): Promise<void>;
}

const REFRESH_AHEAD_MS = 60_000;
const TOKEN_CODES: readonly unknown[] = [99991661, 99991663, 99991665];

const checked = ({ status, body }: JsonAnswer): JsonAnswer => {
  if (body['code'] !== 0)
    throw new Error(`Feishu API error [${status}] code=${String(body['code'])}: ${String(body['msg'])}`);
  return { status, body };
};

export const createFeishuApi = ({ appId, secret, url }: GatewaySettings['feishu'], clock: Clock): FeishuApi => {
  let current: { readonly value: string; readonly expiresAt: number } | null = null;

  const token = async (): Promise<string> => {
    if (current && current.expiresAt - clock.now() > REFRESH_AHEAD_MS) return current.value;
    const path = '/open-apis/auth/v3/tenant_access_token/internal';
    const { body } = checked(
      await callJson({ method: 'POST', url: `${url}${path}`, body: { app_id: appId, app_secret: secret } }),
    );
    current = { value: String(body['tenant_access_token']), expiresAt: clock.now() + Number(body['expire']) * 1_000 };
    return current.value;
  };

  const post = async (path: string, body: object): Promise<void> => {
    const call = async (): Promise<JsonAnswer> =>
      callJson({ method: 'POST', url: `${url}${path}`, headers: { authorization: `Bearer ${await token()}` }, body });
    let answer = await call();
    if (TOKEN_CODES.includes(answer.body['code'])) {
      current = null;
      answer = await call();
    }
    checked(answer);
  };

  const text = (content: string): object => ({ msg_type: 'text', content: JSON.stringify({ text: content }) });
  return {
    reply: (messageId, content) => post(`/open-apis/im/v1/messages/${messageId}/reply`, text(content)),
    send: (openId, content) =>
      post('/open-apis/im/v1/messages?receive_id_type=open_id', { receive_id: openId, ...text(content) }),
  };
};
