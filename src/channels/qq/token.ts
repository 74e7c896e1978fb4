/** The access token: fetched once for all who ask, kept until it nears its end (facts/qq.md §1.1). */
import type { Clock } from '../../base/clock.ts';
import type { Http, HttpAnswer } from './http.ts';

export type TokenResult =
  | { readonly ok: true; readonly token: string }
  /** `human`: the credentials are wrong, asking again does not help. */
  | { readonly ok: false; readonly reason: string; readonly cure: 'retry' | 'human' };

export interface TokenSource {
  get(): Promise<TokenResult>;
  /** The platform refused this token. */
  drop(token: string): void;
}

export interface TokenSourceOptions {
  readonly appId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  readonly http: Http;
  readonly clock: Clock;
}

/** Asking earlier than 60 s before the end yields the same token again. */
const SPARE_MS = 45_000;
/** App id unknown or banned, app id and secret do not match, bot does not exist. */
const WRONG_CREDENTIALS: readonly number[] = [100007, 100016, 10004];

interface Held {
  readonly token: string;
  readonly expiresAt: number;
}

/** Errors come with HTTP 200: without `access_token` it is one, whatever the status. `expires_in` is a string or a number. */
const read = (answer: HttpAnswer, now: number): Held | null => {
  const token = answer.kind === 'answered' ? answer.body?.['access_token'] : null;
  if (answer.kind !== 'answered' || typeof token !== 'string' || token === '') return null;
  return { token, expiresAt: now + (Number(answer.body?.['expires_in']) || 0) * 1_000 };
};

export const createTokenSource = ({ appId, clientSecret, tokenUrl, http, clock }: TokenSourceOptions): TokenSource => {
  let held: Held | null = null;
  let underWay: Promise<TokenResult> | null = null;

  const fetchToken = async (): Promise<TokenResult> => {
    const answer = await http({ method: 'POST', url: tokenUrl, body: { appId, clientSecret } });
    const fetched = read(answer, clock.now());
    if (fetched) {
      held = fetched;
      return { ok: true, token: fetched.token };
    }
    // A token in its last seconds is better than none.
    if (held && held.expiresAt > clock.now()) return { ok: true, token: held.token };
    const human = answer.kind === 'answered' && answer.code !== null && WRONG_CREDENTIALS.includes(answer.code);
    return human
      ? { ok: false, cure: 'human', reason: `QQ does not accept the app id or the client secret; check both in the console (${answer.text})` }
      : { ok: false, cure: 'retry', reason: `No access token from QQ: ${answer.text}` };
  };

  return {
    get: () => {
      if (held && held.expiresAt - clock.now() >= SPARE_MS) return Promise.resolve({ ok: true, token: held.token });
      underWay ??= fetchToken().finally(() => {
        underWay = null;
      });
      return underWay;
    },
    drop: (token) => {
      if (held?.token === token) held = null;
    },
  };
};
