/** One HTTP call with a time limit; every failure is a value. */
import { foreignNumber } from '../../base/foreign-number.ts';
import { MOST_ANSWER_BYTES, readBody } from '../../base/read-body.ts';
import type { Json } from './json.ts';

export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Null when the body is no JSON object: empty, or a proxy's HTML page. */
      readonly body: Json | null;
      /** `err_code ?? code`; null when absent or 0. */
      readonly code: number | null;
      /** For logs and people: status, code, the platform's words, and the trace id that its support asks for. */
      readonly text: string;
    }
  /** `sent`: whether the request can have reached the other side. */
  | { readonly kind: 'failed'; readonly sent: 'no' | 'maybe'; readonly text: string };

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

const parse = (text: string): Json | null => {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? (body as Json) : null;
  } catch {
    return null;
  }
};

const codeOf = (body: Json | null): number | null => foreignNumber(body?.['err_code'] ?? body?.['code']) || null;

const describe = (status: number, body: Json | null, code: number | null, traceId: string | null): string => {
  const words = typeof body?.['message'] === 'string' ? `: ${body['message'].slice(0, 200)}` : '';
  return `HTTP ${status}${code === null ? '' : `, code ${code}`}${words}${traceId ? ` (trace ${traceId})` : ''}`;
};

/** What went wrong below HTTP. Node hides the reason ("fetch failed") in the cause. */
const describeFailure = (thrown: unknown, timeoutMs: number): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  const cause = thrown.cause as { message?: string; code?: string } | undefined;
  return cause?.message || cause?.code || thrown.message;
};

/** No connection came about, so nothing can have arrived. */
const NOT_CONNECTED: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
];

const wasSent = (thrown: unknown): 'no' | 'maybe' => {
  const cause =
    thrown instanceof Error
      ? (thrown.cause as { code?: unknown; errors?: readonly { code?: unknown }[] } | undefined)
      : undefined;
  // Of a host with several addresses, every one failed.
  const codes = cause?.errors?.map(({ code }) => code) ?? [cause?.code];
  return codes.every((code) => NOT_CONNECTED.includes(code)) ? 'no' : 'maybe';
};

/** @param stop ends calls under way. */
export const createHttp =
  (timeoutMs: number, stop: AbortSignal): Http =>
  async ({ method, url, headers, body }) => {
    if (stop.aborted) return { kind: 'failed', sent: 'no', text: 'the channel is stopped' };
    try {
      const response = await fetch(url, {
        method,
        // A pooled connection may have died in the hours between two messages, and its first use then fails.
        headers: { connection: 'close', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]),
      });
      const { text, whole } = await readBody(response.body ?? [], MOST_ANSWER_BYTES);
      // What was asked for may have been done: only its answer cannot be read.
      if (!whole) return { kind: 'failed', sent: 'maybe', text: `HTTP ${response.status}, and the answer is too long` };
      const json = parse(text);
      const code = codeOf(json);
      return {
        kind: 'answered',
        status: response.status,
        body: json,
        code,
        text: describe(response.status, json, code, response.headers.get('x-tps-trace-id')),
      };
    } catch (thrown) {
      return { kind: 'failed', sent: wasSent(thrown), text: describeFailure(thrown, timeoutMs) };
    }
  };
