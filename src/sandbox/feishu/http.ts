/** Reading and answering HTTP requests in the platform's form. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from './ids.ts';
import { parseObject } from './readable.ts';

/** A refusal as the platform words it: HTTP 400 unless said otherwise, with its own code in the body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

const MAX_BODY_BYTES = 4_000_000;

export interface Body {
  readonly bytes: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** @throws ApiError when the body is no JSON object or far too large. */
export const readBody = async (request: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiError(230025, 'The length of the message content reaches its limit.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  const json = text === '' ? {} : parseObject(text);
  if (!json) throw new ApiError(9499, 'Bad Request: the body must be a JSON object');
  return { bytes, json };
};

export const sendJson = (response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
};

export const sendError = (response: ServerResponse, error: ApiError): void =>
  sendJson(response, error.status, { code: error.code, msg: error.message, error: { log_id: newId('') } }, error.headers);

export const sendHtml = (response: ServerResponse, status: number): void => {
  response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><body><h1>${status}</h1></body></html>`);
};
