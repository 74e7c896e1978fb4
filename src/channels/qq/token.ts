/** Fetches the access token once for all callers, and keeps it until it nears its end (docs/facts/qq.md 1.1). */
import { neverShow } from '../../base/redact/redact.ts';
import type { Clock } from '../../base/clock.ts';
import { growingLimit } from '../../base/growing-limit.ts';
import { foreignNumber } from '../../base/foreign-number.ts';
import type { QqReply, QqHttp } from './http.ts';

export type TokenResult =
  | { readonly ok: true; readonly token: string }
  /** `human`: the credentials are wrong, asking again does not help. */
  | { readonly ok: false; readonly reason: string; readonly cure: 'retry' | 'human' };

export interface TokenSource {
  get(): Promise<TokenResult>;
  /** The platform refused this token. */
  drop(token: string): void;
  /**
   * From now on a new one is fetched before the old one ends: an alert need not wait for it, nor fail while only this
   * endpoint is down.
   */
  keepFresh(): void;
  stop(): void;
}

export interface TokenSourceOptions {
  readonly appId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  readonly http: QqHttp;
  /** The first limit of a call; 10 s if absent. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** After "too many requests". */
  readonly pauseMs: number;
}

/** Asking earlier than 60 s before the end yields the same token again. */
const SPARE_MS = 45_000;
/** When keeping fresh failed. */
const RETRY_MS = 60_000;
const TOO_MANY_REQUESTS = 100001;
/** App id unknown or banned, app id and secret do not match, bot does not exist. */
const WRONG_CREDENTIALS: readonly number[] = [100007, 100016, 10004];

interface Held {
  readonly token: string;
  readonly expiresAt: number;
}

/**
 * Errors come with HTTP 200: without `access_token` it is one, whatever the status. `expires_in` is a string or a
 * number.
 */
const read = (answer: QqReply, now: number): Held | null => {
  const token = answer.kind === 'answered' ? answer.body?.['access_token'] : null;
  if (answer.kind !== 'answered' || typeof token !== 'string' || token === '') return null;
  neverShow(token);
  return { token, expiresAt: now + (foreignNumber(answer.body?.['expires_in']) || 0) * 1_000 };
};

export const createTokenSource = ({
  appId,
  clientSecret,
  tokenUrl,
  http,
  timeoutMs = 10_000,
  clock,
  pauseMs,
}: TokenSourceOptions): TokenSource => {
  const limit = growingLimit(timeoutMs);
  let held: Held | null = null;
  let refusal: { readonly result: TokenResult; readonly at: number } | null = null;
  let keeping = false;
  let cancelTimer = (): void => undefined;
  let underWay: Promise<TokenResult> | null = null;

  const fetchToken = async (): Promise<TokenResult> => {
    const answer = await http({
      method: 'POST',
      url: tokenUrl,
      body: { appId, clientSecret },
      timeoutMs: limit.ms(),
    });
    // A token that comes late is a token: the next try waits longer for it.
    if (answer.kind === 'failed' && answer.sent === 'maybe') limit.late();
    else limit.answered();
    const fetched = read(answer, clock.now());
    if (fetched) {
      held = fetched;
      return { ok: true, token: fetched.token };
    }
    // A token in its last seconds is better than none.
    if (held && held.expiresAt > clock.now()) return { ok: true, token: held.token };
    const limited = answer.kind === 'answered' && (answer.code === TOO_MANY_REQUESTS || answer.status === 429);
    const human = answer.kind === 'answered' && answer.code !== null && WRONG_CREDENTIALS.includes(answer.code);
    const result: TokenResult = human
      ? {
          ok: false,
          cure: 'human',
          reason: `QQ does not accept the app id or the client secret; check both in the console (${answer.text})`,
        }
      : { ok: false, cure: 'retry', reason: `No access token from QQ: ${answer.text}` };
    if (limited) refusal = { result, at: clock.now() };
    return result;
  };

  const fetchOnce = (): Promise<TokenResult> => {
    underWay ??= fetchToken().finally(() => {
      underWay = null;
      arm();
    });
    return underWay;
  };

  const arm = (): void => {
    cancelTimer();
    if (!keeping) return;
    const leftMs = held ? held.expiresAt - SPARE_MS - clock.now() : 0;
    // The small addition: at the very moment, the old one would still do.
    cancelTimer = clock.timer(leftMs > 0 ? leftMs + 1 : RETRY_MS, () => void fetchOnce());
  };

  return {
    get: () => {
      const now = clock.now();
      if (held && held.expiresAt - now >= SPARE_MS) return Promise.resolve({ ok: true, token: held.token });
      if (refusal && Math.abs(now - refusal.at) < pauseMs) return Promise.resolve(refusal.result);
      refusal = null;
      return fetchOnce();
    },
    drop: (token) => {
      if (held?.token === token) held = null;
    },
    keepFresh: () => {
      keeping = true;
      arm();
    },
    stop: () => {
      keeping = false;
      cancelTimer();
    },
  };
};
