/** Calls to QQ's REST API in the bot's name. */
import { within } from '../../base/time-limit.ts';
import type { QqReply, QqHttp } from './http.ts';
import type { Json } from './json.ts';
import type { TokenSource } from './token.ts';

export type ApiAnswer =
  QqReply | { readonly kind: 'no_token'; readonly text: string; readonly cure: 'retry' | 'human' };

export type Api = (method: 'GET' | 'POST' | 'PUT', path: string, body?: Json) => Promise<ApiAnswer>;

/** HTTP 401 with one of these: the token is at fault, and a new one may help (docs/facts/qq.md 1.2). */
const TOKEN_CODES: readonly number[] = [11241, 11242, 11243, 11244, 11251];

export const rejectsToken = (answer: ApiAnswer): boolean =>
  answer.kind === 'answered' && answer.status === 401 && answer.code !== null && TOKEN_CODES.includes(answer.code);

export interface ApiOptions {
  /** So long a call waits for a token, which goes on being fetched. Absent: as long as that takes. */
  readonly tokenWithinMs?: number;
}

export const createApi = (
  apiBase: string,
  tokens: TokenSource,
  http: QqHttp,
  { tokenWithinMs }: ApiOptions = {},
): Api => {
  const once = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: Json): Promise<ApiAnswer> => {
    const token = await (tokenWithinMs === undefined ? tokens.get() : within(tokens.get(), tokenWithinMs));
    if (token === null) return { kind: 'no_token', text: 'QQ has given no access token yet', cure: 'retry' };
    if (!token.ok) return { kind: 'no_token', text: token.reason, cure: token.cure };
    const headers = { authorization: `QQBot ${token.token}` };
    const answer = await http({ method, url: `${apiBase}${path}`, headers, ...(body ? { body } : {}) });
    if (rejectsToken(answer)) tokens.drop(token.token);
    return answer;
  };
  return async (method, path, body) => {
    const first = await once(method, path, body);
    return rejectsToken(first) ? once(method, path, body) : first;
  };
};
