/** One HTTP GET as a gateway is asked: by a connection of its own, no redirect followed, over within its time. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { readBody, type Body } from '../base/read-body.ts';

export interface Get {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** There was no whole answer in time. */
export class NoAnswerInTime extends Error {
  override readonly name = 'NoAnswerInTime';
}

/** More of a body is not read. */
export const MOST_BYTES = 65_536;

/**
 * @param read makes of the answer what is wanted of it; what it leaves unread is not waited for.
 * @throws NoAnswerInTime; the connection's error, with Node's `code`; what `read` throws.
 */
export const get = async <Result>(
  { url, headers, timeoutMs }: Get,
  read: (response: IncomingMessage) => Result | Promise<Result>,
): Promise<Result> => {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const late = AbortSignal.timeout(timeoutMs);
  const asked = request(url, { agent: false, headers, signal: late });
  // It may break behind the answer as well, when nobody waits for it any more.
  asked.on('error', () => undefined);
  try {
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return await read(response);
  } catch (error) {
    throw late.aborted ? new NoAnswerInTime(`no whole answer within ${timeoutMs / 1_000} s`) : error;
  } finally {
    asked.destroy();
  }
};

/** @throws the connection's error. */
export const bodyOf = (response: IncomingMessage): Promise<Body> => readBody(response, MOST_BYTES);
