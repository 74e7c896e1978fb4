/** Reading and answering HTTP requests in the platform's form. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from './ids.ts';
import { parseObject } from './json.ts';

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

export const badParameter = (ext: string): ApiError =>
  new ApiError(230001, `Your request contains an invalid request parameter, ext=${ext}`);

/** More than the largest file with the form around it. */
const MAX_BODY_BYTES = 33_000_000;

export interface Body {
  readonly bytes: number;
  readonly raw: Buffer;
  readonly contentType: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** @throws ApiError when the body is far too large, or neither a form nor a JSON object. */
export const readBody = async (request: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiError(230025, 'The length of the message content reaches its limit.');
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const contentType = request.headers['content-type'] ?? '';
  const isForm = contentType.startsWith('multipart/form-data');
  const json = bytes === 0 || isForm ? {} : parseObject(raw.toString());
  if (!json) throw new ApiError(9499, 'Bad Request: the body must be a JSON object');
  return { bytes, raw, contentType, json };
};

/** What a call gets: JSON, a web page, or nothing, with the connection left open or cut. */
export type Reply =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' };

export const ok = (body: object): Reply => ({ kind: 'json', status: 200, body: { code: 0, msg: 'success', ...body } });

export const refusal = ({ code, message, status, headers }: ApiError): Reply => ({
  kind: 'json',
  status,
  body: { code, msg: message, error: { log_id: newId('') } },
  headers,
});

/** What it answers; an ApiError on the way becomes the answer. */
export const orRefusal = async (run: () => Reply | Promise<Reply>): Promise<Reply> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusal(error);
  }
};

export const sendReply = (response: ServerResponse, reply: Reply): void => {
  switch (reply.kind) {
    case 'json':
      response
        .writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers })
        .end(JSON.stringify(reply.body));
      return;
    case 'html':
      response
        .writeHead(reply.status, { 'content-type': 'text/html' })
        .end(`<html><body><h1>${reply.status}</h1></body></html>`);
      return;
    case 'cut':
      response.destroy();
      return;
    case 'hang':
  }
};
