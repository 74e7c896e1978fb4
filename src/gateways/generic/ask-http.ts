/** One request, as told: no redirect is followed, and no more of the answer is read than is needed. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { difference } from './matches.ts';
import type { Check } from './settings.ts';

export interface Answer {
  readonly ok: boolean;
  /** What came, for people. */
  readonly came: string;
}

type HttpCheck = Extract<Check, { readonly kind: 'http' }>;

const MOST_BYTES = 65_536;

/** Never throws. */
export const askHttp = (check: HttpCheck, timeoutMs: number): Promise<Answer> =>
  new Promise((resolve) => {
    const url = new URL(check.url);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    let ended = false;
    const end = (answer: Answer): void => {
      if (ended) return;
      ended = true;
      clearTimeout(limit);
      asked.destroy();
      resolve(answer);
    };
    const fail = (came: string): void => end({ ok: false, came });
    const limit = setTimeout(() => fail(`no whole answer within ${timeoutMs / 1_000} s`), timeoutMs);
    const asked = request(url, { agent: false, headers: { accept: '*/*', 'user-agent': 'lifeline' } });
    asked.on('error', (error: NodeJS.ErrnoException) => fail(troubleOf(error)));
    asked.on('response', (response) => void judge(check, response).then(end, (error: unknown) => fail(troubleOf(error))));
    asked.end();
  });

/** Node's words may hold the address as it was written. */
export const troubleOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection broke off';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name of the host cannot be resolved';
  return code ?? 'no answer that can be understood';
};

const judge = async ({ status, contains, json }: HttpCheck, response: IncomingMessage): Promise<Answer> => {
  const code = response.statusCode ?? 0;
  if (status.length > 0 ? !status.includes(code) : code < 200 || code > 299) return { ok: false, came: `status ${code}` };
  if (contains === null && json === null) return { ok: true, came: `status ${code}` };
  const { text, whole } = await bodyOf(response);
  const problem = (contains !== null && !text.includes(contains) ? `without ${JSON.stringify(contains)}` : null) ?? (json === null ? null : differenceIn(text, whole, json));
  return { ok: problem === null, came: problem === null ? `status ${code}` : `status ${code}, but ${problem}` };
};

const differenceIn = (text: string, whole: boolean, wanted: Readonly<Record<string, unknown>>): string | null => {
  try {
    return difference(wanted, JSON.parse(text));
  } catch {
    return whole ? 'no JSON' : `more than ${MOST_BYTES / 1_024} kB`;
  }
};

const bodyOf = async (response: IncomingMessage): Promise<{ readonly text: string; readonly whole: boolean }> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return { text: Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8'), whole: size <= MOST_BYTES };
};
