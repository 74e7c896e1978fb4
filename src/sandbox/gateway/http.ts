/** One JSON call over HTTP. The gateway talks to loopback only: an agent of its own keeps every proxy setting out of it. */
import { Agent, request } from 'node:http';

const direct = new Agent({ keepAlive: false });
const TIMEOUT_MS = 10_000;

export interface JsonCall {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const parse = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** @throws Error when no answer comes; one that is not JSON has an empty body. */
export const callJson = ({ method, url, headers = {}, body }: JsonCall): Promise<JsonAnswer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const all = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers };
    const call = request(url, { method, headers: all, agent: direct, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
      let received = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (received += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parse(received) }));
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(text);
  });
