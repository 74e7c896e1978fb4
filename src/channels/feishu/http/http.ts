/**
 * One HTTP call, directly to the platform. Not the SDK's axios and not `fetch`: those may go through HTTP(S)_PROXY
 * (docs/facts/feishu.md 1.5), where a rescuer's call with its secret has no business, and axios here has no time limit.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { errorText } from '../../../base/errors.ts';
import { MOST_ANSWER_BYTES, readBody } from '../../../base/read-body.ts';

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as JSON; a form as the form that it is. */
  readonly body?: object;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Null when the body is no JSON object: a proxy's or an error page. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

const parseObject = (text: string): HttpAnswer['body'] => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};

const read = async (response: IncomingMessage): Promise<string> => {
  const { text, whole } = await readBody(response, MOST_ANSWER_BYTES);
  if (!whole) throw new Error('the answer is too long');
  return text;
};

interface Payload {
  readonly type: string;
  readonly bytes: Buffer;
}

const payloadOf = async (body: object): Promise<Payload> => {
  if (!(body instanceof FormData))
    return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(body)) };
  // Nothing goes out here: it only knows how a form is written.
  const written = new Response(body);
  return {
    type: written.headers.get('content-type') ?? 'multipart/form-data',
    bytes: Buffer.from(await written.arrayBuffer()),
  };
};

/** @throws Error with a sentence for people when there is no answer in time. */
export const callJson = async ({
  method,
  url,
  headers = {},
  body,
  timeoutMs,
  signal,
}: HttpCall): Promise<HttpAnswer> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const { host, protocol } = new URL(url);
  const payload = body === undefined ? undefined : await payloadOf(body);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method,
        // A new agent without proxy settings, whatever NODE_USE_ENV_PROXY says of the global one.
        agent: false,
        signal: AbortSignal.any([signal, timeout]),
        headers: {
          ...headers,
          ...(payload === undefined ? {} : { 'content-type': payload.type, 'content-length': payload.bytes.length }),
        },
      });
      request.once('response', resolve).on('error', reject).end(payload?.bytes);
    });
    return { status: response.statusCode ?? 0, headers: response.headers, body: parseObject(await read(response)) };
  } catch (error) {
    if (timeout.aborted) throw new Error(`${host} did not answer within ${timeoutMs / 1000} s`, { cause: error });
    if (signal.aborted) throw new Error('the channel was stopped', { cause: error });
    // An error of several addresses tried at once has a code but no message.
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`no answer from ${host}: ${code ?? errorText(error)}`, { cause: error });
  }
};
