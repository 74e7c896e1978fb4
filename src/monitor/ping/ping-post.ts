/**
 * One try of a ping: what became of it, never an error. No text of the platform or the runtime is repeated: it may hold
 * the URL.
 */
import { hostOf } from '../../base/endpoint.ts';
import { HttpFailure, type Http } from '../../base/http.ts';

export interface PingPost {
  readonly url: string;
  readonly body: string;
  readonly http: Http;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly userAgent: string;
}

export type Posted = { readonly outcome: 'ok' } | { readonly outcome: 'retry' | 'refused'; readonly reason: string };

const MAX_HOPS = 3;
/** Of an answer only these bytes are looked at. */
const MOST_ANSWER = 200;
/** A 303 says that the ping was taken; the others ask for it elsewhere. */
const MOVED: ReadonlySet<number> = new Set([301, 302, 307, 308]);

export const post = async ({ url, body, http, timeoutMs, signal, userAgent }: PingPost): Promise<Posted> => {
  const until = performance.now() + timeoutMs;
  try {
    let target = url;
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const { status, headers, text } = await http({
        method: 'POST',
        url: target,
        body: { type: 'text/plain; charset=utf-8', bytes: body },
        headers: { 'user-agent': userAgent },
        timeoutMs: Math.max(1, Math.ceil(until - performance.now())),
        signal,
        mostBytes: (answered) => (MOVED.has(answered) ? 0 : MOST_ANSWER),
      });
      if (!MOVED.has(status)) return judge(status, text);
      const next = nextOf(target, headers.location ?? null);
      if (next === null)
        return {
          outcome: 'refused',
          reason: `it redirects (${status}) to another host, which must not learn the address`,
        };
      target = next;
    }
    return { outcome: 'refused', reason: 'it redirects again and again' };
  } catch (error) {
    if (error instanceof HttpFailure && error.why === 'late')
      return { outcome: 'retry', reason: `no answer within ${timeoutMs / 1_000} s` };
    return { outcome: 'retry', reason: `no answer: ${error instanceof HttpFailure ? error.code : 'no valid address'}` };
  }
};

const judge = (status: number, answer: string): Posted => {
  // healthchecks.io says 200 to an id that it does not know.
  if (status >= 200 && status < 300 && /\(not found\)/i.test(answer))
    return { outcome: 'refused', reason: 'it knows no check with this address; see "alerts.ping_url"' };
  if ((status >= 200 && status < 300) || status === 303) return { outcome: 'ok' };
  return { outcome: status >= 500 || status === 408 ? 'retry' : 'refused', reason: `it answers ${status}` };
};

/** The address is a secret: it stays on its host, and is never sent in the clear where it was not before. */
const nextOf = (from: string, location: string | null): string | null => {
  const [here, there] = [new URL(from), location === null ? null : URL.parse(location, from)];
  if (!there) return null;
  const encrypted = here.protocol === 'http:' && there.protocol === 'https:' && there.hostname === here.hostname;
  return encrypted || (there.protocol === here.protocol && hostOf(there.href) === hostOf(here.href))
    ? there.href
    : null;
};
