/**
 * One JSON call over HTTP. The gateway talks to loopback only: an agent of its own keeps every proxy setting out of it.
 */
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

/** Nothing could be connected to, in aiohttp's words. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly host: string;
  readonly port: string;
  readonly reason: string;

  constructor(url: URL, cause: NodeJS.ErrnoException) {
    const reason = cause.code === 'ECONNREFUSED' ? '[Errno 111] Connection refused' : cause.message;
    super(`Cannot connect to host ${url.host} ssl:default [${reason}]`, { cause });
    this.host = url.hostname;
    this.port = url.port;
    this.reason = reason;
  }
}

/** A platform names the address of its socket by itself; the gateway's way to it is the one that its settings give. */
export const onThisRoad = (address: string, platform: string): string => {
  const url = new URL(address);
  url.host = new URL(platform).host;
  return url.href;
};

/** @throws ConnectError or Error when no answer comes; one that is not JSON has an empty body. */
export const callJson = ({ method, url, headers = {}, body }: JsonCall): Promise<JsonAnswer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const all = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...headers,
    };
    const call = request(
      url,
      { method, headers: all, agent: direct, signal: AbortSignal.timeout(TIMEOUT_MS) },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (received += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parse(received) }));
        answer.on('error', reject);
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.syscall === 'connect' ? new ConnectError(new URL(url), error) : error),
    );
    call.end(text);
  });
