/**
 * The one way to make an HTTP call. Each call has a connection of its own, is over within its time limit, follows no
 * redirect and reads no more of the answer than its caller wants. It goes directly to the host whatever HTTP_PROXY and
 * HTTPS_PROXY say (docs/facts/feishu.md 1.5): a proxy must not see the secret of a rescuer's call, and may be what is
 * broken. `node:http` and not `fetch`, which may use those proxies and costs memory.
 */
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isSection, type Section } from './parsed-section.ts';

export interface HttpBody {
  readonly type: string;
  readonly bytes: string | Uint8Array;
}

export interface HttpCall {
  readonly method: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** The limit for the whole call, from the first byte of the request to the last of the answer that is read. */
  readonly timeoutMs: number;
  /** Aborted: the call ends at once. */
  readonly signal?: AbortSignal;
  /**
   * How much of the answer's body is read, by its status; 0: none of it is waited for. Default: `MOST_ANSWER_BYTES`.
   */
  readonly mostBytes?: (status: number) => number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, as far as it was read. */
  readonly text: string;
  /** False: there was more, which was not read, or the body is compressed although nobody asked for that. */
  readonly whole: boolean;
}

export type Http = (call: HttpCall) => Promise<HttpAnswer>;

/**
 * The most that any platform has to say to one call of Lifeline's: receipts and refusals, a few kB. Longer answers come
 * from something else.
 */
export const MOST_ANSWER_BYTES = 1_048_576;

/** Servers may refuse a request without these; compressed answers could not be read. */
const USUAL_HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'gateway-lifeline' };

/** Why there was no answer. The message names the host and never the rest of the address, which may be a secret. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `late`: the time limit. `stopped`: the caller's signal. `broken`: the network or the other side. */
  readonly why: 'late' | 'stopped' | 'broken';
  /** Node's code, such as ECONNREFUSED; null: it gave none. */
  readonly code: string | null;
  /** False: no connection came about, so nothing can have reached the other side. */
  readonly mayHaveArrived: boolean;

  constructor({ url, timeoutMs }: HttpCall, why: HttpFailure['why'], error: unknown) {
    const { host } = new URL(url);
    // An error of several addresses that were tried at once has a code but no message.
    const { code = null } = error as { readonly code?: string };
    super(
      {
        late: `${host} did not answer within ${timeoutMs / 1_000} s`,
        stopped: 'the call was stopped',
        broken: `no answer from ${host}: ${code ?? (error as Error).name}`,
      }[why],
    );
    this.why = why;
    this.code = code;
    this.mayHaveArrived = !isNotConnected(error);
  }
}

/** @throws HttpFailure when there is no answer in time; TypeError for what is no URL. */
export const httpCall: Http = async (call) => {
  const { method, url, headers = {}, body, timeoutMs, signal, mostBytes = () => MOST_ANSWER_BYTES } = call;
  const target = URL.parse(String(url));
  // Node's own error would repeat the address.
  if (target === null) throw new TypeError('the address of an HTTP call is no URL');
  const late = AbortSignal.timeout(timeoutMs);
  let request: ClientRequest | undefined;
  try {
    request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      // A new agent has no proxy settings, whatever NODE_USE_ENV_PROXY says of the global one. It keeps no connection:
      // one that is kept may have died in the hours between two calls, and its first use would fail.
      agent: false,
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      headers: {
        ...USUAL_HEADERS,
        ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': Buffer.byteLength(body.bytes) }),
        ...headers,
      },
    });
    // The connection may break after the answer as well, when nobody waits for it any more.
    request.on('error', () => undefined);
    request.end(body?.bytes);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    const { headers: answered } = response;
    const { text, whole } = await readBody(response, mostBytes(status));
    return {
      status,
      headers: answered,
      text,
      whole: whole && (answered['content-encoding'] ?? 'identity') === 'identity',
    };
  } catch (error) {
    if (late.aborted) throw new HttpFailure(call, 'late', error);
    throw new HttpFailure(call, signal?.aborted === true ? 'stopped' : 'broken', error);
  } finally {
    request?.destroy();
  }
};

/** Reads at most the first `mostBytes`. */
const readBody = async (response: IncomingMessage, mostBytes: number): Promise<Pick<HttpAnswer, 'text' | 'whole'>> => {
  if (mostBytes === 0) return { text: '', whole: false };
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return { text: new TextDecoder().decode(Buffer.concat(read, Math.min(bytes, mostBytes))), whole: bytes <= mostBytes };
};

const NOT_CONNECTED: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
]);

/** Whether no connection came about. A host with several addresses has one error for each. */
const isNotConnected = (error: unknown): boolean => {
  const { errors = [error] } = error as { readonly errors?: readonly unknown[] };
  return errors.every((each) => NOT_CONNECTED.has((each as NodeJS.ErrnoException).code));
};

export interface JsonAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Null when the body is no JSON object: a proxy's or an error page. */
  readonly body: Section | null;
}

/** @returns null for anything but a JSON object. */
export const parseObject = (text: string): Section | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isSection(value) ? value : null;
  } catch {
    return null;
  }
};

export const jsonBody = (value: object): HttpBody => ({
  type: 'application/json; charset=utf-8',
  bytes: JSON.stringify(value),
});

/** @throws Error with a sentence for people when there is no answer in time, or one that is too long. */
export const callJson = async (call: Omit<HttpCall, 'mostBytes'>): Promise<JsonAnswer> => {
  const { status, headers, text, whole } = await httpCall(call);
  if (!whole) throw new Error(`no answer from ${new URL(call.url).host}: the answer is too long or compressed`);
  return { status, headers, body: parseObject(text) };
};
