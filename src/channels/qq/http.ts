/** One HTTP call to QQ with a time limit. Every failure is a value. */
import { errorText } from '../../base/errors.ts';
import { foreignNumber } from '../../base/foreign-number.ts';
import { httpCall, HttpFailure, parseObject } from '../../base/http.ts';
import type { Json } from './json.ts';

export type QqReply =
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

export interface QqCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** In place of the usual limit. */
  readonly timeoutMs?: number;
}

export type QqHttp = (call: QqCall) => Promise<QqReply>;

const codeOf = (body: Json | null): number | null => foreignNumber(body?.['err_code'] ?? body?.['code']) || null;

const describe = (status: number, body: Json | null, code: number | null, traceId: unknown): string => {
  const words = typeof body?.['message'] === 'string' ? `: ${body['message'].slice(0, 200)}` : '';
  return `HTTP ${status}${code === null ? '' : `, code ${code}`}${words}${typeof traceId === 'string' ? ` (trace ${traceId})` : ''}`;
};

/** @param stop ends the calls that are under way. */
export const createHttp =
  (usualMs: number, stop: AbortSignal): QqHttp =>
  async ({ method, url, headers, body, timeoutMs = usualMs }) => {
    if (stop.aborted) return { kind: 'failed', sent: 'no', text: 'the channel is stopped' };
    try {
      const { status, text, whole, ...answer } = await httpCall({
        method,
        url,
        timeoutMs,
        signal: stop,
        ...(headers ? { headers } : {}),
        ...(body ? { body: { type: 'application/json', bytes: JSON.stringify(body) } } : {}),
      });
      // The request may have been carried out: only its answer cannot be read.
      if (!whole)
        return { kind: 'failed', sent: 'maybe', text: `HTTP ${status}, and the answer is too long or compressed` };
      if (status >= 300 && status < 400)
        return { kind: 'failed', sent: 'maybe', text: `HTTP ${status}, a redirect to another address` };
      const json = parseObject(text);
      const code = codeOf(json);
      return {
        kind: 'answered',
        status,
        body: json,
        code,
        text: describe(status, json, code, answer.headers['x-tps-trace-id']),
      };
    } catch (error) {
      if (!(error instanceof HttpFailure)) return { kind: 'failed', sent: 'no', text: 'the address cannot be used' };
      return {
        kind: 'failed',
        sent: error.mayHaveArrived ? 'maybe' : 'no',
        text: error.why === 'late' ? `no answer within ${timeoutMs / 1_000} s` : error.message,
      };
    }
  };

/** @param noted see `QqChannelOptions.noted` */
export const onceNoted = (http: QqHttp, noted: (() => Promise<void>) | undefined): QqHttp => {
  if (noted === undefined) return http;
  return async (call) => {
    try {
      await noted();
    } catch (error) {
      return { kind: 'failed', sent: 'no', text: errorText(error) };
    }
    return http(call);
  };
};
