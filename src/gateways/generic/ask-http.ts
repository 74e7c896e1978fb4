/** One request, as told: no redirect is followed, and no more of the answer is read than is needed. */
import type { IncomingMessage } from 'node:http';
import { bodyOf, get, MOST_BYTES, NoAnswerInTime } from '../get.ts';
import { difference } from './matches.ts';
import type { Check } from './settings.ts';

export interface Answer {
  readonly ok: boolean;
  /** What came, for people. */
  readonly came: string;
}

type HttpCheck = Extract<Check, { readonly kind: 'http' }>;

/** Never throws. */
export const askHttp = async (check: HttpCheck, timeoutMs: number): Promise<Answer> => {
  try {
    return await get(
      { url: new URL(check.url), headers: { accept: '*/*', 'user-agent': 'lifeline' }, timeoutMs },
      (response) => judge(check, response),
    );
  } catch (error) {
    return { ok: false, came: error instanceof NoAnswerInTime ? error.message : troubleOf(error) };
  }
};

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
  if (status.length > 0 ? !status.includes(code) : code < 200 || code > 299)
    return { ok: false, came: `status ${code}` };
  if (contains === null && json === null) return { ok: true, came: `status ${code}` };
  const { text, whole } = await bodyOf(response);
  const problem =
    (contains !== null && !text.includes(contains) ? `without ${JSON.stringify(contains)}` : null) ??
    (json === null ? null : differenceIn(text, whole, json));
  return { ok: problem === null, came: problem === null ? `status ${code}` : `status ${code}, but ${problem}` };
};

const differenceIn = (text: string, whole: boolean, wanted: Readonly<Record<string, unknown>>): string | null => {
  try {
    return difference(wanted, JSON.parse(text));
  } catch {
    return whole ? 'no JSON' : `more than ${MOST_BYTES / 1_024} kB`;
  }
};
